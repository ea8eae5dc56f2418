"""A command's write: tried again only if it surely had no effect, and noted as what it is."""

import asyncio
import socket

import pytest

from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.errors import (
    ConflictError,
    DeadlineExceededError,
    GatewayError,
    InvalidInputError,
    MalformedResponseError,
    RateLimitedError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from gateway.domain.write_log import WriteState, logging_writes
from gateway.upstream.delivery import state_of
from gateway.upstream.resend import wait_before_resending_s
from tests.upstream.raw_server import DROP, HANG, Reply, answer, until

pytestmark = pytest.mark.anyio
BUSY = {"Retry-After": "0"}


def in_turn(*replies):
    """Each reply once, the last one for ever."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


async def command(upstream):
    """(the answer or the failure, what was noted)"""
    with logging_writes() as log:
        try:
            outcome = await upstream.command("/runs", method="POST", body={"branch": "main"}, query=[("secret", "q")])
        except GatewayError as error:
            outcome = error
    return outcome, log


async def test_an_answer_is_noted_with_all_that_a_receipt_tells(serve, connect):
    server = await serve(answer(201, headers={"X-Request-Id": "r-7"}))

    _, log = await command(connect(f"{server.url}/v2"))

    (write,) = log.writes
    assert (write.state, write.receipt.provider, write.receipt.method, write.receipt.path) == (
        WriteState.DONE,
        "acme",
        "POST",
        "/v2/runs",
    )
    assert (write.receipt.status, write.receipt.request_id, write.receipt.attempts) == (201, "r-7", 1)
    assert log.effective == [write]


async def test_what_never_left_us_is_tried_three_times(connect):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    failure, log = await command(connect(f"http://127.0.0.1:{port}"))

    assert isinstance(failure, UpstreamUnavailableError)
    (write,) = log.writes
    assert (write.state, write.receipt.attempts, log.effective) == (WriteState.UNSENT, 3, [])


async def test_a_short_wait_that_the_vendor_asks_for_is_waited(serve, connect):
    server = await serve(in_turn(answer(429, headers=BUSY), answer(429, headers=BUSY), answer(201)))

    answered, log = await command(connect(server))

    assert answered.status == 201
    assert (log.receipt.attempts, len(server.received)) == (3, 3)


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "60"}], ids=["no wait told", "a long wait"])
async def test_other_waits_are_the_callers(serve, connect, headers):
    server = await serve(answer(429, headers=headers))

    failure, log = await command(connect(server))

    assert isinstance(failure, RateLimitedError)
    assert (log.writes[0].state, len(server.received)) == (WriteState.REFUSED, 1)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
async def test_an_answer_that_leaves_a_doubt_is_never_answered_by_another_try(serve, connect, status):
    server = await serve(in_turn(answer(status, headers=BUSY), answer(201)))

    _, log = await command(connect(server))

    assert (log.writes[0].state, log.writes[0].receipt.status, len(server.received)) == (WriteState.UNKNOWN, status, 1)


@pytest.mark.parametrize("reply", [DROP, HANG, Reply(b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{", then="close")])
async def test_silence_and_broken_answers_leave_a_doubt(serve, connect, reply):
    server = await serve(in_turn(reply, answer(201)))

    failure, log = await command(connect(server, timeout_s=0.1))

    assert isinstance(failure, UpstreamTimeoutError | UpstreamUnavailableError)
    assert (log.writes[0].state, log.writes[0].receipt.status, len(server.received)) == (WriteState.UNKNOWN, None, 1)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 418, 422])
async def test_a_refusal_is_certain(serve, connect, status):
    _, log = await command(connect(await serve(answer(status))))

    assert (log.writes[0].state, log.effective) == (WriteState.REFUSED, [])


@pytest.mark.parametrize("status", [301, 302, 307])
async def test_a_redirect_is_followed_by_nobody_and_leaves_a_doubt(serve, connect, status):
    server = await serve(answer(status, headers={"Location": "/elsewhere"}))

    failure, log = await command(connect(server))

    assert isinstance(failure, MalformedResponseError)
    assert (log.writes[0].state, len(server.received)) == (WriteState.UNKNOWN, 1)


async def test_a_write_that_is_cancelled_is_noted_as_a_doubt(serve, connect):
    server = await serve(HANG)
    upstream = connect(server)
    with logging_writes() as log:
        under_way = asyncio.ensure_future(upstream.command("/runs", method="POST", body={}))
        await until(lambda: bool(server.received))
        under_way.cancel()
        with pytest.raises(asyncio.CancelledError):
            await under_way

    assert [write.state for write in log.writes] == [WriteState.UNKNOWN]


def failed(kind, sent, **facts):
    error = kind("x", provider="acme", **facts)
    error.sent = sent
    return error


def test_a_wait_must_leave_time_for_the_answer():
    refused = failed(RateLimitedError, True, retry_after_s=2)
    token = request_budget.set(RequestBudget(2.5, 10))
    try:
        assert wait_before_resending_s(refused, 1) is None
    finally:
        request_budget.reset(token)
    assert wait_before_resending_s(refused, 1) == 2
    assert wait_before_resending_s(refused, 3) is None


@pytest.mark.parametrize(
    ("error", "status", "state"),
    [
        (failed(UpstreamTimeoutError, None), None, WriteState.UNKNOWN),
        (failed(DeadlineExceededError, None), None, WriteState.UNKNOWN),
        (failed(DeadlineExceededError, False), None, WriteState.UNSENT),
        (failed(ConflictError, True), 501, WriteState.REFUSED),
        (failed(InvalidInputError, True), 200, WriteState.UNKNOWN),
        (failed(UpstreamUnavailableError, True), 404, WriteState.REFUSED),
    ],
)
def test_what_a_failure_says_of_its_effect(error, status, state):
    assert state_of(error, status) is state
