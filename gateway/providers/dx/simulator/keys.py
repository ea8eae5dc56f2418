"""The API keys of the simulated instance."""

FULL_KEY = "dx-simulator-key-full"
INACTIVE_KEY = "dx-simulator-key-inactive"
EXPIRED_KEY = "dx-simulator-key-expired"
