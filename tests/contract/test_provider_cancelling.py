"""When nobody waits for an answer any more, the call upstream ends too."""

import asyncio
from collections.abc import Callable

import pytest

from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.build import BuildQuery
from gateway.domain.errors import DeadlineExceededError
from gateway.domain.provider import Provider
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case
from tests.contract.nouns import ALL, builds_of, pipelines_of

pytestmark = pytest.mark.anyio


async def _until(condition: Callable[[], bool]) -> bool:
    """Whether it comes true within a second."""
    for _ in range(200):
        if condition():
            return True
        await asyncio.sleep(0.005)
    return False


async def test_cancelling_a_stream_closes_its_call(case: Case, provider: Provider, simulator: RunningSimulator) -> None:
    assert provider.builds is not None
    await builds_of(provider, 1)  # what the provider learns once is learnt
    simulator.control.add_fault(Fault(case.builds_route, kind="hang"))

    stream = provider.builds.stream_builds(BuildQuery(), None, 10, ALL)
    reading = asyncio.ensure_future(anext(stream))
    assert await _until(lambda: simulator.control.in_flight >= 1)
    reading.cancel()

    assert await _until(lambda: simulator.control.in_flight == 0)
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_cancelling_a_batch_closes_all_its_calls(case: Case, provider: Provider, simulator: RunningSimulator) -> None:
    assert provider.builds is not None
    keys = [pipeline.key for pipeline in await pipelines_of(provider)][:2]
    simulator.control.add_fault(Fault(case.builds_route, kind="hang"))

    batch = asyncio.ensure_future(provider.builds.newest_builds(keys, BuildQuery(), 5, ALL))
    assert await _until(lambda: simulator.control.in_flight >= 1)
    batch.cancel()

    assert await _until(lambda: simulator.control.in_flight == 0)
    with pytest.raises(asyncio.CancelledError):
        await batch


async def test_reaching_the_requests_deadline_closes_every_call(
    case: Case, provider: Provider, simulator: RunningSimulator
) -> None:
    assert provider.builds is not None
    keys = [pipeline.key for pipeline in await pipelines_of(provider)][:2]
    idle = simulator.control.open_connections
    simulator.control.add_fault(Fault(".*", kind="hang"))
    token = request_budget.set(RequestBudget(0.1, max_calls=100))
    try:
        found = await provider.builds.newest_builds(keys, BuildQuery(), 5, ALL)
        with pytest.raises(DeadlineExceededError):
            await anext(provider.builds.stream_builds(BuildQuery(), None, 10, ALL))
    finally:
        request_budget.reset(token)

    assert [type(answer) for answer in found] == [DeadlineExceededError] * 2
    assert await _until(lambda: simulator.control.in_flight == 0)
    assert await _until(lambda: simulator.control.open_connections <= idle)


async def test_closing_a_provider_closes_its_sockets(case: Case, simulator: RunningSimulator) -> None:
    opened = case.connect(simulator.base_url, simulator.token, 5.0)
    before = simulator.control.open_connections
    await builds_of(opened, 5)
    assert simulator.control.open_connections > before

    await opened.close()

    assert await _until(lambda: simulator.control.open_connections <= before)
