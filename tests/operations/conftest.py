"""A provider of a test's own making, and orders to it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.commands.command import Changed, Command, Commands, handling
from gateway.domain.commands.pipelines import DeletePipeline, UpdatePipeline
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.errors import NotFoundError
from gateway.domain.keys import BuildKey, PipelineKey, ProviderKey
from gateway.domain.pipeline import Pipeline, PipelineKind
from gateway.domain.provider import Provider, ProviderHealth, ProviderKind
from gateway.loaders.request_loaders import RequestLoaders
from gateway.operations.mutations import Mutations
from gateway.operations.order import Order
from tests.contract.commands.memory import MemoryMutations

PIPELINE = PipelineKey("acme", ("deploy",))
BUILD = BuildKey("acme", ("deploy", "1"))


class Quiet:
    """A Monitor that has seen nothing."""

    def health(self):
        return ProviderHealth()

    def rate_limits(self):
        return ()


class Pipelines:
    """A PipelineReader with one pipeline."""

    async def get_pipelines(self, keys, want):  # noqa: ARG002 the port's
        there = Pipeline(key=PIPELINE, external_id="1", kind=PipelineKind.CI, name="Deploy")
        return [there if key == PIPELINE else NotFoundError("There is none.", provider="acme") for key in keys]


async def nothing() -> None:
    pass


def provider_of(commands: Commands, name: str = "acme") -> Provider:
    return Provider(
        key=ProviderKey(name, ()),
        kind=ProviderKind.BUILDKITE,
        url="https://ci.example.com",
        capabilities=(),
        monitor=Quiet(),
        probe=nothing,
        close=nothing,
        pipelines=Pipelines(),
        commands=commands,
    )


class Desk:
    """Gives orders. `handler` carries out all commands; `handled` are those it got."""

    def __init__(self, store: MemoryMutations | None = None, deadline_s: float = 1.0) -> None:
        self.store = store or MemoryMutations()
        self.handled: list[Command] = []
        self.handler: Callable[[Command], Awaitable[Changed]] = self._simple
        kinds = [
            handling(RunPipeline, self._handle, takes=("branch",), options=("priority",)),
            handling(DeletePipeline, self._handle),
        ]
        self.providers = {
            "acme": provider_of(dict(kinds)),
            "other": provider_of(dict([handling(UpdatePipeline, self._handle, takes=("name",))]), "other"),
            "third": provider_of(dict([handling(RunPipeline, self._handle, takes=("branch", "tag"))]), "third"),
        }
        self.mutations = Mutations(self.store, deadline_s)

    async def perform(self, command: Command, key: str | None = None, confirm_name: str | None = None):
        order = Order(
            command=command,
            caller="test",
            providers=self.providers,
            loaders=RequestLoaders(self.providers),
            idempotency_key=key,
            confirm_name=confirm_name,
        )
        return await self.mutations.perform(order)

    async def _handle(self, command: Command) -> Changed:
        self.handled.append(command)
        return await self.handler(command)

    async def _simple(self, command: Command) -> Changed:  # noqa: ARG002 a handler's
        await asyncio.sleep(0)
        return Changed(keys=(BUILD,))


@pytest.fixture
def desk():
    token = request_budget.set(RequestBudget(1.2, 100))
    yield Desk()
    request_budget.reset(token)
