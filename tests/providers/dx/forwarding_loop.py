"""A forwarder at work, with short waits, and what tests wait for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from gateway.domain.ledger import Forwarding, LedgerStore
from gateway.providers.dx.client import DxClient
from gateway.providers.dx.explain import explain
from gateway.providers.dx.forwarding import Forwarder, ForwardingOptions
from gateway.providers.dx.pace import Pace, PaceOptions
from gateway.providers.dx.simulator import DxSimulator
from gateway.simulation.server import RunningSimulator
from gateway.upstream.auth import HeaderCredential
from gateway.upstream.transport import UpstreamOptions, build_upstream
from tests.providers.dx.opened import NAME

ROUTE = r"pipelineRuns"
FAST = PaceOptions(per_second=1000, first_wait_s=0.02, longest_wait_s=0.05, misconfigured_wait_s=0.05)


def app_of(instance: RunningSimulator) -> DxSimulator:
    assert isinstance(instance.app, DxSimulator)
    return instance.app


@contextlib.asynccontextmanager
async def forwarding_on(
    ledger: LedgerStore, base_url: str, token: str, *, pace: PaceOptions = FAST, method: str = "sync", timeout_s: float = 0.3
) -> AsyncIterator[None]:
    """A forwarder with short waits, at work."""
    credential = HeaderCredential("Authorization", token, prefix="Bearer ")
    upstream = build_upstream(UpstreamOptions(NAME, base_url, credential, explain=explain, timeout_s=timeout_s, loopback_only=True))
    client = DxClient(upstream, method)
    options = ForwardingOptions(per_second=pace.per_second, timeout_s=timeout_s, poll_s=0.02)
    task = asyncio.create_task(Forwarder(ledger, NAME, client, Pace(pace), options).run())
    try:
        yield
        assert not task.done(), "the loop has ended"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await client.close()


async def until(condition: Callable[[], Any], within_s: float = 15.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def state_when(ledger: LedgerStore, met: Callable[[Forwarding], bool], within_s: float = 15.0) -> Forwarding:
    """The first state of forwarding that meets the condition."""
    async with asyncio.timeout(within_s):
        while not met(state := await ledger.forwarding(NAME)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return state


async def emptied(ledger: LedgerStore) -> Forwarding:
    """The state of forwarding when nothing is waiting any more."""
    return await state_when(ledger, lambda state: state.queued == 0)


async def first_error(ledger: LedgerStore) -> Forwarding:
    return await state_when(ledger, lambda state: state.last_error is not None)
