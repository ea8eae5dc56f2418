"""Records on their way: order, fate, and never twice."""

import asyncio

import pytest

from gateway.domain.audit import AuditQuery
from gateway.domain.commands.destinations import ActivateDestination, DeleteDestination, ResendDeliveries
from gateway.domain.destination import Batching, DeliveryStatus, DestinationState, PropertyInObject, ResponseWebhook
from gateway.domain.errors import (
    InvalidInputError,
    PermissionDeniedError,
    RateLimitedError,
    UpstreamCredentialError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from gateway.domain.global_id import encode_id
from tests.destinations.stage import BUILDS, DELETE, RUN, Process

pytestmark = pytest.mark.anyio


def failing(error, *, sent, times=1):
    """A vendor that answers with this some times, and then goes well."""
    left = [times]

    async def answer(_method, _body):
        if left[0]:
            left[0] -= 1
            error.sent = sent
            return error
        return 201, b"{}"

    return answer


def branches(vendor):
    return [body["branch"] for body in vendor.sent]


async def test_each_record_becomes_a_call_in_order(process, vendor):
    key = await process.made(template=RUN)

    await process.send(key, [{"branch": f"b{number}"} for number in range(20)])
    await process.settled(key)

    assert branches(vendor) == [f"b{number}" for number in range(20)]
    counters = (await process.destination(key)).counters
    assert (counters.accepted, counters.succeeded, counters.queued, counters.running, counters.calls) == (20, 20, 0, 0, 20)


async def test_a_delivery_tells_what_was_made_and_forgets_the_record(process):
    key = await process.made(template=RUN)

    await process.send(key, [{"branch": "main"}])
    await process.settled(key)

    [delivery] = await process.deliveries(key)
    assert (delivery.record, delivery.attempts, delivery.call) == (None, 1, 1)
    assert delivery.receipt is not None and delivery.receipt.path == "/pipelines/web/builds"
    assert len(delivery.changed) == 1


async def test_the_audit_log_knows_each_attempt_its_destination_and_in_whose_name(process, store):
    key = await process.made(template=DELETE, confirm_destructive=True)

    await process.send(key, [{"pipeline": "old"}])
    await process.settled(key)

    [delivery] = await process.deliveries(key)
    found = await store.mutations.entries(AuditQuery(destinations=(encode_id(key),)), None, 10)
    attempts = [entry.attempt for entry in found if entry.attempt.mutation == "deletePipeline"]
    assert [(each.id, each.caller, each.confirmed_by) for each in attempts] == [(delivery.attempt_id, "ann", "destination")]


async def test_batches_go_as_one_body_and_share_their_fate(process, vendor):
    batching = Batching(size=2, property=PropertyInObject(name="builds", others={"source": "gw"}))
    key = await process.made(manual=BUILDS, batching=batching, exclude_attributes=("n",))

    await process.send(key, [{"id": number, "n": "x"} for number in range(1, 6)])
    await process.settled(key)

    assert vendor.sent == [
        {"source": "gw", "builds": [{"id": 1}, {"id": 2}]},
        {"source": "gw", "builds": [{"id": 3}, {"id": 4}]},
        {"source": "gw", "builds": [{"id": 5}]},
    ]
    assert [delivery.call for delivery in await process.deliveries(key)] == [1, 1, 2, 2, 3]


async def test_a_transform_shapes_the_body(process, vendor):
    key = await process.made(manual=BUILDS, batching=Batching(size=2, transform="wrap_by_id"))

    await process.send(key, [{"id": 1}, {"id": 2}, {"id": 3}])
    await process.settled(key)

    assert vendor.sent == [{"1": {"id": 1}, "2": {"id": 2}}, {"3": {"id": 3}}]


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (RateLimitedError("Slowly.", provider="acme", retry_after_s=0.05), True),
        (UpstreamUnavailableError("Refused.", provider="acme"), False),
    ],
    ids=["rate-limited", "never-sent"],
)
async def test_what_had_no_effect_is_sent_again_before_anything_behind_it(process, vendor, monkeypatch, error, sent):
    monkeypatch.setattr("gateway.destinations.verdict.FIRST_WAIT_S", 0.05)
    vendor.answer = failing(error, sent=sent, times=2)
    key = await process.made(template=RUN)

    await process.send(key, [{"branch": "a"}, {"branch": "b"}])
    assert await process.settled(key) == ["SUCCEEDED", "SUCCEEDED"]

    assert branches(vendor) == ["a", "a", "a", "b"]
    assert [delivery.attempts for delivery in await process.deliveries(key)] == [3, 1]


async def test_what_is_not_known_is_a_persons_to_decide(process, vendor):
    vendor.answer = failing(UpstreamTimeoutError("Late.", provider="acme"), sent=None)
    key = await process.made(template=RUN)

    await process.send(key, [{"branch": "a"}, {"branch": "b"}])
    assert await process.settled(key) == ["UNKNOWN", "SUCCEEDED"]
    assert branches(vendor) == ["a", "b"]

    unknown = (await process.deliveries(key))[0]
    assert unknown.record == b'{"branch":"a"}'
    await process.done(ResendDeliveries(destination=key, deliveries=(unknown.key,)))
    assert await process.settled(key) == ["SUCCEEDED", "SUCCEEDED"]
    assert branches(vendor) == ["a", "b", "a"]


async def test_a_record_at_fault_harms_no_other(process, vendor):
    key = await process.made(template=RUN)

    await process.send(key, [{"branch": "a"}, {"brunch": "b"}, {"branch": "c"}])
    assert await process.settled(key) == ["SUCCEEDED", "FAILED", "SUCCEEDED"]

    assert branches(vendor) == ["a", "c"]
    failed = (await process.deliveries(key))[1]
    assert failed.code == "BAD_USER_INPUT"
    assert "brunch" in (failed.message or "")


async def test_five_failures_in_a_row_end_it_and_the_rest_stays_queued(process, vendor):
    vendor.answer = failing(InvalidInputError("No.", provider="acme"), sent=True, times=100)
    key = await process.made(template=RUN)

    await process.send(key, [{"branch": f"b{number}"} for number in range(8)])
    await process.until(lambda: _is(process, key, DestinationState.ERROR))

    assert len(vendor.sent) == 5
    assert await process.statuses(key) == ["FAILED"] * 5 + ["QUEUED"] * 3
    destination = await process.destination(key)
    assert destination.last_error is not None and destination.last_error.code == "BAD_USER_INPUT"

    vendor.answer = failing(InvalidInputError("No.", provider="acme"), sent=True, times=0)
    await process.done(ActivateDestination(destination=key))
    assert await process.settled(key) == ["FAILED"] * 5 + ["SUCCEEDED"] * 3


@pytest.mark.parametrize(
    ("error", "first"),
    [(UpstreamCredentialError("Who?", provider="acme"), "QUEUED"), (PermissionDeniedError("No.", provider="acme"), "FAILED")],
    ids=["credential", "permission"],
)
async def test_a_refused_credential_ends_it_at_once(process, vendor, error, first):
    vendor.answer = failing(error, sent=True)
    key = await process.made(template=RUN)

    await process.send(key, [{"branch": "a"}, {"branch": "b"}])
    await process.until(lambda: _is(process, key, DestinationState.ERROR))

    assert await process.statuses(key) == [first, "QUEUED"]
    await process.done(ActivateDestination(destination=key))
    rest = await process.settled(key)
    assert rest == ["SUCCEEDED" if first == "QUEUED" else "FAILED", "SUCCEEDED"]


async def test_a_pause_lets_the_call_in_flight_end_and_keeps_the_rest(process, vendor):
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def answer(_method, _body):
        begun.set()
        await go_on.wait()
        return 201, b"{}"

    vendor.answer = answer
    key = await process.made(template=RUN)
    await process.send(key, [{"branch": "a"}, {"branch": "b"}])
    await begun.wait()

    await process.pause(key)
    go_on.set()
    await process.until(lambda: _has(process, key, ["SUCCEEDED", "QUEUED"]))
    await asyncio.sleep(0.15)

    assert branches(vendor) == ["a"]
    await process.done(ActivateDestination(destination=key))
    assert await process.settled(key) == ["SUCCEEDED", "SUCCEEDED"]


async def test_deleting_cancels_what_waits(process, vendor):
    key = await process.made(template=RUN, queue_while_paused=True, active=False)
    await process.send(key, [{"branch": "a"}, {"branch": "b"}])

    await process.done(DeleteDestination(destination=key))

    assert await process.statuses(key) == ["CANCELED", "CANCELED"]
    assert vendor.sent == []
    refused = await process.perform(ResendDeliveries(destination=key, status=DeliveryStatus.CANCELED))
    named = [delivery.key for delivery in await process.deliveries(key)]
    also = await process.perform(ResendDeliveries(destination=key, deliveries=tuple(named)))
    assert [error.code for error in (*refused.errors, *also.errors)] == ["BAD_USER_INPUT", "CONFLICT"]


async def test_records_with_one_key_are_one(process, vendor):
    key = await process.made(template=RUN, key_attribute="ticket")

    await process.send(key, [{"branch": "a", "ticket": "T-1"}, {"branch": "a", "ticket": "T-1"}])
    await process.send(key, [{"branch": "a", "ticket": "T-1"}, {"branch": "b", "ticket": "T-2"}])
    await process.settled(key)

    assert branches(vendor) == ["a", "b"]


async def test_a_process_that_stops_ends_its_call_and_leaves_the_rest_to_others(store, vendor):
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def answer(_method, _body):
        begun.set()
        await go_on.wait()
        return 201, b"{}"

    vendor.answer = answer
    async with Process(store, vendor) as first:
        key = await first.made(template=RUN)
        await first.send(key, [{"branch": "a"}, {"branch": "b"}])
        await begun.wait()
        stopping = asyncio.create_task(first.desk.close())
        await asyncio.sleep(0.05)
        go_on.set()
        await stopping
        assert await first.statuses(key) == ["SUCCEEDED", "QUEUED"]

    async with Process(store, vendor) as second:
        assert await second.settled(key) == ["SUCCEEDED", "SUCCEEDED"]
    assert branches(vendor) == ["a", "b"]


async def test_several_processes_share_the_work_and_send_each_record_once(store, vendor):
    async with Process(store, vendor) as first, Process(store, vendor) as second:
        keys = [await first.made(template=RUN) for _ in range(4)]
        for place, key in enumerate(keys):
            sender = first if place % 2 else second
            await sender.send(key, [{"branch": f"{place}-{number}"} for number in range(15)])
        for key in keys:
            await first.settled(key)

    sent = branches(vendor)
    assert len(sent) == len(set(sent)) == 60
    for place in range(4):
        own = [int(branch.split("-")[1]) for branch in sent if branch.startswith(f"{place}-")]
        assert own == sorted(own)


async def test_the_response_webhook_is_told_of_each_end_and_of_no_secret(process, vendor):
    key = await process.made(template=RUN, response_webhook=ResponseWebhook(url="https://hooks.example/x"))

    await process.send(key, [{"branch": "main"}])
    await process.settled(key)

    [report] = process.webhooks
    assert (report.number, report.method, report.status, report.record_count, report.code) == (1, "POST", 201, 1, None)
    assert report.response == b'{"id":"1","env":"***"}'


async def test_a_template_without_a_record_needs_it_confirmed(process):
    key = await process.made(template=DELETE, active=False)

    assert (await process.destination(key)).state is DestinationState.DRAFT
    refused = await process.perform(ActivateDestination(destination=key))
    assert "confirmDestructive" in refused.errors[0].message


async def _is(process, key, state):
    return (await process.destination(key)).state is state


async def _has(process, key, statuses):
    return await process.statuses(key) == statuses
