"""What calls cost their request, and what the log says of them."""

import asyncio
import logging

import httpx
import pytest

from gateway.domain.budget import RequestBudget, counting, request_budget
from gateway.domain.errors import BudgetExceededError, InternalError, NotFoundError
from gateway.domain.provider import HealthStatus
from gateway.upstream.router import Router
from tests.upstream.raw_server import CANARY, HANG, answer, until

pytestmark = pytest.mark.anyio


async def test_every_call_is_charged_and_the_one_too_many_is_not_made(serve, connect):
    server = await serve(answer())
    upstream = connect(server)
    budget = RequestBudget(deadline_s=5, max_calls=3)
    token = request_budget.set(budget)

    with counting() as count:
        await upstream.read("/a")
        await upstream.write("/a", method="POST")
        await upstream.fetch_signed(server.url + "/log", max_bytes=10)
        with pytest.raises(BudgetExceededError):
            await upstream.read("/a")

    request_budget.reset(token)
    assert (budget.calls, count.calls, len(server.received)) == (3, 3, 3)
    assert upstream.monitor.health().status is HealthStatus.USABLE


async def test_a_call_leaves_one_structured_line_without_query_or_headers(serve, connect, caplog):
    server = await serve(lambda request: answer(404 if request.target == "/missing" else 200))
    upstream = connect(server)
    caplog.set_level(logging.DEBUG, "gateway.upstream")

    await upstream.read("/builds", query=[("token", "hush")])
    with pytest.raises(NotFoundError):
        await upstream.write("/missing", method="PUT")

    lines = [record.__dict__ for record in caplog.records if record.name == "gateway.upstream"]
    assert [
        (line["provider"], line["method"], line["path"], line["status"], line["outcome"], line["duration_ms"] > 0) for line in lines
    ] == [("acme", "GET", "/builds", 200, "OK", True), ("acme", "PUT", "/missing", 404, "NOT_FOUND", True)]
    assert "hush" not in str(lines)
    assert CANARY not in str(lines)


async def test_a_cancelled_call_is_logged_and_says_nothing_of_the_provider(serve, connect, caplog):
    server = await serve(HANG)
    upstream = connect(server)
    caplog.set_level(logging.DEBUG, "gateway.upstream")
    task = asyncio.ensure_future(upstream.read("/a"))
    await until(lambda: len(server.received) == 1)

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert [record.__dict__["outcome"] for record in caplog.records] == ["ABORTED"]
    assert upstream.monitor.health().status is HealthStatus.UNKNOWN


async def test_a_request_without_an_effect_is_a_programming_error():
    never = httpx.MockTransport(lambda _: httpx.Response(200))
    router = Router(read=never, write=never)

    with pytest.raises(InternalError):
        await router.handle_async_request(httpx.Request("GET", "http://127.0.0.1/"))
