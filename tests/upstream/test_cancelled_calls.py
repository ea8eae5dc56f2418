"""A cancelled call lets go of its socket at once."""

import asyncio

import pytest

from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.errors import DeadlineExceededError
from tests.upstream.raw_server import HANG, Reply, answer, until

pytestmark = pytest.mark.anyio

HALF = Reply(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n[1,", then="hang")


@pytest.mark.parametrize("reply", [HANG, HALF], ids=["before the headers", "inside the body"])
@pytest.mark.parametrize("effect", ["read", "write"])
async def test_cancelling_closes_every_socket(serve, connect, reply, effect):
    server = await serve(reply)
    upstream = connect(server, max_concurrent_calls=30)
    calls = [upstream.read("/a") if effect == "read" else upstream.write("/a", method="POST") for _ in range(20)]
    tasks = [asyncio.ensure_future(call) for call in calls]
    await until(lambda: len(server.received) == 20)
    await asyncio.sleep(0.02)

    for task in tasks:
        task.cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)

    assert all(isinstance(end, asyncio.CancelledError) for end in ends)
    await until(lambda: server.open_connections == 0, within_s=0.1)


async def test_a_timed_out_call_closes_its_socket_too(serve, connect):
    server = await serve(HANG)
    upstream = connect(server, timeout_s=0.05)

    await asyncio.gather(*[upstream.read("/a") for _ in range(5)], return_exceptions=True)

    await until(lambda: server.open_connections == 0, within_s=0.1)


@pytest.mark.parametrize("reply", [HANG, HALF], ids=["before the headers", "inside the body"])
async def test_so_does_a_call_that_reaches_the_requests_deadline(serve, connect, reply):
    server = await serve(reply)
    upstream = connect(server, max_concurrent_calls=3)
    token = request_budget.set(RequestBudget(0.1, max_calls=100))
    try:
        ends = await asyncio.gather(*[upstream.read("/a") for _ in range(5)], return_exceptions=True)
    finally:
        request_budget.reset(token)

    assert [type(end) for end in ends] == [DeadlineExceededError] * 5
    await until(lambda: server.open_connections == 0, within_s=0.1)


async def test_cancelled_calls_free_their_places(serve, connect):
    server = await serve(lambda request: HANG if request.target == "/hang" else answer())
    upstream = connect(server, max_concurrent_calls=2)
    tasks = [asyncio.ensure_future(upstream.read("/hang")) for _ in range(5)]
    await until(lambda: len(server.received) == 2)

    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    async with asyncio.timeout(0.3):
        assert (await upstream.read("/a")).status == 200
