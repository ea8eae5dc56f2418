"""What the handlers of one running simulator share."""

from dataclasses import dataclass

from gateway.providers.codefresh.simulator.journal import Journal, Write
from gateway.providers.codefresh.simulator.keys import ApiKey
from gateway.providers.codefresh.simulator.launcher import Launcher
from gateway.providers.codefresh.simulator.object_ids import ObjectIds
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
    launcher: Launcher
    journal: Journal
    ids: ObjectIds  # of everything that a write makes, builds excepted

    @property
    def now_ms(self) -> int:
        return epoch_ms(self.clock.now())

    def mint_id(self) -> str:
        return self.ids.mint(self.now_ms)

    def record(self, action: str, target: str, key: ApiKey, *, made: str | None = None) -> None:
        """Called by a handler once the write has taken effect."""
        self.journal.record(Write(action, target, made, key.id, self.now_ms))
