"""Which records make a batch, when, and what becomes of them."""

import msgspec
import pytest

from gateway.domain.destination import (
    DeliveryStatus,
    DestinationError,
    DestinationSettings,
    DestinationState,
    Record,
    TemplateUse,
)
from gateway.store.destinations import queue as queues
from tests.store.destinations import LEASE_S, NOW, Clock, back, content, destination, failed, numbers, opened, plain, succeeded

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def queue(address, clock):
    """Batches of three."""
    async with opened(address, clock, destination(size=3)) as [one]:
        yield one


@pytest.fixture
async def single(address, clock):
    """Without batching."""
    async with opened(address, clock, destination()) as [one]:
        yield one


async def test_records_go_one_by_one_in_order_without_batching(single):
    await single.accept(plain(10, 20, 30))
    await single.lease()

    sent, ended = [], None
    while batch := await single.batch(ended):
        sent.append((batch.number, batch.attempt, numbers(batch), batch.records[0].content))
        ended = succeeded(batch)

    assert sent == [(1, 1, [1], content(10)), (2, 1, [2], content(20)), (3, 1, [3], content(30))]
    assert await single.statuses() == dict.fromkeys((1, 2, 3), "succeeded")
    await single.check_counters()


async def test_a_full_batch_goes_at_once_and_the_rest_waits(queue):
    await queue.accept(plain(1, 2, 3, 4), ends_input=False)
    await queue.lease()

    first = await queue.turn()
    second = await queue.turn(succeeded(first.batch))

    assert numbers(first.batch) == [1, 2, 3]
    assert (second.batch, second.wait_s) == (None, 5)


async def test_a_batch_that_is_not_full_waits_until_its_first_record_is_old_enough(queue, clock):
    await queue.accept(plain(1), ends_input=False)
    clock.pass_s(2)
    await queue.accept(plain(2), ends_input=False)

    assert await queue.lease() == ()
    clock.pass_s(3)
    assert await queue.lease() == [queue.key]
    assert numbers(await queue.batch()) == [1, 2]


async def test_records_that_fill_the_batch_end_the_waiting(queue, clock):
    await queue.accept(plain(1, 2), ends_input=False)
    assert await queue.lease() == ()

    await queue.accept(plain(3), ends_input=False)

    assert await queue.lease() == [queue.key]
    assert numbers(await queue.batch()) == [1, 2, 3]


async def test_a_batch_is_cut_behind_the_end_of_an_input(queue):
    await queue.accept(plain(1, 2))
    await queue.accept(plain(3, 4, 5))
    await queue.lease()

    first = await queue.batch()
    second = await queue.batch(succeeded(first))

    assert (numbers(first), numbers(second)) == ([1, 2], [3, 4, 5])


async def test_an_input_can_end_without_another_record(queue):
    await queue.accept(plain(1, 2), ends_input=False)
    assert await queue.lease() == ()

    accepted = await queue.accept([])

    assert accepted.outcomes == ()
    assert await queue.lease() == [queue.key]
    assert numbers(await queue.batch()) == [1, 2]


async def test_an_input_that_ends_while_a_batch_is_running_does_not_wait_either(queue):
    await queue.accept(plain(1, 2, 3, 4), ends_input=False)
    await queue.lease()
    first = await queue.batch()

    await queue.accept([])

    assert numbers(await queue.batch(succeeded(first))) == [4]


async def test_shorter_waiting_counts_at_once(queue):
    await queue.accept(plain(1, 2, 3, 4), ends_input=False)
    await queue.lease()
    first = await queue.batch()
    settings = (await queue.get()).settings

    await queue.change(settings=destination(size=3, flush_s=0).settings)

    assert settings.batching.flush_interval_s == 5
    assert numbers(await queue.batch(succeeded(first))) == [4]


async def test_what_goes_back_stays_together_and_holds_up_the_rest(queue, clock):
    await queue.accept(plain(1, 2))
    await queue.lease()
    first = await queue.batch()
    await queue.accept(plain(3, 4, 5))

    turn = await queue.turn(back(first, 10))
    assert (turn.batch, turn.wait_s) == (None, 10)
    await queue.accept(plain(6))
    clock.pass_s(9)
    assert (await queue.turn()).wait_s == 1
    await queue.check_counters()
    clock.pass_s(1)
    again = await queue.batch()

    assert (again.number, again.attempt, numbers(again)) == (first.number, 2, [1, 2])
    assert again.attempt_id != first.attempt_id
    assert again.records == first.records
    assert numbers(await queue.batch(succeeded(again))) == [3, 4, 5]


async def test_what_goes_back_is_leased_when_it_is_due(queue, clock):
    await queue.accept(plain(1))
    await queue.lease()
    await queue.turn(back(await queue.batch(), 60))
    await queue.store.release(queue.key, queue.worker)
    await queue.accept(plain(2, 3, 4))

    assert await queue.lease() == ()
    clock.pass_s(60)
    assert await queue.lease() == [queue.key]


@pytest.mark.parametrize(("size", "expected"), [(2, [[1, 2], [3, 4]]), (1, [[1], [2]]), (None, [[1], [2]])])
async def test_what_goes_back_is_cut_anew_when_batches_have_become_smaller(queue, clock, size, expected):
    await queue.accept(plain(1, 2, 3, 4, 5))
    await queue.lease()
    first = await queue.batch()
    await queue.change(settings=destination(size=size).settings)
    assert numbers(await queue.store.unfinished(queue.key, queue.worker)) == [1, 2, 3], "what is running stays"

    turn = await queue.turn(back(first, 10, counts_as_failure=True))
    assert (turn.batch, turn.wait_s) == (None, 10)
    clock.pass_s(10)
    one = await queue.batch()
    await queue.check_counters()
    two = await queue.batch(succeeded(one))

    assert [numbers(one), numbers(two)] == expected
    assert [(each.number, each.attempt, each.failures) for each in (one, two)] == [(2, 1, 0), (3, 1, 0)]
    assert one.records == first.records[: len(one.records)]
    await queue.check_counters()


async def test_a_template_carries_one_record_whatever_else_is_set(queue):
    await queue.accept(plain(1, 2, 3))
    await queue.lease()
    first = await queue.batch()
    batching = (await queue.get()).settings.batching
    both = DestinationSettings(template=TemplateUse(name="run-pipeline"), batching=batching)
    await queue.change(settings=both)

    assert numbers(await queue.batch(back(first, 0))) == [1]


async def test_what_goes_back_stays_as_it_is_when_batches_become_larger(queue):
    await queue.accept(plain(1, 2, 3, 4))
    await queue.lease()
    first = await queue.batch()
    await queue.change(settings=destination(size=4).settings)

    again = await queue.batch(back(first, 0))

    assert (again.number, again.attempt, numbers(again)) == (first.number, 2, [1, 2, 3])


async def test_a_batch_is_cut_before_its_records_are_too_large_together(queue, monkeypatch):
    monkeypatch.setattr(queues, "MOST_BATCH_BYTES", 2 * len(content(1)))
    await queue.accept(plain(1, 2, 3, 4, 1000, 5), ends_input=False)
    await queue.lease()

    sent, batch = [], await queue.batch()
    while batch is not None:
        sent.append(numbers(batch))
        turn = await queue.turn(succeeded(batch))
        batch = turn.batch

    assert sent == [[1, 2], [3, 4], [5]]
    assert turn.wait_s == 5, "the last one is not whole"
    await queue.check_counters()


async def test_a_record_that_is_too_large_by_itself_goes_alone(queue, monkeypatch):
    monkeypatch.setattr(queues, "MOST_BATCH_BYTES", 1)
    await queue.accept(plain(1, 2))
    await queue.lease()

    first = await queue.batch()

    assert [numbers(first), numbers(await queue.batch(succeeded(first)))] == [[1], [2]]


async def test_large_records_make_batches_of_at_most_8_mib(address, clock):
    async with opened(address, clock, destination(size=100)) as [one]:
        text = msgspec.json.encode({"text": "x" * (256 * 1024 - 11)})
        assert len(text) == 256 * 1024
        await one.accept([Record(content=text)] * 33)
        await one.lease()

        first = await one.batch()

        assert numbers(first) == list(range(1, 33))
        assert numbers(await one.batch(succeeded(first))) == [33]


async def test_tries_that_failed_are_counted_for_the_batch_and_not_for_the_destination(single):
    await single.accept(plain(1, 2))
    await single.lease()
    batch = await single.batch()

    counted = [batch.failures]
    for counts in (True, False, True, True, True, True):
        turn = await single.turn(back(batch, 0, counts_as_failure=counts))
        batch = turn.batch
        counted.append(batch.failures)

    assert counted == [0, 1, 1, 2, 3, 4, 5]
    assert (turn.destination.failures_in_row, turn.destination.state) == (0, DestinationState.ACTIVE)
    assert await single.store.unfinished(single.key, single.worker) == batch
    following = await single.turn(failed(batch, counts_as_failure=True))
    assert (following.batch.failures, following.destination.failures_in_row) == (0, 1)


async def test_a_destination_that_is_activated_anew_gives_its_batch_all_tries(single):
    await single.accept(plain(1))
    await single.lease()
    batch = await single.batch(back(await single.batch(), 0, counts_as_failure=True))
    assert batch.failures == 1
    await single.change(name="renamed", state=DestinationState.ACTIVE)
    batch = await single.batch(back(batch, 0))
    assert batch.failures == 1, "it was active before"
    await single.turn(back(batch, 0, stop=True))

    await single.change(state=DestinationState.ACTIVE)

    again = await single.batch()
    assert (again.number, again.attempt, again.failures) == (batch.number, 4, 0)


async def test_the_end_of_another_attempt_settles_nothing(queue):
    await queue.accept(plain(1, 2, 3, 4))
    await queue.lease()
    first = await queue.batch()
    again = await queue.batch(back(first, 0))
    assert again.number == first.number

    assert (await queue.turn(failed(first, stop=True))).batch is None
    assert await queue.statuses() == dict.fromkeys((1, 2, 3), "running") | {4: "queued"}
    assert (await queue.get()).state is DestinationState.ACTIVE
    assert numbers(await queue.batch(succeeded(again))) == [4]
    await queue.check_counters()


async def test_an_end_is_settled_once_also_when_nothing_is_taken_behind_it(queue):
    await queue.accept(plain(1, 2))
    await queue.lease()
    batch = await queue.batch()

    for _ in range(2):
        await queue.store.turn(queue.key, queue.worker, LEASE_S, None, failed(batch, counts_as_failure=True, reached=True))

    found = await queue.get()
    assert (found.failures_in_row, found.counters.failed, found.counters.calls) == (1, 2, 1)


async def test_pausing_lets_the_running_call_end_and_takes_nothing_new(queue):
    await queue.accept(plain(1, 2, 3, 4, 5, 6))
    await queue.lease()
    first = await queue.batch()

    await queue.change(state=DestinationState.PAUSED)
    turn = await queue.turn(succeeded(first))

    assert (turn.batch, turn.wait_s, turn.destination.state) == (None, None, DestinationState.PAUSED)
    assert await queue.statuses() == dict.fromkeys((1, 2, 3), "succeeded") | dict.fromkeys((4, 5, 6), "queued")
    await queue.store.release(queue.key, queue.worker)
    assert await queue.lease() == ()
    await queue.change(state=DestinationState.ACTIVE)
    assert await queue.lease() == [queue.key]
    assert numbers(await queue.batch()) == [4, 5, 6]


async def test_what_goes_back_stays_queued_while_paused(queue, clock):
    await queue.accept(plain(1, 2))
    await queue.lease()
    first = await queue.batch()
    await queue.change(state=DestinationState.PAUSED)

    assert (await queue.turn(back(first, 5))).wait_s is None
    clock.pass_s(20)
    assert (await queue.turn()).batch is None
    assert await queue.statuses() == {1: "queued", 2: "queued"}
    await queue.change(state=DestinationState.ACTIVE)

    again = await queue.batch()
    assert (again.number, again.attempt) == (first.number, 2)


async def test_deleting_cancels_what_is_queued_and_not_what_is_running(queue):
    await queue.accept(plain(1, 2, 3, 4, 5))
    await queue.lease()
    first = await queue.batch()

    deleted = await queue.change(state=DestinationState.DELETED)

    assert (deleted.counters.queued, deleted.counters.running, deleted.counters.canceled) == (0, 3, 2)
    assert (await queue.turn(succeeded(first))).batch is None
    assert await queue.statuses() == dict.fromkeys((1, 2, 3), "succeeded") | dict.fromkeys((4, 5), "canceled")
    await queue.check_counters()


async def test_what_goes_back_to_a_deleted_destination_is_canceled(queue):
    await queue.accept(plain(1, 2))
    await queue.lease()
    first = await queue.batch()
    await queue.change(state=DestinationState.DELETED)

    await queue.turn(back(first, 5))

    assert await queue.statuses() == {1: "canceled", 2: "canceled"}
    assert (await queue.get()).state is DestinationState.DELETED
    await queue.check_counters()


async def test_deleting_cancels_a_batch_that_was_to_be_sent_again(queue, monkeypatch):
    from gateway.store.destinations import catalog

    monkeypatch.setattr(catalog, "CANCELED_AT_ONCE", 2)
    await queue.accept(plain(1, 2))
    await queue.lease()
    await queue.turn(back(await queue.batch(), 5))
    await queue.accept(plain(3, 4, 5))

    await queue.change(state=DestinationState.DELETED)

    assert await queue.statuses() == dict.fromkeys(range(1, 6), "canceled")
    await queue.check_counters()


@pytest.mark.parametrize("status", [DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN, DeliveryStatus.CANCELED])
async def test_what_did_not_go_well_is_told_and_the_next_one_goes(queue, clock, status):
    await queue.accept(plain(1, 2, 3, 4))
    await queue.lease()
    clock.pass_s(1)
    batch = await queue.batch()

    turn = await queue.turn(failed(batch, status=status, code="CONFLICT", message="no\0\ud800 way"))

    assert numbers(turn.batch) == [4]
    assert turn.destination.last_error == DestinationError(at=clock.now, code="CONFLICT", message="no\ufffd? way")
    assert turn.destination.state is DestinationState.ACTIVE
    assert await queue.statuses() == dict.fromkeys((1, 2, 3), status.value) | {4: "running"}
    await queue.check_counters()


async def test_a_call_that_must_not_be_repeated_stops_the_destination(queue):
    await queue.accept(plain(1, 2, 3, 4))
    await queue.lease()

    turn = await queue.turn(failed(await queue.batch(), stop=True))

    assert (turn.batch, turn.destination.state, turn.destination.failures_in_row) == (None, DestinationState.ERROR, 0)
    assert (await queue.statuses())[4] == "queued"


async def test_five_failures_in_a_row_stop_the_destination(single):
    await single.accept(plain(*range(20)))
    await single.lease()
    batch = await single.batch()
    for _ in range(4):
        batch = await single.batch(failed(batch, counts_as_failure=True))
    batch = await single.batch(succeeded(batch))
    assert (await single.get()).failures_in_row == 0

    for _ in range(4):
        batch = await single.batch(failed(batch, counts_as_failure=True))
        batch = await single.batch(failed(batch))
    turn = await single.turn(failed(batch, counts_as_failure=True))

    assert (turn.batch, turn.destination.state, turn.destination.failures_in_row) == (None, DestinationState.ERROR, 5)
    assert turn.destination.last_error == DestinationError(at=NOW, code="CONFLICT", message="no")
    await single.change(state=DestinationState.ACTIVE, failures_in_row=0, last_error=None)
    assert await single.batch() is not None
    await single.check_counters()


async def test_an_answer_that_was_lost_can_be_asked_for_again(queue):
    await queue.accept(plain(1, 2, 3, 4, 5, 6))
    await queue.lease()
    first = await queue.batch()

    once = await queue.turn(back(first, 0), attempt_id="second")
    twice = await queue.turn(back(first, 0), attempt_id="second")

    assert once.batch == twice.batch
    assert (twice.batch.number, twice.batch.attempt) == (first.number, 2)
    third = await queue.turn(succeeded(twice.batch), attempt_id="third")
    assert (await queue.turn(succeeded(twice.batch), attempt_id="third")).batch == third.batch
    assert numbers(third.batch) == [4, 5, 6]
    await queue.check_counters()


async def test_nothing_is_taken_while_another_batch_is_running(queue):
    await queue.accept(plain(1, 2, 3, 4, 5, 6))
    await queue.lease()
    await queue.batch()

    turn = await queue.turn()

    assert (turn.batch, turn.wait_s) == (None, None)
    assert (await queue.get()).counters.running == 3
