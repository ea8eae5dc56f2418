"""A simulator of the Codefresh API over a made-up account, as strict as its documentation lets one be.

What no source settles is marked ASSUMED, with what would disprove it.
"""

from gateway.providers.codefresh.simulator.app import BASE_PATH, CodefreshSimulator
from gateway.providers.codefresh.simulator.keys import FULL_KEY
from gateway.simulation.definition import SimulatorDefinition

SIMULATOR = SimulatorDefinition(
    kind="codefresh",
    default_port=4002,
    base_path=BASE_PATH,
    token=FULL_KEY.token,
    build=CodefreshSimulator,
)
