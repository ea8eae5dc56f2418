"""Attempts, their ends and their keys: kept for good, and decided in one place however many ask at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from gateway.domain.audit import (
    Abandoned,
    Attempt,
    AttemptWithdrawnError,
    AuditOutcome,
    AuditPlace,
    AuditQuery,
    Claim,
    Fresh,
    OtherInput,
    Recorded,
    Settlement,
    UnderWay,
)
from gateway.domain.errors import StoreUnavailableError
from gateway.store import Store

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CLAIM = Claim(caller="ada", mutation="runPipeline", key="nightly", input=b"the input")
DONE = Settlement(
    outcome=AuditOutcome.DONE, duration_s=0.25, method="POST", path="/builds", status=201, request_id="r", writes=1, changed=("x",)
)
REFUSED = Settlement(outcome=AuditOutcome.REFUSED, duration_s=0.5, code="CONFLICT")


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def stores(address, clock):
    """Two that share a database, as two processes do."""
    async with Store(address, now=clock) as one, Store(address, now=clock) as other:
        yield one.mutations, other.mutations


def attempt(number=1, *, at=NOW, **fields):
    return Attempt(id=f"{number:04}", at=at, caller="ada", mutation="runPipeline", provider="acme", target="t", **fields)


async def test_of_many_who_want_a_key_exactly_one_gets_it(stores):
    claimed = await asyncio.gather(*(stores[number % 2].begin(attempt(number), CLAIM, 30) for number in range(20)))

    assert sorted(type(each).__name__ for each in claimed) == ["Fresh"] + ["UnderWay"] * 19
    assert len(await stores[0].entries(AuditQuery(), None, 50)) == 1


async def test_what_is_remembered_is_answered_by_every_process(stores):
    await stores[0].begin(attempt(), CLAIM, 30)
    await stores[0].finish(attempt(), DONE, CLAIM, b"the answer")

    assert await stores[1].begin(attempt(2), CLAIM, 30) == Recorded(b"the answer")
    assert await stores[1].look(CLAIM) == Recorded(b"the answer")


async def test_a_key_that_is_freed_can_be_taken_again(stores):
    await stores[0].begin(attempt(), CLAIM, 30)
    await stores[0].finish(attempt(), REFUSED, CLAIM, b"refused", free=True)

    assert await stores[1].begin(attempt(2), CLAIM, 30) == Fresh()


@pytest.mark.parametrize("other", [{"caller": "bob"}, {"mutation": "cancelRun"}, {"key": "hourly"}])
async def test_a_key_stands_for_one_caller_and_one_mutation(stores, other):
    await stores[0].begin(attempt(), CLAIM, 30)
    wanted = Claim(**({"caller": "ada", "mutation": "runPipeline", "key": "nightly", "input": b"the input"} | other))

    assert await stores[0].begin(attempt(2), wanted, 30) == Fresh()


async def test_other_input_is_noticed_while_it_is_done_and_afterwards(stores):
    other = Claim(caller="ada", mutation="runPipeline", key="nightly", input=b"other input")
    await stores[0].begin(attempt(), CLAIM, 30)

    assert await stores[1].begin(attempt(2), other, 30) == OtherInput()
    await stores[0].finish(attempt(), DONE, CLAIM, b"the answer")
    assert await stores[1].look(other) == OtherInput()


async def test_an_attempt_that_is_never_settled_is_abandoned_after_its_lease(stores, clock):
    await stores[0].begin(attempt(), CLAIM, 30)
    clock.now += timedelta(seconds=29)
    assert await stores[1].look(CLAIM) == UnderWay()

    clock.now += timedelta(seconds=2)

    assert await stores[1].begin(attempt(2), CLAIM, 30) == Abandoned()
    (entry,) = await stores[1].entries(AuditQuery(outcomes=(AuditOutcome.UNKNOWN,)), None, 9)
    assert (entry.attempt.id, entry.outcome, entry.settlement) == ("0001", AuditOutcome.UNKNOWN, None)


async def test_who_was_only_slow_can_still_say_what_came_of_it(stores, clock):
    await stores[0].begin(attempt(), CLAIM, 30)
    clock.now += timedelta(seconds=31)

    await stores[0].finish(attempt(), DONE, CLAIM, b"the answer")

    assert await stores[1].look(CLAIM) == Recorded(b"the answer")


async def test_a_refusal_that_comes_after_the_lease_does_not_free_the_key(stores, clock):
    """Others may have been told that the outcome is unknown and will stay so."""
    await stores[0].begin(attempt(), CLAIM, 30)
    clock.now += timedelta(seconds=31)

    await stores[0].finish(attempt(), REFUSED, CLAIM, b"refused", free=True)

    assert await stores[1].begin(attempt(2), CLAIM, 30) == Recorded(b"refused")


@pytest.mark.parametrize("begun", [True, False])
async def test_an_attempt_of_which_nobody_knows_whether_it_began_is_taken_back(stores, begun):
    if begun:
        await stores[0].begin(attempt(), CLAIM, 30)
    await stores[1].note(attempt(), REFUSED, CLAIM)

    [entry] = await stores[0].entries(AuditQuery(), None, 9)
    assert entry.outcome is AuditOutcome.REFUSED
    assert await stores[1].begin(attempt(2), CLAIM, 30) == Fresh()


async def test_taking_back_leaves_the_key_to_whoever_has_it_by_now(stores):
    await stores[0].begin(attempt(), CLAIM, 30)
    await stores[1].note(attempt(2), REFUSED, CLAIM)

    assert await stores[1].begin(attempt(3), CLAIM, 30) == UnderWay()


async def test_a_key_is_remembered_for_a_day(stores, clock):
    await stores[0].begin(attempt(), CLAIM, 30)
    await stores[0].finish(attempt(), DONE, CLAIM, b"the answer")
    clock.now += timedelta(hours=24, seconds=-1)
    assert await stores[1].look(CLAIM) == Recorded(b"the answer")

    clock.now += timedelta(seconds=1)

    assert await stores[1].look(CLAIM) == Fresh()
    assert await stores[1].begin(attempt(2, at=clock.now), CLAIM, 30) == Fresh()


async def test_old_keys_leave_the_database_and_the_log_stays(stores, clock):
    await stores[0].begin(attempt(), CLAIM, 30)
    await stores[0].finish(attempt(), DONE, CLAIM, b"the answer")
    clock.now += timedelta(hours=25)

    await stores[0].begin(attempt(2, at=clock.now), None, 30)

    left = await stores[0]._database.read(
        lambda connection: connection.execute(text("SELECT count(*) FROM mutation_claims")).scalar()
    )
    assert left == 0
    assert len(await stores[0].entries(AuditQuery(), None, 9)) == 2


async def test_neither_the_input_nor_its_plain_digest_is_stored(stores):
    await stores[0].begin(attempt(), CLAIM, 30)

    rows = await stores[0]._database.read(lambda connection: connection.execute(text("SELECT * FROM mutation_claims")).all())

    import hashlib

    assert b"the input" not in repr(rows).encode()
    assert hashlib.sha256(b"the input").digest() not in [bytes(value) for row in rows for value in row if isinstance(value, bytes)]


async def test_an_entry_tells_all_that_was_said(stores):
    begun = attempt(idempotency_key="nightly")
    await stores[0].begin(begun, CLAIM, 30)
    (before,) = await stores[0].entries(AuditQuery(), None, 9)
    await stores[0].finish(begun, DONE, CLAIM, b"")

    (after,) = await stores[0].entries(AuditQuery(), None, 9)

    assert (before.attempt, before.outcome, before.settlement) == (begun, AuditOutcome.IN_PROGRESS, None)
    assert (after.attempt, after.outcome, after.settlement) == (begun, AuditOutcome.DONE, DONE)


async def test_the_log_is_read_newest_first_page_by_page(stores):
    times = [NOW, NOW, NOW + timedelta(seconds=1), NOW - timedelta(days=1), NOW]
    for number, at in enumerate(times):
        await stores[0].note(attempt(number, at=at), REFUSED)

    seen, place = [], None
    while page := await stores[0].entries(AuditQuery(), place, 2):
        seen += [entry.attempt.id for entry in page]
        place = AuditPlace(page[-1].attempt.at, page[-1].attempt.id)

    assert seen == ["0002", "0004", "0001", "0000", "0003"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (AuditQuery(providers=("acme",)), {"0001", "0002"}),
        (AuditQuery(providers=("nobody",)), set()),
        (AuditQuery(mutations=("cancelRun",)), {"0003"}),
        (AuditQuery(callers=("bob",)), {"0003"}),
        (AuditQuery(targets=("t",)), {"0001", "0002"}),
        (AuditQuery(idempotency_keys=("k", "l")), {"0002"}),
        (AuditQuery(outcomes=(AuditOutcome.DONE, AuditOutcome.IN_PROGRESS)), {"0002", "0003"}),
        (AuditQuery(outcomes=(AuditOutcome.REFUSED,)), {"0001"}),
        (AuditQuery(since=NOW), {"0001", "0002"}),
        (AuditQuery(until=NOW), {"0003"}),
    ],
)
async def test_filters_leave_what_matches(stores, query, found):
    await stores[0].note(attempt(1), REFUSED)
    await stores[0].begin(attempt(2, idempotency_key="k"), None, 30)
    await stores[0].finish(attempt(2), DONE, None, b"")
    third = Attempt(id="0003", at=NOW - timedelta(hours=1), caller="bob", mutation="cancelRun", provider="other")
    await stores[0].begin(third, None, 7200)

    assert {entry.attempt.id for entry in await stores[0].entries(query, None, 9)} == found


async def test_one_attempt_is_found_by_its_id(stores):
    begun = attempt(destination="d", confirmed_by="destination")
    await stores[0].begin(begun, None, 30)

    entry = await stores[1].attempt(begun.id)

    assert (entry.attempt, entry.outcome, entry.settlement) == (begun, AuditOutcome.IN_PROGRESS, None)
    assert await stores[1].attempt("0002") is None


async def test_attempts_of_a_destination_are_found_by_it(stores):
    await stores[0].note(attempt(1, destination="d"), REFUSED)
    await stores[0].note(attempt(2, destination="e"), REFUSED)
    await stores[0].note(attempt(3), REFUSED)

    found = await stores[0].entries(AuditQuery(destinations=("d", "x")), None, 9)

    assert [entry.attempt.id for entry in found] == ["0001"]


@pytest.mark.parametrize("claim", [None, CLAIM])
async def test_an_attempt_that_was_withdrawn_cannot_begin(stores, claim):
    withdrawn = attempt(destination="d")
    await stores[1].note(withdrawn, REFUSED)

    with pytest.raises(AttemptWithdrawnError, match="withdrawn"):
        await stores[0].begin(withdrawn, claim, 30)

    assert (await stores[0].attempt(withdrawn.id)).settlement == REFUSED
    assert await stores[0].look(CLAIM) == Fresh()


async def test_a_destinations_attempt_that_has_begun_is_not_withdrawn(stores):
    begun = attempt(destination="d")
    await stores[0].begin(begun, None, 30)

    await stores[1].note(attempt(destination="d", at=NOW + timedelta(seconds=9)), REFUSED)

    entry = await stores[1].attempt(begun.id)
    assert (entry.attempt, entry.settlement) == (begun, None)
    await stores[0].finish(begun, DONE, None, b"")
    assert (await stores[1].attempt(begun.id)).settlement == DONE


async def test_of_beginning_and_withdrawing_at_once_one_comes_first(stores):
    for number in range(20):
        each = attempt(number, destination="d")
        begun, _ = await asyncio.gather(stores[0].begin(each, None, 30), stores[1].note(each, REFUSED), return_exceptions=True)

        settled = (await stores[0].attempt(each.id)).settlement
        assert (type(begun), settled) in ((Fresh, None), (AttemptWithdrawnError, REFUSED))


async def test_a_closed_store_says_so(address):
    store = Store(address)

    with pytest.raises(StoreUnavailableError):
        await store.mutations.begin(attempt(), CLAIM, 30)
