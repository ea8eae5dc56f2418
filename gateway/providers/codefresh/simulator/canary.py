"""Every secret of the simulated account carries one text, so that a test can prove that none of them passes on."""

CANARY = "CANARY-SECRET-"
MASK = "*****"


def secret(label: str) -> str:
    """A secret in plain text."""
    return f"{CANARY}{label}"


def masked(label: str) -> str:
    """What is sent in place of a secret. The vendor sends the five stars alone; the canary behind them shows a
    reader that passes masked values on."""
    return f"{MASK}{CANARY}{label}"
