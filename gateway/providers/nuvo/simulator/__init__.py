"""A simulator of the Data Pipelines API of nuvo, now Ingestro, over a made-up account.

No description of the API for machines and no recorded answer is public. What no source settles is a switch in `settings`,
marked ASSUMED with what would disprove its default.
"""

from gateway.providers.nuvo.simulator.app import BASE_PATH, NuvoSimulator
from gateway.providers.nuvo.simulator.identities import FULL_LICENSE
from gateway.providers.nuvo.simulator.settings import SimulatorSettings
from gateway.simulation.definition import SimulatorDefinition

__all__ = ["SIMULATOR", "NuvoSimulator", "SimulatorSettings"]

SIMULATOR = SimulatorDefinition(
    kind="nuvo",
    default_port=4004,
    base_path=BASE_PATH,
    token=FULL_LICENSE.key,
    build=NuvoSimulator,
)
