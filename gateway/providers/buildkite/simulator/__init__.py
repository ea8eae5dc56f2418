"""A simulator of the vendor's REST API, as strict as the documented one; see `app` for where it is stricter.

Data facts: `profiles`. Credentials and thresholds: `settings`. Steering writes and asking which took effect: `own_routes`.
"""

from gateway.providers.buildkite.simulator.app import BASE_PATH, BuildkiteApp
from gateway.providers.buildkite.simulator.settings import (
    FULL_TOKEN,
    ONE_ORGANIZATION_TOKEN,
    READ_ONLY_TOKEN,
    SimulatorSettings,
    Token,
)
from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.definition import SimulatorDefinition

__all__ = [
    "FULL_TOKEN",
    "ONE_ORGANIZATION_TOKEN",
    "READ_ONLY_TOKEN",
    "SIMULATOR",
    "BuildkiteApp",
    "SimulatorSettings",
    "Token",
    "simulator",
]


def simulator(settings: SimulatorSettings | None = None) -> SimulatorDefinition:
    """A definition with other settings; its token is the first of them."""
    chosen = settings or SimulatorSettings()

    def build(profile: str, seed: int, clock: Clock, control: Control) -> BuildkiteApp:
        return BuildkiteApp(profile, seed, clock, control, chosen)

    return SimulatorDefinition("buildkite", 4001, BASE_PATH, chosen.tokens[0].value, build)


SIMULATOR = simulator()
