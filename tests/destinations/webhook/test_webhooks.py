"""Response webhooks on their way."""

import asyncio
import contextlib
import json
import logging
import time
from datetime import UTC, datetime

import httpx
import pytest

from gateway.destinations.webhook.payload import CallReport
from gateway.destinations.webhook.webhooks import ResponseWebhooks, WebhookOptions
from gateway.domain.errors import StoreUnavailableError
from gateway.domain.global_id import encode_id
from gateway.domain.keys import DestinationKey
from tests.destinations.webhook.test_signature import verified
from tests.upstream.raw_server import DROP, HANG, answer, until

pytestmark = pytest.mark.anyio

A, B = DestinationKey("acme", ("a",)), DestinationKey("acme", ("b",))
SHARED = "shared"
QUICK = WebhookOptions(timeout_s=0.2, pauses_s=(0.01, 0.02))


class Noted:
    """Where the counts go. `fail` raises instead, as often as it says."""

    def __init__(self, *fail):
        self.counts, self.calls, self._fail = {}, 0, list(fail)

    async def __call__(self, key, sent, lost):
        self.calls += 1
        if self._fail:
            raise self._fail.pop(0)
        before = self.counts.get(key, (0, 0))
        self.counts[key] = (before[0] + sent, before[1] + lost)


def report(number):
    return CallReport(
        number=number,
        sent_at=datetime(2026, 2, 3, tzinfo=UTC),
        method="POST",
        url="https://a.example/x",
        record_count=1,
        batch_index=number - 1,
        status=200,
        response=b"{}",
    )


@contextlib.asynccontextmanager
async def running(noted, options=QUICK, secret=SHARED, **more):
    webhooks = ResponseWebhooks(secret, noted, allow_loopback=True, options=options, **more)
    task = asyncio.create_task(webhooks.run())
    try:
        yield webhooks
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await webhooks.close(0)


def numbers(server, path=None):
    return [json.loads(each.body)["call_id"] for each in server.received if path in (None, each.target)]


async def test_a_call_is_told(receiver):
    server, noted = await receiver(answer(200)), Noted()

    async with running(noted, secret="shared") as webhooks:
        webhooks.tell(A, server.url + "/in?api_key=k", report(7))
        await until(lambda: noted.counts == {A: (1, 0)})

    (request,) = server.received
    assert (request.method, request.target) == ("POST", "/in?api_key=k")
    assert request.headers["content-type"] == "application/json"
    assert verified(request.headers, request.body, b"shared")
    assert abs(int(request.headers["webhook-timestamp"]) - time.time()) < 5
    assert json.loads(request.body)["destination_id"] == encode_id(A)
    assert json.loads(request.body)["call_id"] == "c-000007"


@pytest.mark.parametrize("first", [answer(500), answer(503), answer(408), answer(429), DROP, HANG])
async def test_what_may_pass_is_tried_again_as_the_same_message(receiver, first):
    replies, noted, times = [first, first, answer(204)], Noted(), iter(range(100, 200))
    server = await receiver(lambda _: replies.pop(0))

    async with running(noted, secret="shared", now=lambda: next(times)) as webhooks:
        webhooks.tell(A, server.url, report(1))
        await until(lambda: noted.counts == {A: (1, 0)}, 1)

    assert len(server.received) == 3
    assert len({each.headers["webhook-id"] for each in server.received}) == 1
    assert [each.headers["webhook-timestamp"] for each in server.received] == ["100", "101", "102"]
    assert len({each.body for each in server.received}) == 1
    assert all(verified(each.headers, each.body, b"shared") for each in server.received)


async def test_after_the_last_try_it_is_lost(receiver):
    server, noted = await receiver(answer(500)), Noted()

    async with running(noted) as webhooks:
        webhooks.tell(A, server.url, report(1))
        await until(lambda: noted.counts == {A: (0, 1)})

    assert len(server.received) == 3


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 410])
async def test_other_answers_are_final(receiver, status):
    server, noted = await receiver(answer(status, b"", {"Location": "/elsewhere"})), Noted()

    async with running(noted) as webhooks:
        webhooks.tell(A, server.url, report(1))
        await until(lambda: noted.counts == {A: (0, 1)})

    assert len(server.received) == 1


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "http://93.184.215.14/", "https://a.localhost/", "no url", "http://[::1", ""])
async def test_an_address_that_is_refused_is_not_tried_again(url):
    noted = Noted()

    async with running(noted, WebhookOptions(pauses_s=(60.0, 60.0))) as webhooks:
        webhooks.tell(A, url, report(1))
        await until(lambda: noted.counts == {A: (0, 1)})


async def test_order_within_a_destination_and_none_between_them(receiver):
    failing = iter([answer(200), answer(500)])
    server, noted = await receiver(lambda got: next(failing, answer(200)) if got.target == "/a" else answer(200)), Noted()

    async with running(noted, WebhookOptions(pauses_s=(0.25,))) as webhooks:
        for number in range(1, 6):
            webhooks.tell(A, server.url + "/a", report(number))
        for number in range(1, 6):
            webhooks.tell(B, server.url + "/b", report(number))
        await until(lambda: noted.counts.get(B) == (5, 0), 0.2)  # they do not wait for the other one's pause
        assert noted.counts[A] == (1, 0)
        await until(lambda: noted.counts.get(A) == (5, 0), 1)

    assert numbers(server, "/b") == [f"c-{number:06d}" for number in range(1, 6)]
    assert numbers(server, "/a") == [f"c-{number:06d}" for number in (1, 2, 2, 3, 4, 5)]


async def test_several_at_once_but_of_each_destination_one(receiver):
    open_now = set()
    doubled = []

    def note(got):
        if got.target in open_now:
            doubled.append(got.target)
        open_now.add(got.target)
        return HANG

    server = await receiver(note)
    async with running(Noted(), WebhookOptions(timeout_s=5, at_once=3)) as webhooks:
        for number in range(1, 3):
            for name in "abcde":
                webhooks.tell(DestinationKey("acme", (name,)), f"{server.url}/{name}", report(number))
        await until(lambda: len(server.received) == 3)
        await asyncio.sleep(0.02)

    assert (len(server.received), doubled) == (3, [])


async def test_what_is_too_much_is_lost_and_what_waits_is_not(receiver, caplog):
    server, noted = await receiver(answer(200)), Noted()
    webhooks = ResponseWebhooks(SHARED, noted, allow_loopback=True, options=WebhookOptions(most_waiting=3))
    with caplog.at_level(logging.WARNING):
        for number in range(1, 6):
            webhooks.tell(A, server.url, report(number))
        webhooks.tell(B, server.url, report(1))

    await webhooks.close(1)

    assert numbers(server) == ["c-000001", "c-000002", "c-000003"]
    assert noted.counts == {A: (3, 2), B: (0, 1)}
    assert len(caplog.records) == 1


async def test_an_outage_is_logged_once(receiver, caplog):
    replies = [answer(410), answer(410), answer(200), answer(410)]
    server, noted = await receiver(lambda _: replies.pop(0)), Noted()

    with caplog.at_level(logging.INFO, "gateway.destinations.webhook.webhooks"):
        async with running(noted) as webhooks:
            for number in range(1, 5):
                webhooks.tell(A, server.url + "/path-of-canary", report(number))
            await until(lambda: noted.counts == {A: (1, 3)})

    assert [record.getMessage() for record in caplog.records] == [
        "the response webhook of destination acme/a does not take calls, they are lost: it answered 410",
        "the response webhook of destination acme/a takes calls again",
        "the response webhook of destination acme/a does not take calls, they are lost: it answered 410",
    ]


async def test_a_store_that_is_away_is_told_later(receiver, caplog):
    away = StoreUnavailableError("The store is away.")
    server, noted = await receiver(answer(200)), Noted(away, away)

    async with running(noted, WebhookOptions(count_again_s=0.05)) as webhooks:
        webhooks.tell(A, server.url, report(1))
        await until(lambda: noted.calls == 1)
        webhooks.tell(A, server.url, report(2))
        await until(lambda: noted.counts == {A: (2, 0)})

    assert len(caplog.records) == 1


async def test_counts_that_find_no_store_to_the_end_are_in_the_log(receiver, caplog):
    server, noted = await receiver(answer(200)), Noted(*[StoreUnavailableError("The store is away.")] * 3)
    webhooks = ResponseWebhooks(SHARED, noted, allow_loopback=True)
    webhooks.tell(A, server.url, report(1))
    webhooks.tell(B, "https://10.0.0.1/", report(1))

    await webhooks.close(1)

    assert noted.counts == {}
    assert "not counted: 1 response webhooks sent, 1 lost" in caplog.text


async def test_a_count_that_is_cut_off_is_told_again():
    calls, noted = [], Noted()

    async def note(*count):
        calls.append(count)
        if len(calls) == 1:
            await asyncio.sleep(60)
        await noted(*count)

    async with running(note) as webhooks:
        webhooks.tell(A, "https://10.0.0.1/", report(1))
        await until(lambda: calls)

    assert calls == [(A, 0, 1), (A, 0, 1)]
    assert noted.counts == {A: (0, 1)}


async def test_a_fault_of_the_counting_does_not_stop_the_sending(receiver, caplog):
    server, noted = await receiver(answer(200)), Noted(RuntimeError("bug"))

    async with running(noted) as webhooks:
        webhooks.tell(A, server.url, report(1))
        await until(lambda: noted.calls == 1)
        webhooks.tell(A, server.url, report(2))
        await until(lambda: noted.counts == {A: (1, 0)})

    assert "not counted" in caplog.text


async def test_a_fault_of_the_sending_loses_that_call_only(receiver, caplog):
    server, noted = await receiver(answer(200)), Noted()

    async with running(noted) as webhooks:
        webhooks.tell(
            A, server.url, CallReport(**{**{name: getattr(report(1), name) for name in report(1).__struct_fields__}, "url": None})
        )
        webhooks.tell(A, server.url, report(2))
        await until(lambda: noted.counts == {A: (1, 1)})

    assert numbers(server) == ["c-000002"]
    assert "failed here" in caplog.text


async def test_close_sends_what_waits(receiver):
    server, noted = await receiver(answer(200)), Noted()
    webhooks = ResponseWebhooks(SHARED, noted, allow_loopback=True)
    webhooks.tell(A, server.url, report(1))
    webhooks.tell(B, server.url, report(1))

    await webhooks.close(1)

    assert noted.counts == {A: (1, 0), B: (1, 0)}
    await until(lambda: not server.open_connections)


async def test_close_gives_up_in_time(receiver, caplog):
    server, noted = await receiver(HANG), Noted()
    async with running(noted, WebhookOptions(timeout_s=60)) as webhooks:
        for number in range(1, 4):
            webhooks.tell(A, server.url, report(number))
        await until(lambda: len(server.received) == 1)
        started = time.monotonic()
        await webhooks.close(0.05)
        assert time.monotonic() - started < 0.3
        webhooks.tell(A, server.url, report(4))

    assert noted.counts[A] == (0, 4)
    assert "3 response webhooks were not sent" in caplog.text


async def test_what_is_answered_after_close_is_not_counted_twice():
    asked, go, noted = asyncio.Event(), asyncio.Event(), Noted()

    class Late(httpx.AsyncBaseTransport):
        async def handle_async_request(self, _):
            asked.set()
            await go.wait()
            return httpx.Response(200)

    async with running(noted, WebhookOptions(timeout_s=60), transport=Late()) as webhooks:
        webhooks.tell(A, "https://hooks.example.com/", report(1))
        await asked.wait()
        await webhooks.close(0)
        go.set()
        await asyncio.sleep(0.02)

    assert noted.counts == {A: (0, 1)}


async def test_what_was_cut_off_by_the_end_of_a_run_is_sent_by_close(receiver):
    replies = [HANG]
    server, noted = await receiver(lambda _: replies.pop() if replies else answer(200)), Noted()
    webhooks = ResponseWebhooks(SHARED, noted, allow_loopback=True, options=WebhookOptions(timeout_s=60))
    task = asyncio.create_task(webhooks.run())
    webhooks.tell(A, server.url, report(1))
    webhooks.tell(A, server.url, report(2))
    await until(lambda: len(server.received) == 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    await webhooks.close(1)

    assert noted.counts == {A: (2, 0)}
    assert numbers(server) == ["c-000001", "c-000001", "c-000002"]
    assert server.received[0].headers["webhook-id"] == server.received[1].headers["webhook-id"]


def test_the_secret_is_not_shown():
    webhooks = ResponseWebhooks("canary-secret", Noted(), allow_loopback=False)

    assert "canary" not in repr(webhooks) + repr(vars(webhooks))
    with pytest.raises(ValueError, match="secret"):
        ResponseWebhooks("", Noted(), allow_loopback=False)


async def test_one_destination_does_not_take_the_room_of_all(receiver, caplog):
    server, noted = await receiver(answer(200)), Noted()
    webhooks = ResponseWebhooks(SHARED, noted, allow_loopback=True, options=WebhookOptions(most_waiting_of_one=2))
    for number in range(1, 5):
        webhooks.tell(A, server.url + "/a", report(number))
    webhooks.tell(B, server.url + "/b", report(1))

    await webhooks.close(1)

    assert (numbers(server, "/a"), numbers(server, "/b")) == (["c-000001", "c-000002"], ["c-000001"])
    assert noted.counts == {A: (2, 2), B: (1, 0)}
    assert [record.getMessage() for record in caplog.records] == [
        "2 response webhooks of destination acme/a wait: it is told no more until there is room"
    ]


async def test_a_receiver_that_fails_has_one_try_until_it_takes_something(receiver):
    replies = [500, 500, 500, 500, 200, 500, 200]
    server, noted = await receiver(lambda _: answer(replies.pop(0))), Noted()

    async with running(noted) as webhooks:
        for number in range(1, 5):
            webhooks.tell(A, server.url, report(number))
        await until(lambda: noted.counts == {A: (2, 2)})

    assert numbers(server) == [f"c-{number:06d}" for number in (1, 1, 1, 2, 3, 4, 4)]


async def test_without_a_secret_nothing_is_sent_and_it_is_said_once(receiver, caplog):
    server, noted = await receiver(answer(200)), Noted()

    async with running(noted, secret=None) as webhooks:
        for key in (A, A, B):
            webhooks.tell(key, server.url, report(1))
        await until(lambda: noted.counts == {A: (0, 2), B: (0, 1)})

    assert server.received == []
    assert [record.getMessage() for record in caplog.records] == [
        "response webhooks are not sent, and lost: there is no secret to sign them with"
    ]
