"""How tests and the command line start the simulator."""

from gateway.providers.talend.simulator.app import TalendSimulator
from gateway.providers.talend.simulator.settings import SimulatorSettings
from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.definition import SimulatorDefinition


def simulator(settings: SimulatorSettings | None = None) -> SimulatorDefinition:
    """A definition with other settings, which all simulators started from it share."""
    token = (settings or SimulatorSettings()).personal_tokens[0].value

    def build(profile: str, seed: int, clock: Clock, control: Control) -> TalendSimulator:
        return TalendSimulator(profile, seed, clock, control, settings)

    return SimulatorDefinition(kind="talend", default_port=4003, base_path="", token=token, build=build)


SIMULATOR = simulator()
