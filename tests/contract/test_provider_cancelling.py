"""When nobody waits for an answer any more, the call upstream ends too."""

import asyncio
from collections.abc import Callable

import pytest

from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.errors import DeadlineExceededError
from gateway.domain.provider import Provider
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case
from tests.contract.nouns import pipelines_of, runs_of
from tests.contract.runs import Runs

pytestmark = pytest.mark.anyio


async def _until(condition: Callable[[], bool]) -> bool:
    """Whether it comes true within a second."""
    for _ in range(200):
        if condition():
            return True
        await asyncio.sleep(0.005)
    return False


async def test_cancelling_a_stream_closes_its_call(case: Case, provider: Provider, simulator: RunningSimulator) -> None:
    await runs_of(provider, 1)  # what the provider learns once is learnt
    simulator.control.add_fault(Fault(case.runs_route, kind="hang"))

    stream = Runs(provider).stream(page_size=10)
    reading = asyncio.ensure_future(anext(stream))
    assert await _until(lambda: simulator.control.in_flight >= 1)
    reading.cancel()

    assert await _until(lambda: simulator.control.in_flight == 0)
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_cancelling_a_batch_closes_all_its_calls(case: Case, provider: Provider, simulator: RunningSimulator) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)][:2]
    simulator.control.add_fault(Fault(case.runs_route, kind="hang"))

    batch = asyncio.ensure_future(Runs(provider).newest(keys, Runs(provider).query(), 5))
    assert await _until(lambda: simulator.control.in_flight >= 1)
    batch.cancel()

    assert await _until(lambda: simulator.control.in_flight == 0)
    with pytest.raises(asyncio.CancelledError):
        await batch


async def test_reaching_the_requests_deadline_closes_every_call(
    case: Case, provider: Provider, simulator: RunningSimulator
) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)][:2]
    idle = simulator.control.open_connections
    simulator.control.add_fault(Fault(".*", kind="hang"))
    token = request_budget.set(RequestBudget(0.1, max_calls=100))
    try:
        found = await Runs(provider).newest(keys, Runs(provider).query(), 5)
        with pytest.raises(DeadlineExceededError):
            await anext(Runs(provider).stream(page_size=10))
    finally:
        request_budget.reset(token)

    assert [type(answer) for answer in found] == [DeadlineExceededError] * 2
    assert await _until(lambda: simulator.control.in_flight == 0)
    assert await _until(lambda: simulator.control.open_connections <= idle)


async def test_closing_a_provider_closes_its_sockets(case: Case, simulator: RunningSimulator) -> None:
    opened = case.connect(simulator.base_url, simulator.token, 5.0)
    before = simulator.control.open_connections
    await runs_of(opened, 5)
    assert simulator.control.open_connections > before

    await opened.close()

    assert await _until(lambda: simulator.control.open_connections <= before)
