"""An input of records: in groups, to its end, or as far as it came."""

import asyncio

import pytest

from gateway.destinations.intake.input import GROUP_BYTES, GROUP_RECORDS, QueueBound, RecordInput, checked_name
from gateway.domain.destination import CallEnd, DeliveryStatus, DestinationState, Intake
from gateway.domain.errors import (
    ConflictError,
    DestinationNotActiveError,
    InvalidInputError,
    NotFoundError,
    QueueFullError,
    StoreUnavailableError,
)
from gateway.domain.keys import DestinationKey
from tests.destinations.intake.places import Failing, Noting, kept, make, put_into, settle

pytestmark = pytest.mark.anyio

PAUSED, ERROR, DRAFT, DELETED = (
    DestinationState.PAUSED,
    DestinationState.ERROR,
    DestinationState.DRAFT,
    DestinationState.DELETED,
)


def contents(*numbers):
    return [b'{"id":%d}' % number for number in numbers]


def lines(*numbers):
    return b"".join(content + b"\n" for content in contents(*numbers))


async def take(store, key, *chunks, **options):
    """All of an input; its progress."""
    given = RecordInput(store, key, **options)
    if await given.open():
        for chunk in chunks:
            if not await given.feed(chunk):
                return given.progress
        await given.end()
    return given.progress


def counts(progress):
    return progress.consumed, progress.accepted, progress.duplicates, progress.refused, progress.ended


async def test_records_are_kept_in_their_order(store):
    key = await make(store)

    progress = await take(store, key, b'{"id": 1}\n{"i', b'd": 2}\n\n{"id":3}')

    assert await kept(store, key) == contents(1, 2, 3)
    assert counts(progress) == (4, 3, 0, 0, True)


async def test_an_array(store):
    key = await make(store)

    progress = await take(store, key, b'[{"id":1},', b'5,{"id":2}]', array=True)

    assert await kept(store, key) == contents(1, 2)
    assert counts(progress) == (3, 2, 0, 1, True)
    assert [(each.number, each.code) for each in progress.refusals] == [(2, "NOT_AN_OBJECT")]


async def test_only_the_last_group_ends_the_input(store):
    noting = Noting(store)
    key = await make(store)

    await take(noting, key, lines(*range(GROUP_RECORDS)), lines(*range(GROUP_RECORDS)))
    await take(noting, key, lines(1), lines(2))

    assert noting.groups == [(GROUP_RECORDS, False), (GROUP_RECORDS, True), (2, True)]


async def test_what_is_flushed_is_ended_by_an_empty_group(store):
    noting = Noting(store)
    key = await make(store)
    given = RecordInput(noting, key)
    await given.open()

    await given.feed(lines(1, 2))
    assert given.progress.accepted == 0
    await given.flush()
    assert given.progress.accepted == 2
    await given.flush()
    await given.end()

    assert noting.groups == [(2, False), (0, True)]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"5\n"])
async def test_an_input_without_records_ends_nothing(store, data):
    noting = Noting(store)

    await take(noting, await make(store), data)

    assert noting.groups == []


async def test_a_group_is_no_more_than_a_megabyte(store):
    noting = Noting(store)
    key = await make(store)
    record = b'{"a":"' + b"x" * 200_000 + b'"}\n'

    await take(noting, key, *[record] * 12)

    assert [count for count, _ in noting.groups] == [5, 5, 2]
    assert len(record) * 5 <= GROUP_BYTES < len(record) * 6


async def test_what_cannot_be_taken_is_told_and_the_rest_is_taken(store):
    key = await make(store, key_attribute="id")
    data = b'{"id":1}\nno\n{"x":1}\n{"id":2}\n{"id":1}\n{"id":1,"x":2}\n'

    progress = await take(store, key, data)

    assert await kept(store, key) == contents(1, 2)
    assert counts(progress) == (6, 2, 1, 3, True)
    assert [(each.number, each.code) for each in progress.refusals] == [
        (2, "NOT_JSON"),
        (3, "KEY_UNUSABLE"),
        (6, "KEY_HAS_OTHER_CONTENT"),
    ]


async def test_only_the_first_refusals_are_told(store):
    progress = await take(store, await make(store), b"no\n" * 1700 + lines(1))

    assert [each.number for each in progress.refusals] == list(range(1, 1001))
    assert (progress.refused, progress.left_out, progress.accepted) == (1700, 700, 1)


@pytest.mark.parametrize("bad", [b"no", b'{"x":1}'])
async def test_with_stop_nothing_behind_the_first_fault_is_taken(store, bad):
    key = await make(store, key_attribute="id")

    progress = await take(store, key, lines(1, 2) + bad + b"\n" + lines(3), stop_on_error=True)

    assert await kept(store, key) == contents(1, 2)
    assert progress.stopped_at == 3
    assert counts(progress) == (2, 2, 0, 1, False)


async def test_a_broken_array_is_taken_up_to_its_fault(store):
    key = await make(store)

    progress = await take(store, key, b'[{"id":1},{"id":2},{"id"],{"id":3}]', array=True)

    assert await kept(store, key) == contents(1, 2)
    assert (progress.stopped_at, [each.code for each in progress.refusals]) == (3, ["INPUT_BROKEN"])
    assert counts(progress) == (2, 2, 0, 1, False)


async def test_an_input_that_stopped_goes_on_once_it_is_mended(store):
    key = await make(store)
    await take(store, key, lines(1) + b"no\n" + lines(3), name="n", stop_on_error=True)

    progress = await take(store, key, lines(1, 2, 3), name="n", stop_on_error=True)

    assert await kept(store, key) == contents(1, 2, 3)
    assert counts(progress) == (3, 3, 0, 0, True)


async def test_a_named_input_goes_on_behind_what_is_consumed(store):
    key = await make(store)
    data = lines(1, 2) + b"no\n\n" + lines(3, 4)
    given = RecordInput(store, key, name="n")
    await given.open()
    await given.feed(lines(1, 2) + b"no\n\n" + lines(3))
    await given.flush()

    assert counts(await store.intake(key, "n")) == (5, 3, 0, 1, False)
    progress = await take(store, key, data, name="n")

    assert await kept(store, key) == contents(1, 2, 3, 4)
    assert counts(progress) == counts(await store.intake(key, "n")) == (6, 4, 0, 1, True)


@pytest.mark.parametrize("left_out", [0, 1, 2, 3])
async def test_a_client_may_leave_out_what_is_consumed(store, left_out):
    key = await make(store)
    given = RecordInput(store, key, name="n")
    await given.open()
    await given.feed(lines(1, 2, 3))
    await given.flush()

    progress = await take(store, key, lines(*range(left_out + 1, 5)) + b"no", name="n", left_out=left_out)

    assert await kept(store, key) == contents(1, 2, 3, 4)
    assert counts(progress) == (5, 4, 0, 1, True)
    assert progress.refusals[0].number == 5


async def test_a_client_must_not_leave_out_more(store):
    key = await make(store)

    with pytest.raises(ConflictError, match="0 are consumed, so `from` cannot be 1"):
        await take(store, key, lines(2), name="n", left_out=1)


async def test_an_array_goes_on_likewise(store):
    key = await make(store)
    given = RecordInput(store, key, name="n", array=True)
    await given.open()
    await given.feed(b'[{"id":1},{"id":2},{"i')
    await given.flush()

    await take(store, key, b'[{"id":1},{"id":2},{"id":3}]', name="n", array=True)

    assert await kept(store, key) == contents(1, 2, 3)


async def test_an_ended_input_is_answered_as_before(store):
    key = await make(store)
    before = await take(store, key, lines(1, 2) + b"no", name="n")

    again = await take(store, key, lines(1, 2, 3), name="n")

    assert counts(again) == counts(before) == (3, 2, 0, 1, True)
    assert await kept(store, key) == contents(1, 2)


async def test_an_ended_input_is_answered_though_the_destination_is_paused_by_now(store):
    key = await make(store)
    await take(store, key, lines(1), name="n")
    await put_into(store, key, PAUSED)

    assert counts(await take(store, key, lines(1), name="n")) == (1, 1, 0, 0, True)


async def test_an_input_of_nothing_but_faults_comes_forward(store):
    key = await make(store)

    await take(store, key, b"no\n" * (GROUP_RECORDS + 1), name="n")

    assert await store.intake(key, "n") == Intake(consumed=GROUP_RECORDS + 1, refused=GROUP_RECORDS + 1, ended=True)


async def test_an_input_that_is_shorter_than_what_was_consumed_is_another_one(store):
    key = await make(store)
    given = RecordInput(store, key, name="n")
    await given.open()
    await given.feed(lines(1, 2, 3))
    await given.flush()

    with pytest.raises(ConflictError, match="3 were consumed before, and this one has 2"):
        await take(store, key, lines(1, 2), name="n")
    assert not (await store.intake(key, "n")).ended


async def test_two_senders_of_one_input_take_each_record_once(store):
    key = await make(store)
    one, other = (RecordInput(store, key, name="n") for _ in range(2))
    await one.open()
    await other.open()
    await one.feed(lines(1, 2))
    await one.flush()
    await other.feed(lines(1, 2))

    with pytest.raises(ConflictError):
        await other.flush()
    assert await kept(store, key) == contents(1, 2)


@pytest.mark.parametrize("late", [False, True])
async def test_after_a_lost_acknowledgement_every_record_is_there_once(store, late):
    key = await make(store)
    data = lines(*range(GROUP_RECORDS * 3))
    failing = Failing(store, StoreUnavailableError("away"), after=1, late=late)
    given = RecordInput(failing, key, name="n")
    await given.open()
    with pytest.raises(StoreUnavailableError):
        await given.feed(data)
    assert given.progress.consumed == GROUP_RECORDS

    progress = await take(store, key, data, name="n")

    assert await kept(store, key) == contents(*range(GROUP_RECORDS * 3))
    assert (progress.accepted, progress.consumed, progress.ended) == (GROUP_RECORDS * 3, GROUP_RECORDS * 3, True)


@pytest.mark.parametrize("state", [PAUSED, ERROR, DRAFT])
async def test_a_destination_that_is_not_active_takes_nothing(store, state):
    key = await make(store, state=state)

    with pytest.raises(DestinationNotActiveError) as caught:
        await RecordInput(store, key).open()
    assert caught.value.code == "DESTINATION_NOT_ACTIVE"


@pytest.mark.parametrize("state", [PAUSED, ERROR])
async def test_it_queues_when_it_is_told_to_up_to_its_limit(store, state):
    key = await make(store, state=state, queue_while_paused=True, max_queued=3)
    await take(store, key, lines(1, 2, 3))

    with pytest.raises(DestinationNotActiveError, match="`maxQueued` of 3 leaves no room: 3 records wait"):
        await take(store, key, lines(4))
    assert await kept(store, key) == contents(1, 2, 3)


async def test_a_full_queue_refuses_what_is_new_in_the_middle_of_an_input(store):
    key = await make(store, state=PAUSED, queue_while_paused=True, max_queued=GROUP_RECORDS + 100)
    given = RecordInput(store, key)
    await given.open()

    with pytest.raises(DestinationNotActiveError):
        await given.feed(lines(*range(GROUP_RECORDS * 3)))

    assert (given.progress.accepted, given.progress.consumed) == (GROUP_RECORDS + 100, GROUP_RECORDS + 100)


def bound(most, *, patience_s=0.05):
    return QueueBound(max_queued=most, poll_s=0.005, patience_s=patience_s)


async def test_of_a_group_as_much_is_taken_as_fits(store):
    key = await make(store)
    given = RecordInput(store, key, name="n", bound=bound(3))
    await given.open()
    await given.feed(lines(1, 2) + b"no\n" + lines(3) + b"no\n" + lines(4, 5))

    with pytest.raises(QueueFullError, match="3 records wait"):
        await given.end()

    assert await kept(store, key) == contents(1, 2, 3)
    assert counts(given.progress) == counts(await store.intake(key, "n")) == (5, 3, 0, 2, False)


async def test_an_input_waits_for_room_and_goes_on(store):
    key = await make(store)
    data = lines(*range(7))

    async def deliver():
        while len(await kept(store, key)) < 7:
            await asyncio.sleep(0.01)
            queued = (await store.get([key]))[0].counters.queued
            assert queued <= 2
            for delivery in await store.lease("w", 15, 1, ["acme-buildkite"]):
                await settle_all(store, delivery)

    delivering = asyncio.create_task(deliver())
    progress = await take(store, key, data, name="n", bound=bound(2, patience_s=3))
    await delivering

    assert counts(progress) == (7, 7, 0, 0, True)


async def settle_all(store, key):
    """What is queued goes well."""
    turn = await store.turn(key, "w", 15, "a-0", None)
    number = 0
    while turn.batch is not None:
        number += 1
        ended = CallEnd(number=turn.batch.number, attempt_id=turn.batch.attempt_id, status=DeliveryStatus.SUCCEEDED)
        turn = await store.turn(key, "w", 15, f"a-{turn.batch.number}-{number}", ended)
    await store.release(key, "w")


async def test_who_has_gone_is_not_waited_for(store):
    key = await make(store)
    given = RecordInput(store, key, bound=bound(1, patience_s=60))
    await given.open()
    await given.feed(lines(1, 2))

    with pytest.raises(QueueFullError):
        await asyncio.wait_for(given.flush(waits=False), 2)
    assert await kept(store, key) == contents(1)


async def test_a_destination_that_is_paused_while_an_input_waits_refuses_it(store):
    key = await make(store)
    await take(store, key, lines(1))
    waiting = asyncio.create_task(take(store, key, lines(2), bound=bound(1, patience_s=60)))
    await asyncio.sleep(0.05)
    assert not waiting.done()

    await put_into(store, key, PAUSED)

    with pytest.raises(DestinationNotActiveError):
        await asyncio.wait_for(waiting, 2)


async def test_a_draft_never_queues(store):
    key = await make(store, state=DRAFT, queue_while_paused=True)

    with pytest.raises(DestinationNotActiveError, match="is a draft"):
        await take(store, key, lines(1))


async def test_a_destination_that_is_paused_meanwhile_refuses_in_the_transaction(store):
    key = await make(store)
    given = RecordInput(store, key)
    await given.open()
    await given.feed(lines(1))
    await put_into(store, key, PAUSED)

    with pytest.raises(DestinationNotActiveError):
        await given.end()
    assert await kept(store, key) == []


async def test_there_must_be_a_destination(store):
    for key in (DestinationKey("acme-buildkite", ("other",)), await make(store, state=DELETED)):
        with pytest.raises(NotFoundError):
            await RecordInput(store, key).open()


async def test_keys_are_read_by_the_attribute_of_the_moment_of_acceptance(store):
    key = await make(store, key_attribute="id")
    given = RecordInput(store, key)
    await given.open()
    await given.feed(b'{"id":1,"sku":7}\n{"id":2,"sku":7}\n{"id":3}\n')
    await settle(store, key, key_attribute="sku")

    await given.end()

    assert counts(given.progress) == (3, 1, 0, 2, True)
    assert [(each.number, each.code) for each in given.progress.refusals] == [(2, "KEY_HAS_OTHER_CONTENT"), (3, "KEY_UNUSABLE")]


async def test_somebody_is_told_of_every_commit(store):
    told = []
    await take(store, await make(store), lines(*range(GROUP_RECORDS + 1)), wake=lambda: told.append(1))

    assert len(told) == 2


@pytest.mark.parametrize("name", ["n", "é ✓", "x" * 255])
def test_a_name(name):
    assert checked_name(name) == name


@pytest.mark.parametrize("name", ["", "x" * 256, "a\nb", "\0", "sendRecords:abc"])
def test_what_is_no_name(name):
    with pytest.raises(InvalidInputError) as caught:
        checked_name(name)
    assert caught.value.field == "intake"
