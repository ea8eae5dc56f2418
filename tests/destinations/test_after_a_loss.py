"""A process that goes in the middle of things: what it left is taken over, and never sent twice."""

import asyncio
import secrets
from datetime import UTC, datetime

import pytest

from gateway.domain.audit import Attempt, AttemptWithdrawnError, AuditOutcome, Settlement
from gateway.operations.attempts import new_attempt_id
from tests.destinations.stage import RUN, Process

pytestmark = pytest.mark.anyio

LEASE_S = 0.2


@pytest.fixture
async def left_running(store, vendor):
    """A destination whose first record was taken by a process that is gone: (key, attempt id)."""
    idle = Process(store, vendor)
    key = await idle.made(template=RUN)
    await idle.send(key, [{"branch": "a"}, {"branch": "b"}])
    gone = secrets.token_hex(4)
    assert await store.destinations.lease(gone, LEASE_S, 1, ["acme"]) == [key]
    attempt_id = new_attempt_id(datetime.now(UTC))
    turn = await store.destinations.turn(key, gone, LEASE_S, attempt_id, None)
    assert turn.batch is not None
    return key, attempt_id


def attempt(attempt_id):
    return Attempt(id=attempt_id, at=datetime.now(UTC), caller="ann", mutation="runPipeline", provider="acme")


def branches(vendor):
    return [body["branch"] for body in vendor.sent]


async def test_what_never_began_is_sent(store, vendor, left_running):
    key, _ = left_running

    async with Process(store, vendor) as process:
        assert await process.settled(key) == ["SUCCEEDED", "SUCCEEDED"]

    assert branches(vendor) == ["a", "b"]


async def test_what_had_ended_is_believed(store, vendor, left_running):
    key, attempt_id = left_running
    await store.mutations.begin(attempt(attempt_id), None, 5.0)
    await store.mutations.finish(
        attempt(attempt_id),
        Settlement(outcome=AuditOutcome.DONE, duration_s=0.1, method="POST", path="/x", status=201, writes=1),
        None,
        b"",
    )

    async with Process(store, vendor) as process:
        assert await process.settled(key) == ["SUCCEEDED", "SUCCEEDED"]
        first = (await process.deliveries(key))[0]

    assert branches(vendor) == ["b"]
    assert first.receipt is not None and first.receipt.status == 201


async def test_what_began_and_never_ended_is_unknown_once_its_time_is_over(store, vendor, left_running):
    key, attempt_id = left_running
    await store.mutations.begin(attempt(attempt_id), None, 0.4)

    async with Process(store, vendor) as process:
        assert await process.settled(key) == ["UNKNOWN", "SUCCEEDED"]

    assert branches(vendor) == ["b"]


async def test_as_long_as_it_may_be_under_way_nothing_is_sent(store, vendor, left_running):
    key, attempt_id = left_running
    await store.mutations.begin(attempt(attempt_id), None, 30.0)

    async with Process(store, vendor) as process:
        await asyncio.sleep(LEASE_S + 0.3)
        assert await process.statuses(key) == ["RUNNING", "QUEUED"]
        await store.mutations.finish(
            attempt(attempt_id), Settlement(outcome=AuditOutcome.REFUSED, duration_s=0.1, code="NOT_FOUND"), None, b""
        )
        assert await process.settled(key) == ["FAILED", "SUCCEEDED"]

    assert branches(vendor) == ["b"]


async def test_a_process_that_was_only_slow_cannot_begin_any_more(store, vendor, left_running):
    """Its batch was taken over before it began: it finds its attempt withdrawn."""
    key, attempt_id = left_running
    async with Process(store, vendor) as process:
        await process.settled(key)

    late = Process(store, vendor)
    with pytest.raises(AttemptWithdrawnError):
        await late.carried(key, [{"branch": "a"}], attempt_id)

    assert branches(vendor) == ["a", "b"]
