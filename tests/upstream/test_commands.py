"""A command's write: tried again only if it surely had no effect, and noted as what it is."""

import asyncio
import json
import socket

import pytest

from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.call_log import MOST_KEPT_BYTES, watching_calls
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
from gateway.domain.write_log import Receipt, WriteState, logging_writes, note_write
from gateway.upstream.delivery import state_of
from gateway.upstream.resend import wait_before_resending_s
from gateway.upstream.statuses import Explanation
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


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 418, 425, 499])
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


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 415, 422])
async def test_a_refusal_is_certain(serve, connect, status):
    _, log = await command(connect(await serve(answer(status))))

    assert (log.writes[0].state, log.effective) == (WriteState.REFUSED, [])


async def test_an_odd_header_or_body_of_a_failure_does_not_hide_that_it_was_sent(serve, connect):
    odd = {"Retry-After": "Mon, 01 Jan 2024 00:00:00 +9999999999999"}
    server = await serve(answer(503, headers=odd, body=b'{"message":' + b"[" * 100_000))

    failure, log = await command(connect(server))

    assert isinstance(failure, UpstreamUnavailableError)
    assert [write.state for write in log.writes] == [WriteState.UNKNOWN]


async def test_a_bug_after_sending_does_not_hide_that_it_was_sent(serve, connect, monkeypatch):
    upstream = connect(await serve(answer(201)))
    monkeypatch.setattr(upstream, "_answer", lambda _: 1 / 0)

    with logging_writes() as log, pytest.raises(ZeroDivisionError):
        await upstream.command("/runs", method="POST", body={})

    assert [write.state for write in log.writes] == [WriteState.UNKNOWN]


async def test_what_was_secret_in_the_body_is_in_no_message_and_not_in_the_health(serve, connect):
    secret = "-----BEGIN KEY-----\nc4n4ry\n-----END KEY-----"
    quoted = json.dumps({"message": f"engine refused {secret} as it is"}).encode()
    upstream = connect(await serve(answer(503, body=quoted)), explain=lambda _s, _h, body: Explanation(json.loads(body)["message"]))

    with pytest.raises(GatewayError) as caught:
        await upstream.command("/runs", method="POST", body={"key": secret}, hide=[secret])

    assert caught.value.message == "engine refused [hidden] as it is"
    assert "c4n4ry" not in repr(upstream.monitor.health())


def test_attempts_of_the_same_call_are_counted_together():
    with logging_writes() as log:
        for status, state in ((401, WriteState.REFUSED), (201, WriteState.DONE)):
            note_write(Receipt(provider="acme", method="POST", path="/runs", status=status), state)

    assert (log.receipt.status, log.receipt.attempts) == (201, 2)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (301, WriteState.REFUSED),
        (302, WriteState.REFUSED),
        (303, WriteState.UNKNOWN),
        (307, WriteState.REFUSED),
        (308, WriteState.REFUSED),
    ],
)
async def test_a_redirect_is_followed_by_nobody_and_is_a_refusal_unless_it_says_see_other(serve, connect, status, state):
    server = await serve(answer(status, headers={"Location": "/elsewhere"}))

    failure, log = await command(connect(server))

    assert isinstance(failure, MalformedResponseError)
    assert (log.writes[0].state, len(server.received)) == (state, 1)


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


def definitely(error):
    error.definite = True
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
        (definitely(failed(ConflictError, True)), 501, WriteState.REFUSED),
        (failed(InvalidInputError, True), 200, WriteState.UNKNOWN),
        (failed(UpstreamUnavailableError, True), 404, WriteState.REFUSED),
        (failed(ConflictError, True), 502, WriteState.UNKNOWN),
    ],
)
def test_what_a_failure_says_of_its_effect(error, status, state):
    assert state_of(error, status) is state


async def test_of_watched_calls_the_answers_to_writes_are_kept_and_those_to_reads_are_not(serve, connect):
    server = await serve(answer(200, b"x" * (MOST_KEPT_BYTES + 10)))
    upstream = connect(server)

    with watching_calls() as log:
        await upstream.read("/look")
        await upstream.command("/runs", method="POST")

    looked, written = log.calls
    assert (looked.write, looked.status, looked.response) == (False, 200, None)
    assert (written.write, written.status, written.response) == (True, 200, b"x" * MOST_KEPT_BYTES)
