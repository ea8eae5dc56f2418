"""Destinations and deliveries as they are read; dead letters sent again; what is forgotten."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import func, select

from gateway.domain.commands.command import Pair
from gateway.domain.destination import (
    CallMethod,
    Delivery,
    DeliveryPlace,
    DeliveryQuery,
    DeliveryStatus,
    DestinationError,
    DestinationPlace,
    DestinationQuery,
    DestinationSettings,
    DestinationState,
    IntakeStep,
    ManualEndpoint,
)
from gateway.domain.errors import ConflictError, NotFoundError
from gateway.domain.keys import DeliveryKey, DestinationKey
from gateway.domain.write_log import Receipt
from gateway.store.destinations.tables import calls
from tests.store.destinations import (
    NOW,
    Clock,
    back,
    content,
    destination,
    failed,
    keyed,
    numbers,
    opened,
    plain,
    succeeded,
)

pytestmark = pytest.mark.anyio
RECEIPT = Receipt(provider="acme", method="POST", path="/builds", status=201, request_id="r", attempts=2)
FAILED, QUEUED, UNKNOWN = DeliveryStatus.FAILED, DeliveryStatus.QUEUED, DeliveryStatus.UNKNOWN


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def queues(address, clock):
    async with opened(address, clock, destination("one", size=2), destination("two")) as both:
        yield both


def key(number, name="one"):
    return DeliveryKey("acme", (name, str(number)))


def named(deliveries):
    return [(each.key.parts[0], int(each.key.parts[1])) for _, each in deliveries]


async def test_a_destination_is_read_as_it_was_made(address, clock):
    manual = ManualEndpoint(method=CallMethod.PUT, url="https://acme.test/x", headers=(Pair("a", "b"),))
    error = DestinationError(at=NOW, code="CONFLICT", message="no")
    made = destination(
        settings=DestinationSettings(manual=manual, key_attribute="id", exclude_attributes=("a",)),
        state=DestinationState.DRAFT,
        problems=("one",),
        warnings=("two", "three"),
        activated_by="ada",
        last_error=error,
        failures_in_row=2,
    )
    async with opened(address, clock, made) as [one]:
        missing = [
            DestinationKey("other", ("d",)),
            DestinationKey("acme", ("e",)),
            DestinationKey("acme", ()),
            DestinationKey("acme", ("\0",)),
        ]

        assert await one.store.get([missing[0], made.key, *missing[1:], made.key]) == [None, made, None, None, None, made]


async def test_a_change_is_written_and_nothing_else(queues):
    one, _ = queues
    await one.accept(plain(1))
    before = await one.get()

    changed = await one.store.change(
        one.key,
        lambda found: msgspec.structs.replace(
            found, name="new", updated_at=NOW + timedelta(days=1), counters=type(found.counters)()
        ),
    )

    assert changed == await one.get()
    assert changed == msgspec.structs.replace(before, name="new", updated_at=NOW + timedelta(days=1))
    assert await one.store.change(DestinationKey("acme", ("three",)), lambda found: found) is None


async def test_what_a_change_raises_comes_out_and_changes_nothing(queues):
    def refuse(_found):
        raise ConflictError("not now")

    with pytest.raises(ConflictError):
        await queues[0].store.change(queues[0].key, refuse)


async def test_destinations_are_listed_newest_first_page_by_page(address, clock):
    times = [0, 0, 2, 1, 0]
    made = [destination(f"d{number}", created_at=NOW + timedelta(seconds=after)) for number, after in enumerate(times)]
    async with opened(address, clock, *made) as queues:
        seen, place = [], None
        while page := await queues[0].store.list(DestinationQuery(), place, 2):
            seen += [each.key.parts[0] for each in page]
            place = DestinationPlace(page[-1].created_at, page[-1].key.parts[0])

    assert seen == ["d2", "d3", "d4", "d1", "d0"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (DestinationQuery(), {"a", "b"}),
        (DestinationQuery(providers=("acme",)), {"a", "b"}),
        (DestinationQuery(providers=("other",)), set()),
        (DestinationQuery(states=(DestinationState.DELETED, DestinationState.PAUSED)), {"b", "c"}),
        (DestinationQuery(name_contains="ÄRZTE"), {"a"}),
        (DestinationQuery(name_contains="_"), set()),
    ],
)
async def test_filters_leave_what_matches(address, clock, query, found):
    made = {
        "a": destination("a", name="Neue Ärzte"),
        "b": destination("b", name="50%", state=DestinationState.PAUSED),
        "c": destination("c", state=DestinationState.DELETED),
    }
    async with opened(address, clock, *made.values()) as queues:
        assert {each.key.parts[0] for each in await queues[0].store.list(query, None, 9)} == found


async def test_a_delivery_tells_what_became_of_its_record(queues, clock):
    one, _ = queues
    await one.accept(keyed(("a", 1), ("b", 2)))
    await one.lease()
    [queued] = await one.store.get_deliveries([key(1)])
    clock.pass_s(1)
    turn = await one.turn(attempt_id="first")
    [running] = await one.store.get_deliveries([key(1)])
    clock.pass_s(1)
    await one.turn(back(turn.batch, 10, receipt=RECEIPT, duration_s=0.5))
    [waiting] = await one.store.get_deliveries([key(1)])
    clock.pass_s(10)
    batch = (await one.turn(attempt_id="second")).batch
    await one.turn(succeeded(batch, receipt=RECEIPT, duration_s=0.25, changed=("x", "y")))
    [done] = await one.store.get_deliveries([key(1)])

    new = Delivery(key=key(1), status=QUEUED, accepted_at=NOW, at=NOW, attempts=0, record_key="a", record=content(1))
    assert queued == new
    begun = {"at": NOW + timedelta(seconds=1), "attempts": 1, "call": 1, "attempt_id": "first"}
    assert running == msgspec.structs.replace(new, status=DeliveryStatus.RUNNING, **begun)
    told = {"code": "RATE_LIMITED", "message": "wait", "receipt": RECEIPT, "duration_s": 0.5}
    again = {"at": NOW + timedelta(seconds=2), "due_at": NOW + timedelta(seconds=12)}
    assert waiting == msgspec.structs.replace(running, status=QUEUED, **again, **told)
    ended = {"at": NOW + timedelta(seconds=12), "attempts": 2, "attempt_id": "second", "duration_s": 0.25, "changed": ("x", "y")}
    assert done == msgspec.structs.replace(new, status=DeliveryStatus.SUCCEEDED, record=None, call=1, receipt=RECEIPT, **ended)


async def test_calls_are_counted_where_something_may_have_arrived(queues):
    _, two = queues
    await two.accept(plain(1, 2, 3, 4))
    await two.lease()
    batch = await two.batch()
    batch = await two.batch(failed(batch, receipt=RECEIPT))
    batch = await two.batch(failed(batch, reached=True))
    batch = await two.batch(back(batch, 0))
    assert (await two.get()).counters.calls == 1
    batch = await two.batch(back(batch, 0, reached=True))
    batch = await two.batch(succeeded(batch))
    await two.batch(failed(batch, status=UNKNOWN))

    assert (await two.get()).counters.calls == 4


async def test_deliveries_are_listed_newest_first_page_by_page(queues):
    one, two = queues
    for number in range(3):
        await one.accept(plain(number))
        await two.accept(plain(number, number))

    seen, place = [], None
    while page := await one.store.deliveries(DeliveryQuery(), place, 2):
        seen += named(page)
        place = DeliveryPlace(page[-1][0])

    expected = [("one", 1), ("two", 1), ("two", 2), ("one", 2), ("two", 3), ("two", 4), ("one", 3), ("two", 5), ("two", 6)]
    assert seen == expected[::-1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (DeliveryQuery(), {("one", 1), ("one", 2), ("one", 3), ("two", 1), ("two", 2)}),
        (DeliveryQuery(destinations=(DestinationKey("acme", ("two",)),)), {("two", 1), ("two", 2)}),
        (DeliveryQuery(destinations=(DestinationKey("other", ("two",)),)), set()),
        (DeliveryQuery(destinations=()), set()),
        (
            DeliveryQuery(destinations=(DestinationKey("acme", ("two",)), DestinationKey("acme", ("one",))), record_keys=("a",)),
            {("one", 1), ("two", 1)},
        ),
        (DeliveryQuery(record_keys=("b", "nothing")), {("one", 2)}),
        (DeliveryQuery(statuses=(FAILED,)), {("one", 1), ("one", 2)}),
        (DeliveryQuery(statuses=(FAILED, UNKNOWN)), {("one", 1), ("one", 2)}),
        (DeliveryQuery(statuses=(FAILED, QUEUED)), {("one", 1), ("one", 2), ("one", 3), ("two", 1), ("two", 2)}),
        (DeliveryQuery(statuses=()), set()),
    ],
)
async def test_filters_leave_the_deliveries_that_match(queues, query, found):
    one, two = queues
    await one.accept(keyed(("a", 1), ("b", 2), ("c", 3)))
    await two.accept(keyed(("a", 1), ("z", 2)))
    await one.lease()
    batch = await one.batch()
    await one.change(state=DestinationState.PAUSED)
    await one.turn(failed(batch))

    assert set(named(await one.store.deliveries(query, None, 9))) == found


async def test_keys_that_nobody_gave_out_find_nothing(queues):
    one, _ = queues
    await one.accept(plain(1))
    wrong = [("one",), ("one", "2"), ("one", "x"), ("one", "-1"), ("one", "01"), ("one", "9" * 40), ("\0", "1"), ("one", "²")]
    keys = [key(1), *(DeliveryKey("acme", parts) for parts in wrong), DeliveryKey("other", ("one", "1"))]

    [first, *others] = await one.store.get_deliveries(keys)

    assert first.key == key(1)
    assert others == [None] * 9


async def dead(queue):
    """Two that failed, two of which nobody knows, and one that waits behind them: the destination is paused."""
    await queue.accept(plain(1, 2, 3, 4, 5))
    await queue.lease()
    batch = await queue.batch()
    batch = await queue.batch(failed(batch, receipt=RECEIPT))
    await queue.change(state=DestinationState.PAUSED)
    await queue.turn(failed(batch, status=UNKNOWN))


async def test_dead_letters_are_sent_again_behind_all_others(queues):
    one, _ = queues
    await dead(one)
    await one.accept(plain(6), ends_input=False)
    await one.change(state=DestinationState.ACTIVE)

    again = await one.store.requeue(one.key, [key(3), key(1), key(5), key(2), key(1, "two"), key(99)], None, 10)

    assert again == [key(1), key(2), key(3)]
    [first] = await one.store.get_deliveries([key(1)])
    assert (first.status, first.attempts, first.call, first.receipt, first.record) == (QUEUED, 1, None, None, content(1))
    await one.check_counters()
    sent, ended = [], None
    while batch := await one.batch(ended):
        sent.append(numbers(batch))
        ended = succeeded(batch)
    assert sent == [[5], [6, 1], [2, 3]]
    assert await one.statuses() == {1: "succeeded", 2: "succeeded", 3: "succeeded", 4: "unknown", 5: "succeeded", 6: "succeeded"}
    await one.check_counters()


async def test_dead_letters_of_one_status_are_sent_again_oldest_first(queues):
    one, _ = queues
    await dead(one)

    assert await one.store.requeue(one.key, None, QUEUED, 10) == []
    assert await one.store.requeue(one.key, None, FAILED, 1) == [key(1)]
    assert await one.store.requeue(one.key, None, FAILED, 10) == [key(2)]
    assert await one.store.requeue(one.key, None, None, 10) == [key(3), key(4)]
    assert await one.store.requeue(one.key, [], None, 10) == []
    await one.check_counters()


async def test_the_last_dead_letter_ends_the_waiting(queues):
    one, _ = queues
    await one.accept(plain(1))
    await one.lease()
    await one.turn(failed(await one.batch()))
    await one.accept(plain(2), ends_input=False)

    await one.store.requeue(one.key, None, FAILED, 10)

    assert numbers(await one.batch()) == [2, 1]


async def test_a_deleted_destination_sends_nothing_again(queues):
    one, _ = queues
    await dead(one)
    await one.change(state=DestinationState.DELETED)

    with pytest.raises(ConflictError):
        await one.store.requeue(one.key, None, FAILED, 10)
    with pytest.raises(NotFoundError):
        await one.store.requeue(DestinationKey("acme", ("three",)), None, FAILED, 10)
    [canceled] = await one.store.get_deliveries([key(5)])
    assert (canceled.status, canceled.record) == (DeliveryStatus.CANCELED, content(5))


async def test_webhooks_are_counted(queues):
    one, two = queues
    await one.store.note_webhooks(one.key, 2, 1)
    await one.store.note_webhooks(one.key, 1, 0)

    counters = (await one.get()).counters
    assert (counters.webhooks_sent, counters.webhooks_lost) == (3, 1)
    assert (await two.get()).counters.webhooks_sent == 0


async def test_what_went_well_is_forgotten_and_the_rest_is_kept(queues, clock):
    one, two = queues
    step = IntakeStep(name="in", start=0, consumed=4)
    await one.accept(keyed(("a", 1), ("b", 2), ("c", 3), ("d", 4)), step=step)
    await one.accept([], ends_input=False, step=IntakeStep(name="goes on", start=0, consumed=1))
    await two.accept(plain(1))
    await one.lease()
    batch = await one.batch()
    batch = await one.batch(succeeded(batch))
    await one.turn(failed(batch))
    await two.turn(succeeded(await two.batch()))
    before = NOW + timedelta(seconds=1)
    clock.pass_s(2)
    assert await one.store.forget(NOW, 10) == 0

    assert await one.store.forget(before, 1) == 1
    await one.check_counters(forgotten=1)
    assert await one.store.forget(before, 10) == 3
    assert await one.store.forget(before, 10) == 0

    assert named(await one.store.deliveries(DeliveryQuery(), None, 9)) == [("one", 4), ("one", 3)]
    assert await one.store.intake(one.key, "in") is None
    assert await one.store.intake(one.key, "goes on") is not None
    left = await one.store._database.read(lambda connection: connection.execute(select(func.count()).select_from(calls)).scalar())
    assert left == 1
    await one.check_counters(forgotten=2)
    await two.check_counters(forgotten=1)
    assert (await one.accept(keyed(("a", 1), ("c", 3)))).outcomes == (key(5), None)


async def test_an_input_that_never_ended_is_forgotten_when_it_was_not_touched_for_ten_times_as_long(queues, clock):
    one, _ = queues

    async def names():
        return [name for name in ("ended", "left", "goes on") if await one.store.intake(one.key, name) is not None]

    await one.accept([], ends_input=False, step=IntakeStep(name="left", start=0, consumed=1))
    await one.accept([], ends_input=False, step=IntakeStep(name="goes on", start=0, consumed=1))
    await one.accept([], step=IntakeStep(name="ended", start=0, consumed=1))
    clock.pass_s(6)
    await one.accept([], ends_input=False, step=IntakeStep(name="goes on", start=1, consumed=2))
    clock.pass_s(4)

    assert await one.store.forget(clock.now - timedelta(seconds=1), 10) == 1
    assert await names() == ["left", "goes on"]
    clock.pass_s(1)
    assert await one.store.forget(clock.now - timedelta(seconds=1), 10) == 1
    assert await names() == ["goes on"]
    clock.pass_s(6)
    assert await one.store.forget(clock.now - timedelta(seconds=1), 10) == 1
    assert await names() == []


async def test_records_are_found_by_their_keys_whatever_attribute_these_are_of(queues):
    one, _ = queues
    await one.accept(keyed(("a", 1)))
    await one.change(settings=msgspec.structs.replace((await one.get()).settings, key_attribute="other"))
    await one.accept(keyed(("a", 1)))

    assert named(await one.store.deliveries(DeliveryQuery(record_keys=("a",)), None, 9)) == [("one", 2), ("one", 1)]
