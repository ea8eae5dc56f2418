"""Records that come with a mutation."""

import asyncio

import pytest

from gateway.destinations.intake.sending import prepared, send
from gateway.domain.destination import DestinationState
from gateway.domain.errors import (
    DestinationNotActiveError,
    InvalidInputError,
    NotFoundError,
    QueueFullError,
    StoreUnavailableError,
)
from gateway.domain.keys import DestinationKey
from gateway.domain.mutation_errors import IdempotencyError, IdempotencyReason
from tests.destinations.intake.places import Failing, Noting, kept, make, put_into

pytestmark = pytest.mark.anyio

RECORDS = [{"id": 1}, {"id": 2}]
KEPT = [b'{"id":1}', b'{"id":2}']


def counts(sent):
    return sent.accepted, sent.duplicates, sent.refused, sent.replayed


async def test_records_are_kept_together(store):
    noting = Noting(store)
    key = await make(store)

    sent = await send(noting, key, RECORDS, None, "ada")

    assert counts(sent) == (2, 0, 0, False)
    assert await kept(store, key) == KEPT
    assert noting.groups == [(2, True)]


async def test_without_a_key_they_are_taken_each_time(store):
    key = await make(store)
    await send(store, key, RECORDS, None, "ada")

    assert counts(await send(store, key, RECORDS, None, "ada")) == (2, 0, 0, False)
    assert await kept(store, key) == KEPT * 2


async def test_with_a_key_they_are_taken_once(store):
    key = await make(store)
    sent = await send(store, key, RECORDS, "k", "ada")

    again = await send(store, key, [dict(reversed(record.items())) for record in RECORDS], "k", "ada")

    assert (counts(sent), counts(again)) == ((2, 0, 0, False), (2, 0, 0, True))
    assert await kept(store, key) == KEPT


async def test_once_though_the_destination_is_paused_by_now(store):
    key = await make(store)
    await send(store, key, RECORDS, "k", "ada")
    await put_into(store, key, DestinationState.PAUSED)

    assert counts(await send(store, key, RECORDS, "k", "ada")) == (2, 0, 0, True)


async def test_two_at_the_same_time_are_taken_once(store):
    key = await make(store)

    both = await asyncio.gather(*(send(store, key, RECORDS, "k", "ada") for _ in range(2)))

    assert sorted(map(counts, both)) == [(2, 0, 0, False), (2, 0, 0, True)]
    assert await kept(store, key) == KEPT


async def test_a_key_stands_for_its_records(store):
    key = await make(store)
    await send(store, key, RECORDS, "k", "ada")

    for other in (RECORDS[:1], RECORDS[::-1], [{"id": 1}, {"id": 2.0}]):
        sent = await send(store, key, other, "k", "ada")
        (problem,) = sent.errors
        assert isinstance(problem, IdempotencyError)
        assert (problem.reason, problem.path) == (IdempotencyReason.OTHER_INPUT, ("input", "idempotencyKey"))
    assert await kept(store, key) == KEPT


async def test_a_key_is_its_callers_own_and_the_destinations(store):
    key, other = await make(store), await make(store, "other")
    await send(store, key, RECORDS, "k", "ada")

    assert counts(await send(store, key, RECORDS, "k", "grace")) == (2, 0, 0, False)
    assert counts(await send(store, other, RECORDS, "k", "ada")) == (2, 0, 0, False)


async def test_what_cannot_be_taken_is_told_by_its_number_also_a_second_time(store):
    key = await make(store, key_attribute="id")
    deep: object = 1
    for _ in range(64):
        deep = [deep]
    records = [
        {"id": 1},
        [1],
        {"id": "\ud800"},
        {"id": 2, "n": 2**64},
        {"id": 3, "n": float("nan")},
        {"id": 4, "deep": deep},
        {"id": 5, "long": "x" * 300_000},
        {"x": 1},
        {"id": 1},
        {"id": 1, "x": 1},
    ]

    sent = await send(store, key, records, "k", "ada")
    again = await send(store, key, records, "k", "ada")

    own = [
        (2, "NOT_AN_OBJECT"),
        (3, "INVALID_TEXT"),
        (4, "NUMBER_TOO_LARGE"),
        (5, "NUMBER_TOO_LARGE"),
        (6, "TOO_DEEP"),
        (7, "TOO_LARGE"),
        (8, "KEY_UNUSABLE"),
    ]
    assert [(each.number, each.code) for each in sent.refusals] == [*own, (10, "KEY_HAS_OTHER_CONTENT")]
    assert counts(sent) == (1, 1, 8, False)
    assert [(each.number, each.code) for each in again.refusals] == own
    assert counts(again) == (1, 1, 8, True)


async def test_nothing_but_faults_asks_the_store_for_nothing(store):
    noting = Noting(store)

    assert counts(await send(noting, await make(store), [[]], None, "ada")) == (0, 0, 1, False)
    assert noting.groups == []


@pytest.mark.parametrize("count", [0, 1001])
async def test_how_many_may_be_sent(store, count):
    with pytest.raises(InvalidInputError, match=r"`records` must be 1 to 1,000 records, not") as caught:
        await send(store, await make(store), [{}] * count, None, "ada")
    assert caught.value.field == "records"


async def test_a_thousand_go_together(store):
    key = await make(store)

    assert (await send(store, key, [{"id": number} for number in range(1000)], "k", "ada")).accepted == 1000


async def test_failures_come_out_and_the_key_is_free(store):
    key = await make(store, state=DestinationState.PAUSED)
    with pytest.raises(DestinationNotActiveError):
        await send(store, key, RECORDS, "k", "ada")
    with pytest.raises(NotFoundError):
        await send(store, DestinationKey("acme", ("none",)), RECORDS, "k", "ada")
    await put_into(store, key, DestinationState.ACTIVE)
    with pytest.raises(StoreUnavailableError):
        await send(Failing(store, StoreUnavailableError("away")), key, RECORDS, "k", "ada")

    assert counts(await send(store, key, RECORDS, "k", "ada")) == (2, 0, 0, False)


async def test_after_a_lost_acknowledgement_they_are_there_once(store):
    key = await make(store)
    with pytest.raises(StoreUnavailableError):
        await send(Failing(store, StoreUnavailableError("away"), late=True), key, RECORDS, "k", "ada")

    assert counts(await send(store, key, RECORDS, "k", "ada")) == (2, 0, 0, True)
    assert await kept(store, key) == KEPT


@pytest.mark.parametrize("record", [{"n": 10**5000}, {"n": float("inf")}])
async def test_a_number_of_any_size_is_no_fault_of_the_gateway(store, record):
    key = await make(store)
    assert [each.code for each in (await send(store, key, [record], None, "ada")).refusals] == ["NUMBER_TOO_LARGE"]
    with pytest.raises(InvalidInputError):
        await send(store, key, [{"n": 10**5000}], "k", "ada")


@pytest.mark.parametrize("depth", [65, 500, 980, 100_000])
@pytest.mark.parametrize("idempotency_key", [None, "k"])
async def test_what_is_nested_too_deeply_is_refused_by_its_number(store, depth, idempotency_key):
    key = await make(store)
    deep = {}
    for _ in range(depth - 1):
        deep = {"a": deep}

    sent = await send(store, key, [{"id": 1}, deep, {"id": 2}], idempotency_key, "ada")

    assert [(each.number, each.code) for each in sent.refusals] == [(2, "TOO_DEEP")]
    assert await kept(store, key) == KEPT


async def test_a_full_queue_takes_none_of_what_does_not_fit(store):
    key = await make(store)
    await send(store, key, RECORDS, None, "ada", max_queued=3)

    with pytest.raises(QueueFullError, match="2 records wait in the destination 'builds', and no more than 3 may") as caught:
        await send(store, key, RECORDS, "k", "ada", max_queued=3)

    assert (caught.value.code, caught.value.retryable) == ("QUEUE_FULL", True)
    assert await kept(store, key) == KEPT
    assert counts(await send(store, key, RECORDS, "k", "ada", max_queued=4)) == (2, 0, 0, False)


@pytest.mark.parametrize(("own", "said"), [(1, "its `maxQueued` of 1 leaves"), (9, "the operator's `max_queued` of 1 leaves")])
async def test_while_it_does_not_send_the_lesser_bound_counts(store, own, said):
    key = await make(store, state=DestinationState.PAUSED, queue_while_paused=True, max_queued=own)

    with pytest.raises(DestinationNotActiveError, match=said):
        await send(store, key, RECORDS, None, "ada", max_queued=1 if own > 1 else 9)


def test_records_are_prepared_as_they_would_be_read():
    items = prepared([{"id": 1, "n": 1.5}, [], {"x": 1}, {"n": 1.5, "id": 2}, {"id": 1, "n": 1.5}, {"id": "1"}], "id")

    assert [(each.number, getattr(each, "code", None)) for each in items] == [
        (1, None),
        (2, "NOT_AN_OBJECT"),
        (3, "KEY_UNUSABLE"),
        (4, None),
        (5, "DUPLICATE"),
        (6, "KEY_HAS_OTHER_CONTENT"),
    ]
    assert (items[0].values, items[0].content) == ({"id": 1, "n": 1.5}, b'{"id":1,"n":1.5}')
    assert items[4].message == "Record 1 has the same content under the same 'id'."
    assert [type(each).__name__ for each in prepared([{}, {}], None)] == ["ReadRecord"] * 2
