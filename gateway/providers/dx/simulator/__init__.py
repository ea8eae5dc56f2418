"""A simulator of a DX instance: its pipeline-run method under both names, as strict as its documentation lets one be.

The vendor only takes in; what came of it is read by the control route `/__control/records`. What no source settles is marked
ASSUMED, with what would disprove it.
"""

from gateway.providers.dx.simulator.app import BASE_PATH, DxSimulator
from gateway.providers.dx.simulator.keys import FULL_KEY
from gateway.simulation.definition import SimulatorDefinition

__all__ = ["SIMULATOR", "DxSimulator"]

SIMULATOR = SimulatorDefinition(
    kind="dx",
    default_port=4005,
    base_path=BASE_PATH,
    token=FULL_KEY,
    build=lambda profile, seed, clock, control: DxSimulator(clock, control),  # noqa: ARG005  it begins empty
)
