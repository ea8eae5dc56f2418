"""What an idempotency key promises, whatever happens between the question and the answer."""

import asyncio

import pytest

from gateway.domain import mutation_errors
from gateway.domain.audit import AuditOutcome
from gateway.domain.commands.command import Changed
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.errors import ConflictError, StoreUnavailableError
from gateway.domain.write_log import Receipt, WriteState, note_harmless, note_write
from tests.contract.commands.memory import MemoryMutations
from tests.operations.conftest import BUILD, PIPELINE, Desk

pytestmark = pytest.mark.anyio
RUN = RunPipeline(pipeline=PIPELINE)
RECEIPT = Receipt(provider="acme", method="POST", path="/builds", status=201, request_id="r-1")
REFUSED = Receipt(provider="acme", method="POST", path="/links", status=403, request_id="r-2")


async def test_the_same_key_is_answered_from_memory(desk):
    first = await desk.perform(RUN, "k")
    again = await desk.perform(RUN, "k")

    assert (first.keys, first.replayed) == ((BUILD,), False)
    assert (again.keys, again.replayed) == ((BUILD,), True)
    assert len(desk.handled) == 1
    assert [entry.outcome for entry in reversed(await desk.store.entries(None, None, 9))] == [
        AuditOutcome.DONE,
        AuditOutcome.REPLAYED,
    ]


async def test_without_a_key_everything_is_done_anew(desk):
    await desk.perform(RUN)
    await desk.perform(RUN)

    assert len(desk.handled) == 2


async def test_other_input_under_a_used_key_is_refused(desk):
    await desk.perform(RUN, "k")

    refused = await desk.perform(RunPipeline(pipeline=PIPELINE, branch="main"), "k")

    (problem,) = refused.errors
    assert isinstance(problem, mutation_errors.IdempotencyError)
    assert problem.reason is mutation_errors.IdempotencyReason.OTHER_INPUT
    assert problem.path == ("input", "idempotencyKey")
    assert len(desk.handled) == 1


async def test_who_comes_while_it_is_being_done_waits_and_gets_the_same_answer(desk):
    go = asyncio.Event()

    async def slow(_):
        await go.wait()
        return Changed(keys=(BUILD,))

    desk.handler = slow
    first = asyncio.ensure_future(desk.perform(RUN, "k"))
    second = asyncio.ensure_future(desk.perform(RUN, "k"))
    await asyncio.sleep(0.05)
    go.set()

    assert [answer.keys for answer in await asyncio.gather(first, second)] == [(BUILD,), (BUILD,)]
    assert len(desk.handled) == 1


async def test_who_cannot_wait_any_longer_learns_that_it_is_in_progress(desk):
    go = asyncio.Event()

    async def slow(_):
        await go.wait()
        return Changed(keys=(BUILD,))

    desk.handler = slow
    first = asyncio.ensure_future(desk.perform(RUN, "k"))
    await asyncio.sleep(0.25)  # 1.2 s in all, of which the last one is not waited for

    second = await desk.perform(RUN, "k")

    (problem,) = second.errors
    assert problem.reason is mutation_errors.IdempotencyReason.IN_PROGRESS
    go.set()
    assert (await first).keys == (BUILD,)


async def test_a_definite_refusal_frees_the_key(desk):
    async def refuse(_):
        raise ConflictError("It is archived.", provider="acme")

    simple, desk.handler = desk.handler, refuse
    refused = await desk.perform(RUN, "k")
    desk.handler = simple

    assert isinstance(refused.errors[0], mutation_errors.ConflictError)
    assert (await desk.perform(RUN, "k")).keys == (BUILD,)


async def test_an_unknown_outcome_stays_unknown_under_its_key(desk):
    async def doubtful(_):
        note_write(RECEIPT, WriteState.UNKNOWN)
        raise ConflictError("Anything.", provider="acme")

    desk.handler = doubtful
    unknown = await desk.perform(RUN, "k")
    again = await desk.perform(RUN, "k")

    assert isinstance(unknown.errors[0], mutation_errors.UnknownOutcomeError)
    assert (again.errors, again.receipt, again.replayed) == (unknown.errors, RECEIPT, True)
    assert len(desk.handled) == 1


async def test_a_failure_after_a_part_was_done_is_unknown_and_tells_the_part(desk):
    async def half(_):
        note_write(RECEIPT, WriteState.DONE)
        raise ConflictError("The second call was refused.", provider="acme")

    desk.handler = half

    (problem,) = (await desk.perform(RUN)).errors

    assert isinstance(problem, mutation_errors.UnknownOutcomeError)
    assert "acme accepted POST /builds." in problem.message
    assert (problem.cause, problem.request_id) == ("CONFLICT", "r-1")


async def test_a_refused_write_leaves_no_doubt(desk):
    async def refused(_):
        note_write(RECEIPT, WriteState.REFUSED)
        raise ConflictError("It is archived.", provider="acme")

    desk.handler = refused

    performed = await desk.perform(RUN)

    assert isinstance(performed.errors[0], mutation_errors.ConflictError)
    assert performed.receipt == RECEIPT


async def test_what_an_interrupted_gateway_left_is_unknown_and_nothing_is_sent(desk):
    async def die(_):
        raise asyncio.CancelledError

    simple, desk.handler = desk.handler, die
    with pytest.raises(asyncio.CancelledError):
        await desk.perform(RUN, "k")
    desk.handler, desk.store.abandoned = simple, True

    answer = await desk.perform(RUN, "k")

    (problem,) = answer.errors
    assert isinstance(problem, mutation_errors.UnknownOutcomeError)
    assert (problem.cause, answer.replayed, len(desk.handled)) == ("INTERRUPTED", True, 1)


async def test_who_goes_away_does_not_end_what_was_begun(desk):
    go, done = asyncio.Event(), asyncio.Event()

    async def slow(_):
        await go.wait()
        done.set()
        return Changed(keys=(BUILD,))

    desk.handler = slow
    waiting = asyncio.ensure_future(desk.perform(RUN, "k"))
    await asyncio.sleep(0.02)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go.set()

    assert (await desk.perform(RUN, "k")).keys == (BUILD,)
    assert done.is_set()
    assert len(desk.handled) == 1


async def test_closing_waits_for_what_was_begun(desk):
    async def slow(_):
        await asyncio.sleep(0.05)
        return Changed(keys=(BUILD,))

    desk.handler = slow
    waiting = asyncio.ensure_future(desk.perform(RUN, "k"))
    await asyncio.sleep(0.01)

    await desk.mutations.close()

    assert waiting.done() or (await waiting).keys == (BUILD,)
    assert desk.store.last.outcome is AuditOutcome.DONE


class AwayStore(MemoryMutations):
    """Fails as often as it is told to."""

    def __init__(self, begins=0, finishes=0):
        super().__init__()
        self.begins, self.finishes = begins, finishes

    async def away(self, *_):
        raise StoreUnavailableError("away")

    async def begin(self, attempt, claim, lease_s):
        if self.begins:
            self.begins -= 1
            raise StoreUnavailableError("away")
        return await super().begin(attempt, claim, lease_s)

    async def finish(self, *arguments, **named):
        if self.finishes:
            self.finishes -= 1
            raise StoreUnavailableError("away")
        await super().finish(*arguments, **named)


async def test_without_a_store_nothing_is_sent_and_the_key_stays_free():
    desk = Desk(AwayStore(begins=1))

    (problem,) = (await desk.perform(RUN, "k")).errors

    assert isinstance(problem, mutation_errors.NotStartedError)
    assert (problem.code, problem.retryable, desk.handled) == ("STORE_UNAVAILABLE", True, [])
    await desk.mutations.close()
    assert desk.store.last.outcome is AuditOutcome.REFUSED
    assert (await desk.perform(RUN, "k")).keys == (BUILD,)


async def test_what_never_began_is_noted_in_vain_for_a_short_time_only(monkeypatch, caplog):
    monkeypatch.setattr("gateway.operations.attempts.SETTLE_PAUSES_S", (0.01, 0.01))
    desk = Desk(AwayStore(begins=1))
    desk.store.note = desk.store.away

    await desk.perform(RUN, "k")
    await desk.mutations.close()

    assert "is not in the audit log" in caplog.text


class CommittedStore(MemoryMutations):
    """The first beginning is committed, and its answer is lost."""

    lost = True

    async def begin(self, attempt, claim, lease_s):
        claimed = await super().begin(attempt, claim, lease_s)
        if self.lost:
            self.lost = False
            raise StoreUnavailableError("away")
        return claimed


async def test_a_beginning_whose_commit_was_not_heard_of_does_not_look_as_if_something_had_been_sent():
    desk = Desk(CommittedStore())

    await desk.perform(RUN, "k")
    await desk.mutations.close()

    assert desk.store.last.outcome is AuditOutcome.REFUSED
    assert (await desk.perform(RUN, "k")).keys == (BUILD,)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("gateway.operations.attempts.SETTLE_PAUSES_S", (0.01,))
    monkeypatch.setattr("gateway.operations.mutations.ANSWER_WITHIN_S", 0.03)
    monkeypatch.setattr("gateway.operations.attempts.LEASE_MARGIN_S", 0.0)


async def test_a_store_that_is_away_at_the_end_delays_the_answer_little_and_the_memory_not_for_good(impatient):
    desk = Desk(AwayStore(finishes=12))

    performed = await desk.perform(RUN, "k")
    settled_by_then = dict(desk.store.settled)
    await desk.mutations.close()

    assert performed.keys == (BUILD,)
    assert settled_by_then == {}
    assert desk.store.last.outcome is AuditOutcome.DONE
    assert (await desk.perform(RUN, "k")).replayed


async def test_a_store_that_stays_away_at_the_end_does_not_hide_what_was_done(impatient, caplog):
    desk = Desk(AwayStore(finishes=1000), deadline_s=0.1)

    performed = await desk.perform(RUN, "k")
    await desk.mutations.close()

    assert performed.keys == (BUILD,)
    assert "it will count as unknown" in caplog.text


async def test_a_bug_before_anything_was_sent_is_a_fault_of_the_gateway_and_frees_the_key(desk):
    async def broken(_):
        raise ZeroDivisionError

    simple, desk.handler = desk.handler, broken
    (problem,) = (await desk.perform(RUN, "k")).errors
    desk.handler = simple

    assert isinstance(problem, mutation_errors.NotStartedError)
    assert "ZeroDivision" not in problem.message
    assert desk.store.last.code == "INTERNAL"
    assert (await desk.perform(RUN, "k")).keys == (BUILD,)


async def test_a_bug_after_something_was_sent_is_an_unknown_outcome(desk):
    async def broken(_):
        note_write(RECEIPT, WriteState.DONE)
        raise ZeroDivisionError

    desk.handler = broken

    (problem,) = (await desk.perform(RUN, "k")).errors

    assert isinstance(problem, mutation_errors.UnknownOutcomeError)
    assert "ZeroDivision" not in problem.message


async def test_a_refusal_after_something_harmless_is_the_answer_and_frees_the_key(desk):
    async def refuse(_):
        note_write(RECEIPT, WriteState.DONE)
        note_write(REFUSED, WriteState.REFUSED)
        note_harmless()
        raise ConflictError("no", provider="acme")

    desk.handler = refuse
    for _ in range(2):
        performed = await desk.perform(RUN, "k")

        assert [type(problem) for problem in performed.errors] == [mutation_errors.ConflictError]
        assert (performed.replayed, performed.receipt) == (False, REFUSED)
        assert desk.store.last.outcome is AuditOutcome.REFUSED
    assert len(desk.handled) == 2


async def test_a_doubt_after_something_harmless_stays_one(desk):
    async def fail(_):
        note_write(RECEIPT, WriteState.DONE)
        note_write(REFUSED, WriteState.UNKNOWN)
        note_harmless()
        raise ConflictError("no", provider="acme")

    desk.handler = fail

    performed = await desk.perform(RUN, "k")

    (problem,) = performed.errors
    assert isinstance(problem, mutation_errors.UnknownOutcomeError)
    assert "accepted" not in problem.message
    assert (await desk.perform(RUN, "k")).replayed


def test_nothing_is_harmless_where_nobody_keeps_a_log():
    note_harmless()
