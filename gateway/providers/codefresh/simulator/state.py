"""What the handlers of one running simulator share."""

from dataclasses import dataclass

from gateway.providers.codefresh.simulator.paging import PagingSessions
from gateway.providers.codefresh.simulator.settings import SimulatorSettings
from gateway.providers.codefresh.simulator.signing import Signer
from gateway.providers.codefresh.simulator.times import epoch_ms
from gateway.providers.codefresh.simulator.world import World
from gateway.simulation.clock import Clock


@dataclass(frozen=True, slots=True)
class State:
    world: World
    settings: SimulatorSettings
    sessions: PagingSessions
    signer: Signer
    clock: Clock
    seed: int
    origin: str  # scheme, host and port of this simulator, for the links in its answers

    @property
    def now_ms(self) -> int:
        return epoch_ms(self.clock.now())
