"""Time-outs are exact, cover the whole call, and say whose they are."""

import asyncio
import socket
import time
from contextlib import contextmanager, suppress

import pytest

from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.errors import DeadlineExceededError, UpstreamTimeoutError
from gateway.upstream.delivery import was_sent
from tests.upstream.raw_server import HANG, Reply, answer

pytestmark = pytest.mark.anyio

HALF = Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[1,", then="hang")


@contextmanager
def takes(expected_s, *, at_most_more_s=0.1):
    started_at = time.monotonic()
    yield
    taken_s = time.monotonic() - started_at
    assert expected_s <= taken_s + 0.002
    assert taken_s <= expected_s + at_most_more_s


@contextmanager
def budget(deadline_s):
    token = request_budget.set(RequestBudget(deadline_s, max_calls=100))
    try:
        yield
    finally:
        request_budget.reset(token)


def call(upstream, effect):
    return upstream.read("/a") if effect == "read" else upstream.write("/a", method="POST", body={})


both = pytest.mark.parametrize("effect", ["read", "write"])


@both
@pytest.mark.parametrize("reply", [HANG, HALF], ids=["before the headers", "inside the body"])
async def test_a_silent_provider_is_a_time_out_after_exactly_the_configured_time(serve, connect, effect, reply):
    upstream = connect(await serve(reply), timeout_s=0.1)

    with takes(0.1), pytest.raises(UpstreamTimeoutError) as caught:
        await call(upstream, effect)

    assert caught.value.provider == "acme"


@both
async def test_a_trickling_body_does_not_extend_the_time(serve, connect, effect):
    ended = asyncio.Event()

    async def trickle(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.01)
        with suppress(OSError):
            await writer.wait_closed()
        ended.set()

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    async with server:
        upstream = connect(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", timeout_s=0.1)
        with takes(0.1), pytest.raises(UpstreamTimeoutError):
            await call(upstream, effect)
        await upstream.close()
        await asyncio.wait_for(ended.wait(), 10)
        await asyncio.sleep(0)  # the server's own callback behind the handler


@both
async def test_the_requests_own_deadline_is_another_error(serve, connect, effect):
    upstream = connect(await serve(HANG), timeout_s=10)

    with budget(0.1), takes(0.1), pytest.raises(DeadlineExceededError):
        await call(upstream, effect)


@both
async def test_a_spent_deadline_makes_no_call(serve, connect, effect):
    server = await serve(answer())
    upstream = connect(server)

    with budget(-1), pytest.raises(DeadlineExceededError):
        await call(upstream, effect)

    assert server.connections_made == 0


@both
async def test_waiting_for_a_place_counts(serve, connect, effect):
    server = await serve(HANG)
    upstream = connect(server, timeout_s=0.1, max_concurrent_calls=1)
    first = asyncio.ensure_future(upstream.read("/hang"))
    await asyncio.sleep(0.02)

    with budget(0.05), takes(0.05), pytest.raises(DeadlineExceededError) as caught:
        await call(upstream, effect)

    assert len(server.received) == 1
    assert was_sent(caught.value) is (False if effect == "write" else None)
    await asyncio.gather(first, return_exceptions=True)


@both
async def test_a_host_that_accepts_no_connection_is_a_time_out(connect, effect):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # they fill the listener's queue, so that the next one hangs
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        upstream = connect(f"http://127.0.0.1:{listener.getsockname()[1]}", connect_timeout_s=0.1, timeout_s=5)

        with takes(0.1), pytest.raises(UpstreamTimeoutError, match="connection"):
            await call(upstream, effect)

        for one in waiting:
            one.close()
