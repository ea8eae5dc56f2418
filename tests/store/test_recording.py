"""Notifications go in; runs come out, committed, and right whoever else writes."""

import asyncio
import uuid
from datetime import datetime

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from gateway.domain.errors import InvalidInputError, StoreUnavailableError
from gateway.domain.ledger import LedgerQuery, RunStatus, fold
from gateway.store import Store
from gateway.store.ledger.tables import notifications, runs
from tests.store.reports import raw, report
from tests.store.strategies import reports

pytestmark = pytest.mark.anyio
IDS = ("run-1", "run-2", "run-3")


async def record(ledger, *notifications, provider="homegrown", forward=False):
    """All at the same time, as many clients would."""
    return await asyncio.gather(*(ledger.record(provider, each, raw(each), forward=forward) for each in notifications))


async def folded(ledger, provider, ids=IDS):
    """What the stored notifications make, read back."""
    histories = [await ledger.notifications_of(provider, each) for each in ids]
    return [fold(history) if history else None for history in histories]


async def test_an_answer_is_the_run_as_it_stands(ledger):
    [begun] = await record(ledger, report(status="running", branch="main"))
    [ended] = await record(ledger, report(status="success", finish=160))

    assert (begun.status, begun.notifications) == (RunStatus.RUNNING, 1)
    assert (ended.status, ended.branch, ended.notifications) == (RunStatus.SUCCEEDED, "main", 2)


async def test_what_was_answered_is_seen_by_others(address, ledger):
    async with Store(address) as other:
        [run] = await record(ledger, report())

        assert await other.ledger.get_runs("homegrown", ["run-1", "run-2"]) == [run, None]


async def test_what_was_sent_is_kept_as_it_came(ledger):
    await record(ledger, report(status="running"), report(status="success", finish=160))

    kept = await ledger.notifications_of("homegrown", "run-1")

    assert {each.notification for each in kept} == {report(status="running"), report(status="success", finish=160)}
    assert kept[0].sequence < kept[1].sequence


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(arrived=st.lists(st.lists(reports(IDS), min_size=1, max_size=6), min_size=1, max_size=5))
async def test_runs_are_the_fold_of_what_is_stored_in_whatever_transactions_it_came(ledger, arrived):
    provider = uuid.uuid4().hex

    for together in arrived:
        await record(ledger, *together, provider=provider)

    stepwise = await ledger.get_runs(provider, IDS)
    assert stepwise == await folded(ledger, provider)
    await ledger.recompute(provider)
    assert await ledger.get_runs(provider, IDS) == stepwise


async def test_several_processes_do_not_lose_each_others_words(address, ledger):
    """Each with connections and a writer of its own, all at the same few runs, in different orders."""
    ids = [f"run-{number}" for number in range(12)]
    async with Store(address) as second, Store(address) as third:
        ledgers = [ledger, second.ledger, third.ledger]
        for turn in range(4):
            await asyncio.gather(
                *(
                    each.record("homegrown", report(run, start=turn * 10 + place, email=f"{place}@{turn}"), b"", forward=True)
                    for place, each in enumerate(ledgers)
                    for run in (ids if place % 2 else reversed(ids))
                )
            )

    runs = await ledger.get_runs("homegrown", ids)
    assert [run.notifications for run in runs] == [12] * 12
    assert runs == await folded(ledger, "homegrown", ids)
    assert (await ledger.forwarding("homegrown")).queued == 144


async def test_many_at_once_share_transactions(ledger, monkeypatch):
    groups = []
    commit = ledger._recordings._commit
    monkeypatch.setattr(ledger._recordings, "_commit", lambda group: groups.append(len(group)) or commit(group))

    await record(ledger, *(report(f"run-{number}") for number in range(300)))

    assert sum(groups) == 300
    assert len(groups) <= 4
    assert max(groups) <= 256


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("branch", "ma\0in"),
        ("email", "\ud800@x.org"),
        ("pipeline_name", ""),
        ("reference_id", ""),
        ("pull_request", 2**63),
        ("started_at", datetime(2026, 1, 1)),
        ("status", RunStatus.QUEUED),
    ],
)
async def test_what_no_store_could_hold_is_refused_by_name(ledger, field, wrong):
    with pytest.raises(InvalidInputError) as refused:
        await ledger.record("homegrown", msgspec.structs.replace(report(), **{field: wrong}), b"", forward=False)

    assert (refused.value.field, refused.value.provider) == (field, "homegrown")
    assert await ledger.newest_runs("homegrown", LedgerQuery(), None, None, 10) == []


async def test_one_that_cannot_be_stored_takes_no_other_with_it(ledger, monkeypatch):
    """Should the checks miss something, the database refuses the whole transaction."""
    monkeypatch.setattr("gateway.store.ledger.recording.Recording.check", lambda _: None)
    good = [report(f"run-{number}") for number in range(5)]

    outcomes = await asyncio.gather(
        *(ledger.record("homegrown", each, b"", forward=True) for each in [*good[:2], report(pull_request=2**70), *good[2:]]),
        return_exceptions=True,
    )

    assert [isinstance(each, Exception) for each in outcomes] == [False, False, True, False, False, False]
    assert not isinstance(outcomes[2], StoreUnavailableError)
    assert all(await ledger.get_runs("homegrown", [each.reference_id for each in good]))
    assert (await ledger.forwarding("homegrown")).queued == 5


async def test_closing_waits_for_what_was_accepted(address):
    store = Store(address)
    await store.open()
    waiting = [asyncio.create_task(store.ledger.record("homegrown", report(f"run-{n}"), b"", forward=False)) for n in range(50)]
    await asyncio.sleep(0)

    await store.close()

    assert len({run.reference_id for run in await asyncio.gather(*waiting)}) == 50


async def test_a_closed_store_accepts_nothing(address):
    async with Store(address) as store:
        pass

    with pytest.raises(StoreUnavailableError):
        await store.ledger.record("homegrown", report(), b"", forward=False)


async def test_a_client_that_leaves_harms_nobody(ledger):
    leaving = asyncio.create_task(ledger.record("homegrown", report("left"), b"", forward=False))
    staying = asyncio.create_task(ledger.record("homegrown", report("stayed"), b"", forward=False))
    await asyncio.sleep(0)
    leaving.cancel()

    assert (await staying).reference_id == "stayed"
    assert (await record(ledger, report("later")))[0].notifications == 1


async def test_recomputing_repairs_runs_and_drops_those_nobody_reported(ledger):
    await record(ledger, report("kept", status="success", branch="main"), report("orphan"))
    expected = await ledger.get_runs("homegrown", ["kept"])

    def damage(connection):
        connection.execute(update(runs).values(branch="lost", status_rank=0, notifications=77))
        connection.execute(notifications.delete().where(notifications.c.reference_id == "orphan"))

    await ledger._repair._database.write(damage)

    assert await ledger.recompute("homegrown") == 1
    assert await ledger.get_runs("homegrown", ["kept", "orphan"]) == [*expected, None]
