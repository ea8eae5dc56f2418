"""Records coming in: numbered in order, each key once, and how far an input has come."""

import asyncio

import msgspec
import pytest

from gateway.domain.destination import Intake, IntakeStep, Record
from gateway.domain.errors import ConflictError, InvalidInputError, NotFoundError, StoreUnavailableError
from gateway.domain.keys import DeliveryKey, DestinationKey
from gateway.store import Store
from tests.store.destinations import Clock, Queue, content, destination, keyed, opened, plain, succeeded

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def queue(address, clock):
    async with opened(address, clock, destination(size=1000)) as [one]:
        yield one


def taken(accepted):
    return [each and int(each.parts[1]) for each in accepted.outcomes]


async def test_records_are_numbered_in_order(queue):
    first = await queue.accept(plain(5, 6))
    second = await queue.accept(plain(5))

    assert first.outcomes == (DeliveryKey("acme", ("d", "1")), DeliveryKey("acme", ("d", "2")))
    assert taken(second) == [3]
    assert (second.duplicates, second.other_content) == (0, ())
    await queue.check_counters()


async def test_of_each_key_one_record_is_taken(queue):
    await queue.accept(keyed(("a", 1), ("b", 2)))

    again = await queue.accept(keyed(("b", 2), ("c", 3), ("c", 3), ("a", 1)))

    assert taken(again) == [None, 3, None, None]
    assert (again.duplicates, again.other_content) == (3, ())
    await queue.check_counters()


async def test_a_key_that_stands_for_other_content_is_told(queue):
    await queue.accept(keyed(("a", 1)))

    again = await queue.accept(keyed(("a", 2), ("b", 3), ("b", 4), ("a", 1)))

    assert taken(again) == [None, 2, None, None]
    assert (again.duplicates, again.other_content) == (1, (0, 2))


async def test_a_key_stays_taken_when_its_record_has_been_delivered(queue):
    await queue.accept(keyed(("a", 1)))
    await queue.lease()
    await queue.turn(succeeded(await queue.batch()))

    again = await queue.accept(keyed(("a", 1), ("a", 2)))

    assert (taken(again), again.duplicates, again.other_content) == ([None, None], 1, (1,))


async def test_each_destination_has_its_own_keys(address, clock):
    async with opened(address, clock, destination("one"), destination("two")) as [one, two]:
        await one.accept(keyed(("a", 1)))

        assert taken(await two.accept(keyed(("a", 2)))) == [1]


async def test_keys_of_another_attribute_are_other_keys(queue):
    async def use(name):
        settings = (await queue.get()).settings
        await queue.change(settings=msgspec.structs.replace(settings, key_attribute=name))

    await use("id")
    assert taken(await queue.accept(keyed(("a", 1)))) == [1]
    await use("name")
    assert taken(await queue.accept(keyed(("a", 2), ("a", 2)))) == [2, None]
    await use("id")

    again = await queue.accept(keyed(("a", 1), ("a", 2)))

    assert (taken(again), again.duplicates, again.other_content) == ([None, None], 1, (1,))
    await queue.check_counters()


async def test_a_record_with_its_members_in_another_order_is_the_same(queue):
    texts = [b'{"a":1,"b":{"c":[1,2],"d":null}}', b'{"b":{"d":null,"c":[1,2]},"a":1}', b'{"b":{"d":null,"c":[2,1]},"a":1}']
    first, *others = [Record(content=text, key="k") for text in texts]

    assert taken(await queue.accept([first])) == [1]
    again = await queue.accept(others)

    assert (taken(again), again.duplicates, again.other_content) == ([None, None], 1, (1,))


async def test_any_text_can_be_a_key(queue):
    keys = ["", "\0", "\ud800", "k" * 100_000, "K" * 100_000]
    given = [Record(content=content(0), key=key) for key in keys]

    assert taken(await queue.accept(given)) == [1, 2, 3, 4, 5]
    assert taken(await queue.accept(given)) == [None] * 5


async def test_whoever_checks_can_refuse_all(queue):
    def refuse(found):
        assert found.counters.queued == 1
        raise InvalidInputError("too many", field="records")

    await queue.accept(plain(1))
    with pytest.raises(InvalidInputError):
        step = IntakeStep(name="in", start=0, consumed=1)
        await queue.store.accept(queue.key, plain(2), refuse, ends_input=True, step=step)

    assert (await queue.get()).counters.accepted == 1
    assert await queue.store.intake(queue.key, "in") is None


async def test_a_destination_that_is_not_there_takes_nothing(queue):
    for key in (DestinationKey("acme", ("other",)), DestinationKey("other", ("d",)), DestinationKey("acme", ("\0",))):
        with pytest.raises(NotFoundError):
            await queue.store.accept(key, plain(1), lambda _destination: None, ends_input=True)


async def test_an_input_is_brought_forward_step_by_step(queue):
    assert await queue.store.intake(queue.key, "in") is None
    await queue.accept(
        keyed(("a", 1), ("b", 2), ("a", 1)),
        ends_input=False,
        step=IntakeStep(name="in", start=0, consumed=5, refused=2, digest=b"x"),
    )
    begun = await queue.store.intake(queue.key, "in")
    await queue.accept(keyed(("b", 3), ("c", 3)), step=IntakeStep(name="in", start=5, consumed=7, digest=b"x"))

    assert begun == Intake(consumed=5, accepted=2, duplicates=1, refused=2, digest=b"x")
    ended = await queue.store.intake(queue.key, "in")
    assert ended == Intake(consumed=7, accepted=3, duplicates=1, refused=3, ended=True, digest=b"x")
    assert await queue.store.intake(DestinationKey("other", ("d",)), "in") is None


@pytest.mark.parametrize(
    "step",
    [
        IntakeStep(name="in", start=0, consumed=1),
        IntakeStep(name="in", start=2, consumed=3),
        IntakeStep(name="new", start=1, consumed=2),
        IntakeStep(name="in", start=1, consumed=2, digest=b"y"),
        IntakeStep(name="ended", start=1, consumed=2),
    ],
)
async def test_a_step_that_is_not_the_next_one_changes_nothing(queue, step):
    await queue.accept(plain(1), ends_input=False, step=IntakeStep(name="in", start=0, consumed=1, digest=b"x"))
    await queue.accept(plain(1), step=IntakeStep(name="ended", start=0, consumed=1))
    before = await queue.store.intake(queue.key, step.name)

    with pytest.raises(ConflictError):
        await queue.accept(plain(2), ends_input=False, step=step)

    assert (await queue.get()).counters.accepted == 2
    assert await queue.store.intake(queue.key, step.name) == before


async def test_of_two_that_go_on_with_an_input_one_does(address, clock, queue):
    async with Store(address, now=clock) as second:
        other = Queue(second, clock, queue.key)
        step = IntakeStep(name="in", start=0, consumed=2)
        outcomes = await asyncio.gather(
            *(each.accept(plain(1, 2), ends_input=False, step=step) for each in (queue, other, queue, other)),
            return_exceptions=True,
        )

    assert sorted(type(each).__name__ for each in outcomes) == ["Accepted"] + ["ConflictError"] * 3
    assert (await queue.get()).counters.accepted == 2


async def test_processes_that_take_in_at_the_same_time_share_numbers_and_keys(address, clock, queue):
    async with Store(address, now=clock) as second:
        other = Queue(second, clock, queue.key)
        groups = [
            (queue if number % 2 else other).accept([*plain(*range(20)), *keyed((f"key-{number // 4}", 1))], ends_input=False)
            for number in range(20)
        ]
        accepted = await asyncio.gather(*groups)

    numbers = [number for each in accepted for number in taken(each) if number]
    assert sorted(numbers) == list(range(1, 20 * 20 + 5 + 1))
    assert sum(each.duplicates for each in accepted) == 15
    assert all(each == sorted(each) for each in ([number for number in taken(one) if number] for one in accepted))
    assert list(await queue.statuses()) == sorted(numbers), "ids grow in the order of numbers"
    await queue.check_counters()


async def test_a_closed_store_says_so(address):
    with pytest.raises(StoreUnavailableError):
        await Store(address).destinations.get([DestinationKey("acme", ("d",))])
