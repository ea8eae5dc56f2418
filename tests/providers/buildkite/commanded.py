"""Commands as the gateway gives them, and what came over the wire of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Command
from gateway.domain.mutation_errors import MutationProblem
from gateway.providers.buildkite.simulator import BuildkiteApp
from gateway.simulation.control import Fault
from tests.contract.cases.buildkite import open_provider
from tests.contract.commands.example import Stage

P = TypeVar("P", bound=MutationProblem)


@dataclass(kw_only=True)
class BuildkiteStage(Stage):
    """One that knows the simulator."""

    @property
    def app(self) -> BuildkiteApp:
        assert isinstance(self.simulator.app, BuildkiteApp)
        return self.simulator.app

    async def sent(self, command: Command) -> dict[str, Any]:
        """The body of the one write that carried it out."""
        before = len(self.app.writes())
        await self.done(command)
        [write] = self.app.writes()[before:]
        return write.body

    async def refused(self, command: Command, kind: type[P], *, calls: int | None = None) -> P:
        """What is wrong with it, after so many calls, and no write that had an effect."""
        before = len(self.app.writes())
        self.simulator.control.reset_calls()
        performed = await self.perform(command)
        [problem] = performed.errors
        assert isinstance(problem, kind), problem
        assert len(self.app.writes()) == before
        assert calls is None or self.simulator.control.calls_total == calls
        return problem

    async def invalid(self, command: Command, *, calls: int | None = 0) -> tuple[str, ...]:
        """Where in the input the mistake is."""
        return (await self.refused(command, mutation_errors.InvalidInputError, calls=calls)).path

    def answer(self, route: str, status: int, message: str, *, method: str = "PUT", **members: object) -> None:
        """The vendor refuses one call with these words."""
        body = msgspec.json.encode({"message": message, **members}).decode()
        self.simulator.control.add_fault(Fault(route, status=status, method=method, body=body, times=1))

    @asynccontextmanager
    async def as_seen(self, token: str | None = None, organizations: tuple[str, ...] = ()) -> AsyncIterator["BuildkiteStage"]:
        """Through another account."""
        provider = open_provider(self.simulator.base_url, token or self.simulator.token, 5.0, organizations)
        yield BuildkiteStage(provider=provider, simulator=self.simulator, clock=self.clock)
        await provider.close()
