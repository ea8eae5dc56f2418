"""What waits to be passed on."""

import asyncio
from datetime import timedelta

import pytest

from gateway.domain.ledger import Forwarding
from gateway.store import Store
from tests.store.reports import DAY, report

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self):
        self.now = DAY

    def __call__(self):
        return self.now

    def pass_s(self, seconds):
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def ledger(address, clock):
    async with Store(address, now=clock) as store:
        yield store.ledger


async def queue(ledger, *reports, forward=True):
    for each in reports:
        await ledger.record("homegrown", each, b"", forward=forward)


def names(entries):
    return [each.notification.reference_id for each in entries]


async def due(ledger, limit=10):
    return await ledger.due("homegrown", limit, lease_s=30)


async def test_entries_come_in_order_with_what_was_reported(ledger):
    await queue(ledger, report("a", branch="main"), report("b"), report("c"))

    entries = await due(ledger, limit=2)

    assert names(entries) == ["a", "b"]
    assert entries[0].notification == report("a", branch="main")
    assert (entries[0].attempts, entries[0].queued_at) == (0, DAY)


async def test_only_what_is_to_be_passed_on_is_queued(ledger):
    await queue(ledger, report("a"), forward=False)

    assert await due(ledger) == ()
    assert await ledger.forwarding("homegrown") == Forwarding()


async def test_an_entry_is_out_of_sight_while_somebody_works_on_it(ledger, clock):
    await queue(ledger, report("a"))

    first = await due(ledger)

    assert (names(first), await due(ledger)) == (["a"], ())
    clock.pass_s(30)
    assert names(await due(ledger)) == ["a"]


async def test_what_was_forwarded_is_gone(ledger, clock):
    await queue(ledger, report("a"), report("b"))
    entries = await due(ledger)

    await ledger.forwarded([each.id for each in entries])

    clock.pass_s(60)
    assert await due(ledger) == ()
    assert await ledger.forwarding("homegrown") == Forwarding()


async def test_of_one_run_only_the_oldest_is_due(ledger):
    await queue(ledger, report("a", status="running"), report("a", status="success"), report("b"))

    entries = await due(ledger)
    assert [(each.notification.reference_id, each.notification.status) for each in entries] == [
        ("a", report(status="running").status),
        ("b", None),
    ]
    assert await due(ledger) == ()

    await ledger.forwarded([entries[0].id])
    assert [each.notification.status for each in await due(ledger)] == [report(status="success").status]


async def test_a_failed_entry_waits_and_holds_up_its_run_alone(ledger, clock):
    await queue(ledger, report("a", status="running"), report("a", status="success"), report("b"))
    [first, _] = await due(ledger)

    await ledger.retry_later(first.id, "HTTP 503", wait_s=60)

    clock.pass_s(59)
    assert names(await due(ledger)) == ["b"]
    clock.pass_s(1)
    [again] = await due(ledger)
    assert (again.id, again.attempts) == (first.id, 1)


async def test_a_refused_entry_stays_to_be_seen_and_lets_the_next_one_go(ledger):
    await queue(ledger, report("a", status="running"), report("a", status="success"))
    [first] = await due(ledger)

    await ledger.refused(first.id, "invalid_arguments")

    assert [each.notification.status for each in await due(ledger)] == [report(status="success").status]
    assert await ledger.forwarding("homegrown") == Forwarding(queued=1, oldest_s=0, refused=1, last_error="invalid_arguments")


async def test_how_it_goes(ledger, clock):
    await queue(ledger, report("a"))
    clock.pass_s(10)
    await queue(ledger, report("b"))
    [a, b] = await due(ledger)
    await ledger.retry_later(b.id, "first", 1)
    clock.pass_s(5)
    await ledger.retry_later(a.id, "second", 1)

    assert await ledger.forwarding("homegrown") == Forwarding(queued=2, oldest_s=15, refused=0, last_error="second")


async def test_each_provider_has_its_own(ledger):
    await queue(ledger, report("a"))

    assert await ledger.due("other", 10, lease_s=30) == ()
    assert await ledger.forwarding("other") == Forwarding()


async def test_two_processes_never_get_the_same_entry(address, ledger, clock):
    reports = [report(f"run-{number % 20}", start=number) for number in range(60)]
    await queue(ledger, *reports)
    sent, at_work = [], set()

    async def work(own):
        idle = 0
        while idle < 3:
            entries = await own.due("homegrown", 3, lease_s=30)
            idle = 0 if entries else idle + 1
            taken = {each.notification.reference_id for each in entries}
            assert not taken & at_work, "somebody else is sending a notification of this run"
            at_work.update(taken)
            await asyncio.sleep(0)
            sent.extend(entries)
            at_work.difference_update(taken)
            await own.forwarded([each.id for each in entries])

    async with Store(address, now=clock) as second, Store(address, now=clock) as third:
        await asyncio.gather(*(work(each) for each in (ledger, second.ledger, third.ledger, ledger)))
        await work(ledger)

    assert len(sent) == len({each.id for each in sent}) == 60
    for number in range(20):
        starts = [each.notification.started_at for each in sent if each.notification.reference_id == f"run-{number}"]
        assert starts == sorted(starts)


async def test_what_is_given_back_is_due_at_once(ledger):
    await queue(ledger, report("a"), report("b"))
    taken = await due(ledger)

    await ledger.give_back([taken[1].id])

    assert names(await due(ledger)) == ["b"]
    assert taken[1].attempts == 0


async def test_those_that_failed_can_be_put_behind_those_that_did_not(ledger, clock):
    await queue(ledger, report("a"))
    (failed,) = await due(ledger)
    await ledger.retry_later(failed.id, "no", 1)
    clock.pass_s(2)
    await queue(ledger, report("b"))

    (first,) = await ledger.due("homegrown", 1, lease_s=30, untried_first=True)

    assert first.notification.reference_id == "b"
    assert names(await due(ledger)) == ["a"]
