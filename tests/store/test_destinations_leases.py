"""Who works off a queue: one at a time, and another one when it has gone."""

import asyncio

import msgspec
import pytest

from gateway.domain.destination import DestinationState
from gateway.domain.keys import DestinationKey
from gateway.store import Store
from tests.store.destinations import LEASE_S, NOW, Clock, Queue, destination, numbers, opened, plain, succeeded

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def queues(address, clock):
    """One destination, seen from two processes."""
    async with opened(address, clock, destination(size=2)) as [one], Store(address, now=clock) as second:
        yield one, Queue(second, clock, one.key, worker="other")


async def test_nothing_to_do_is_no_lease(queues):
    assert await queues[0].lease() == ()


@pytest.mark.parametrize("state", [state for state in DestinationState if state is not DestinationState.ACTIVE])
async def test_only_active_ones_are_leased(queues, state):
    await queues[0].accept(plain(1))
    await queues[0].change(state=state)

    assert await queues[0].lease() == ()


async def test_a_lease_is_one_workers(queues, clock):
    one, other = queues
    await one.accept(plain(1, 2, 3))
    assert await one.lease() == [one.key]

    assert await other.lease() == ()
    turn = await other.turn()
    assert (turn.destination, turn.batch) == (None, None)
    assert not await other.store.keep(other.key, other.worker, LEASE_S)
    await other.store.release(other.key, other.worker)
    assert numbers(await one.batch()) == [1, 2]


async def test_a_lease_lasts_as_long_as_it_is_prolonged(queues, clock):
    one, other = queues
    await one.accept(plain(1, 2, 3))
    await one.lease()
    clock.pass_s(LEASE_S - 1)
    batch = await one.batch()
    clock.pass_s(LEASE_S - 1)
    assert await one.store.keep(one.key, one.worker, LEASE_S)
    clock.pass_s(LEASE_S - 1)

    assert await other.lease() == ()
    assert (await one.turn(succeeded(batch))).destination is not None


async def test_a_lease_that_is_over_is_its_workers_until_another_takes_it(queues, clock):
    one, other = queues
    await one.accept(plain(1, 2, 3, 4))
    await one.lease()
    batch = await one.batch()
    clock.pass_s(LEASE_S)

    assert await one.store.unfinished(one.key, one.worker) == batch
    batch = await one.batch(succeeded(batch))
    assert numbers(batch) == [3, 4]
    assert await other.lease() == (), "the turn has prolonged it"
    clock.pass_s(LEASE_S)
    assert await one.store.keep(one.key, one.worker, LEASE_S)
    assert await other.lease() == (), "it was kept"
    clock.pass_s(LEASE_S)
    assert await other.lease() == [one.key]
    assert not await one.store.keep(one.key, one.worker, LEASE_S)
    assert (await one.turn(succeeded(batch))).destination is None
    assert (await one.get()).counters.succeeded == 2


async def test_a_lease_that_was_given_back_is_nobodys(queues):
    one, _ = queues
    await one.accept(plain(1))
    await one.lease()
    await one.store.release(one.key, one.worker)

    assert (await one.turn()).destination is None
    assert not await one.store.keep(one.key, one.worker, LEASE_S)
    assert await one.store.unfinished(one.key, one.worker) is None


async def test_only_those_of_the_providers_given_are_leased(address, clock):
    ours = destination("ours")
    other = msgspec.structs.replace(destination("others"), key=DestinationKey("other", ("others",)))
    async with opened(address, clock, ours, other) as queues:
        for each in queues:
            await each.accept(plain(1))
        lease = queues[0].store.lease

        assert await lease("w", LEASE_S, 9, []) == ()
        assert await lease("w", LEASE_S, 9, ["third"]) == ()
        assert await lease("w", LEASE_S, 9, ["third", "other"]) == [other.key]
        assert await lease("w", LEASE_S, 9, ["acme", "other"]) == [ours.key]


async def test_what_a_worker_of_another_provider_left_is_not_leased_either(queues, clock):
    one, other = queues
    await one.accept(plain(1))
    await one.lease()
    await one.batch()
    clock.pass_s(LEASE_S)

    assert await other.store.lease(other.worker, LEASE_S, 9, ["other"]) == ()
    assert await other.lease() == [one.key]


async def test_a_lease_given_back_puts_its_destination_behind_those_that_wait(address, clock):
    async with opened(address, clock, *(destination(f"d{number}") for number in range(3))) as [first, *_, last]:
        await first.accept(plain(1, 2, 3))
        await last.accept(plain(1, 2, 3))
        turns = []
        for _ in range(4):
            [key] = await first.lease(1)
            turns.append(key.parts[0])
            one = first if key == first.key else last
            batch = await one.batch()
            clock.pass_s(0.001)
            await one.store.turn(key, one.worker, LEASE_S, None, succeeded(batch))
            await one.store.release(key, one.worker)
            clock.pass_s(0.001)

    assert turns == ["d0", "d2", "d0", "d2"]


async def test_new_records_do_not_put_those_that_wait_back(address, clock):
    async with opened(address, clock, destination("one"), destination("two")) as [one, two]:
        await two.accept(plain(1))
        clock.pass_s(1)
        await one.accept(plain(1))
        clock.pass_s(1)
        await two.accept(plain(2))
        await two.accept([])

        assert await one.lease(1) == [two.key]


async def test_what_a_worker_left_running_is_found_by_the_next_one(queues, clock):
    one, other = queues
    await one.accept(plain(1, 2, 3))
    await one.lease()
    left = await one.batch()
    assert await other.store.unfinished(one.key, other.worker) is None
    clock.pass_s(LEASE_S)

    assert await other.lease() == [one.key]
    found = await other.store.unfinished(one.key, other.worker)
    assert found == left
    assert await one.store.unfinished(one.key, one.worker) is None
    assert (await one.turn(succeeded(left))).destination is None, "who has lost the lease settles nothing"
    assert numbers(await other.batch(succeeded(found))) == [3]
    assert await other.store.unfinished(one.key, "nobody") is None
    await other.check_counters()


@pytest.mark.parametrize("state", [DestinationState.PAUSED, DestinationState.ERROR, DestinationState.DELETED])
async def test_what_was_left_running_is_found_in_any_state(queues, clock, state):
    one, other = queues
    await one.accept(plain(1, 2, 3))
    await one.lease()
    left = await one.batch()
    await one.change(state=state)
    await one.store.release(one.key, one.worker)

    assert await other.lease() == [one.key]
    assert await other.store.unfinished(one.key, other.worker) == left
    assert (await other.turn(succeeded(left))).batch is None
    await other.store.release(one.key, other.worker)
    assert await one.lease() == ()


async def test_those_that_wait_longest_come_first(address, clock):
    made = [destination(f"d{number}", created_at=NOW) for number in range(4)]
    async with opened(address, clock, *made) as queues:
        for each in reversed(queues):
            await each.accept(plain(1))
            clock.pass_s(1)

        first = await queues[0].store.lease("w", LEASE_S, 3, ["acme"])
        rest = await queues[0].store.lease("w", LEASE_S, 3, ["acme"])

    assert [key.parts[0] for key in (*first, *rest)] == ["d3", "d2", "d1", "d0"]


async def test_two_processes_never_send_the_same_record(address, clock):
    made = [destination(f"d{number}", size=3) for number in range(5)]
    sent, at_work = [], set()

    async def work(store, worker):
        idle = 0
        while idle < 3:
            keys = await store.destinations.lease(worker, LEASE_S, 2, ["acme"])
            idle = 0 if keys else idle + 1
            for key in keys:
                assert key not in at_work, "somebody else is sending for this destination"
                at_work.add(key)
                one, ended = Queue(store, clock, key, worker), None
                for _ in range(2):
                    batch = await one.batch(ended)
                    if batch is None:
                        ended = None
                        break
                    await asyncio.sleep(0)
                    sent.extend((key, number) for number in numbers(batch))
                    ended = succeeded(batch)
                await one.store.turn(key, worker, LEASE_S, f"{worker}-last", ended) if ended else None
                at_work.remove(key)
                await finish(one)

    async def finish(one):
        """The last turn may have taken another batch."""
        left = await one.store.unfinished(one.key, one.worker)
        while left is not None:
            sent.extend((one.key, number) for number in numbers(left))
            left = await one.batch(succeeded(left))
        await one.store.release(one.key, one.worker)

    async with opened(address, clock, *made) as queues, Store(address, now=clock) as second, Store(address, now=clock) as third:
        for each in queues:
            await each.accept(plain(*range(20)))
        first = queues[0].store
        await asyncio.gather(work(second, "second"), work(third, "third"))
        for each in queues:
            await each.check_counters()
            assert (await each.get()).counters.succeeded == 20
        assert await first.lease("w", LEASE_S, 9, ["acme"]) == ()

    assert len(sent) == len(set(sent)) == 100
    for each in queues:
        assert [number for key, number in sent if key == each.key] == list(range(1, 21))
