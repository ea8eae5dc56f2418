"""What the contract suite must know of one command at one vendor, and what a command is tried on."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.keys import Key
from gateway.domain.provider import Provider
from gateway.loaders.request_loaders import RequestLoaders
from gateway.operations.mutations import Mutations
from gateway.operations.order import Order
from gateway.simulation.clock import ManualClock
from gateway.simulation.control import Call
from gateway.simulation.server import RunningSimulator
from tests.contract.commands.memory import MemoryMutations

_numbers = count(1)


@dataclass(kw_only=True)
class Stage:
    """A provider over a simulator that other examples change too: whoever needs a thing in a certain state makes one.

    `hasty` is the same account, whose calls may take no time: for tests that wait until one is given up.
    """

    provider: Provider
    hasty: Provider | None = None
    simulator: RunningSimulator
    clock: ManualClock
    store: MemoryMutations = field(default_factory=MemoryMutations)
    deadline_s: float = 5.0

    def name(self, what: str) -> str:
        """Another one at each call."""
        return f"{what}-{next(_numbers)}"

    async def perform(
        self, command: Command, *, key: str | None = None, confirm_name: str | None = None, hasty: bool = False
    ) -> Performed:
        """As the gateway does it. Where a name must be confirmed it is read first, unless one is given."""
        if command.destroys and confirm_name is None and command.subject is not None:
            confirm_name = (await self.read(command.subject)).name
        provider = self.hasty if hasty and self.hasty is not None else self.provider
        order = Order(
            command=command,
            caller="test",
            providers={provider.name: provider},
            loaders=RequestLoaders({provider.name: provider}),
            idempotency_key=key,
            confirm_name=confirm_name,
        )
        return await Mutations(self.store, self.deadline_s).perform(order)

    async def done(self, command: Command) -> Performed:
        """The command has gone well, or the test ends here."""
        performed = await self.perform(command)
        assert performed.errors == (), performed.errors
        return performed

    async def read(self, key: Key) -> object:
        """The thing as a new request sees it; raises its GatewayError."""
        return await RequestLoaders({self.provider.name: self.provider}).node(key)

    def calls(self, example: "Example") -> Sequence[Call]:
        """Calls of the write that decides, since the last reset."""
        return [call for call in self.simulator.control.calls if example.is_write(call)]


@dataclass(frozen=True, kw_only=True)
class Example:
    """A command as it is used. `make` may do whatever brings the vendor into the state that the command needs, and is called
    once for every try.

    `method` and `route` (searched in raw paths) tell the write that decides. `seen` asserts that a new read shows what was done.
    `missing` is the same command about something that is not there; `conflict` one that the thing's state does not allow.
    """

    command: type[Command]
    make: Callable[[Stage], Awaitable[Command]]
    seen: Callable[[Stage, Performed], Awaitable[None]]
    method: str
    route: str
    missing: Callable[[Stage], Awaitable[Command]] | None = None
    conflict: Callable[[Stage], Awaitable[Command]] | None = None
    name: str = ""
    writes: int = 1
    """How often the write that decides is made when all goes well."""
    tries_on_conflict: int = 1
    """How often it is made when the vendor answers 409."""
    only_states: bool = False
    """The call carries nothing that could be wrong: a 422 of the vendor is about the thing's state, so a conflict."""
    answers_nothing: bool = False
    """The vendor's answer has no body, so none can be cut."""
    changes_nothing: bool = False
    """The vendor's call is a read by nature: failures of it leave no doubt."""
    local: bool = False
    """No vendor is called at all."""

    @property
    def title(self) -> str:
        return self.name or self.command.mutation

    def is_write(self, call: Call) -> bool:
        return call.method == self.method and re.search(self.route, call.raw_path) is not None
