"""Several destinations and several processes: turns, settings that only some of them know, and ends in good order."""

import asyncio
import time

import msgspec
import pytest

from gateway.domain.audit import Attempt, AuditQuery
from gateway.domain.commands.command import Pair
from gateway.domain.commands.destinations import ActivateDestination, CreateDestination, PauseDestination, UpdateDestination
from gateway.domain.destination import Batching, DestinationState, TemplateUse
from gateway.domain.errors import RateLimitedError, StoreUnavailableError
from tests.destinations.stage import BUILDS, DELETE, RUN, Process
from tests.destinations.test_delivering import branches, failing
from tests.destinations.vendor import Vendor

pytestmark = pytest.mark.anyio


async def test_a_process_that_does_not_know_the_provider_leaves_its_records_alone(store, vendor):
    other = Vendor("other")
    async with Process(store, other):
        idle = Process(store, vendor)
        key = await idle.made(template=RUN)
        await idle.send(key, [{"branch": "a"}])
        await asyncio.sleep(0.25)
        assert await idle.statuses(key) == ["QUEUED"]

    async with Process(store, vendor) as knowing:
        assert await knowing.settled(key) == ["SUCCEEDED"]


async def test_a_template_that_is_gone_stops_the_destination_and_harms_no_record(store, vendor):
    idle = Process(store, vendor)
    key = await idle.made(template=RUN)
    await idle.send(key, [{"branch": "a"}, {"branch": "b"}])
    older = Vendor()
    older.provider = msgspec.structs.replace(older.provider, templates={})

    async with Process(store, older) as process:
        await process.until(lambda: _is(process, key, DestinationState.ERROR))
        assert await process.statuses(key) == ["QUEUED", "QUEUED"]
        assert "no template 'run-pipeline'" in (await process.destination(key)).last_error.message

    async with Process(store, vendor) as process:
        await process.done(ActivateDestination(destination=key))
        assert await process.settled(key) == ["SUCCEEDED", "SUCCEEDED"]


async def test_no_destination_waits_until_another_has_nothing_left(store, vendor):
    async def slowly(_method, _body):
        await asyncio.sleep(0.02)
        return 201, b"{}"

    vendor.answer = slowly
    async with Process(store, vendor, at_once=1, turn_s=0.1) as process:
        busy = await process.made(template=RUN)
        await process.send(busy, [{"branch": f"busy-{number}"} for number in range(60)])
        await process.until(lambda: _sent(vendor, 2))
        modest = await process.made(template=RUN)
        await process.send(modest, [{"branch": "modest"}])
        await process.settled(modest)
        place = branches(vendor).index("modest")
        await process.settled(busy, 10)

    assert place < 40
    assert len(vendor.sent) == 61


async def test_a_batch_that_waits_is_cut_anew_when_other_settings_want_single_records(process, vendor):
    vendor.answer = failing(RateLimitedError("Slowly.", provider="acme", retry_after_s=1), sent=True)
    key = await process.made(manual=BUILDS, batching=Batching(size=3))
    await process.send(key, [{"branch": "a"}, {"branch": "b"}, {"branch": "c"}])
    await process.until(lambda: _sent(vendor, 1))
    await process.until(lambda: _has(process, key, ["QUEUED"] * 3))

    await process.done(PauseDestination(destination=key))
    await process.done(UpdateDestination(destination=key, template=RUN, batching=None))
    await process.done(ActivateDestination(destination=key))
    assert await process.settled(key) == ["SUCCEEDED"] * 3

    assert branches_of(vendor.sent[1:]) == ["a", "b", "c"]


async def test_ending_does_not_wait_for_what_another_process_has_left(store, vendor):
    idle = Process(store, vendor)
    key = await idle.made(template=RUN)
    await idle.send(key, [{"branch": "a"}])
    await store.destinations.lease("gone", 0.05, 1, ["acme"])
    turn = await store.destinations.turn(key, "gone", 0.05, "x1", None)
    assert turn.batch is not None
    await store.mutations.begin(Attempt(id="x1", at=turn.destination.created_at, caller="ann", mutation="runPipeline"), None, 30)
    process = Process(store, vendor)
    running = asyncio.create_task(process.desk.run())
    await asyncio.sleep(0.3)

    began = time.monotonic()
    await process.desk.close()
    await running

    assert time.monotonic() - began < 1
    assert await idle.statuses(key) == ["RUNNING"]
    assert await store.destinations.lease("another", 5, 1, ["acme"]) == [key]


async def test_a_receiver_that_trips_a_bug_costs_nobody_what_is_known(process, monkeypatch):
    def broken(*_):
        raise RuntimeError

    key = await process.made(template=RUN)
    monkeypatch.setattr(process.desk._deliverer, "_tell", broken)

    await process.send(key, [{"branch": "a"}])

    assert await process.settled(key) == ["SUCCEEDED"]


async def test_whoever_gives_it_something_else_to_do_is_who_it_sends_for(process, store):
    key = await process.made(manual=BUILDS)

    await process.done(UpdateDestination(destination=key, template=RUN), caller="bob")
    await process.send(key, [{"branch": "a"}])
    await process.settled(key)

    [entry] = await store.mutations.entries(AuditQuery(mutations=("runPipeline",)), None, 5)
    assert entry.attempt.caller == "bob"


async def test_the_audit_log_tells_who_confirmed_what_destroys(process, store):
    await process.made(template=DELETE, confirm_destructive=True, active=False)

    [entry] = await store.mutations.entries(AuditQuery(mutations=("createDestination",)), None, 5)
    assert (entry.attempt.caller, entry.attempt.confirmed_by) == ("ann", "caller")


async def test_a_record_that_is_no_command_is_in_the_audit_log_too(process, store):
    key = await process.made(template=RUN)

    await process.send(key, [{"brunch": "a"}])
    await process.settled(key)

    [delivery] = await process.deliveries(key)
    entry = await store.mutations.attempt(delivery.attempt_id)
    assert entry is not None
    assert (entry.attempt.mutation, entry.outcome.name, entry.settlement.code) == ("runPipeline", "REFUSED", "BAD_USER_INPUT")


async def test_a_store_that_breaks_off_leaves_a_doubt_and_keeps_the_key(process, store, monkeypatch):
    """It may have been done: to do it again under the same key would do it twice."""
    create = store.destinations.create

    async def cut(destination):
        await create(destination)
        raise StoreUnavailableError("The gateway's store did not answer.")

    monkeypatch.setattr(store.destinations, "create", cut)
    command = CreateDestination(provider="acme", name="x", template=RUN)
    first = await process.perform(command, "k")
    monkeypatch.undo()
    again = await process.perform(command, "k")

    assert [error.code for error in first.errors] == ["UNKNOWN_OUTCOME"]
    assert ([error.code for error in again.errors], again.replayed) == (["UNKNOWN_OUTCOME"], True)


async def test_a_draft_has_no_calls_to_show_but_tells_what_it_lacks(process):
    draft = CreateDestination(provider="acme", name="x", template=TemplateUse(name="run-pipeline", parameters=()))

    preview = await process.previewed(draft, [{"branch": "a"}])

    assert "`pipeline` is missing" in preview.problems[0]
    assert ["is missing" in error.message for batch in preview.batches for error in batch.errors] == [True]


async def test_parameters_may_lie_deep_in_the_record_and_need_not_be_excluded(process, vendor):
    deep = TemplateUse(name="run-pipeline", parameters=(Pair("pipeline", "{{meta.pipeline}}"),))
    key = await process.made(template=deep)

    await process.send(key, [{"branch": "a", "meta": {"pipeline": "web"}}, {"branch": "b", "meta": {"pipeline": "web", "x": 1}}])

    assert await process.settled(key) == ["SUCCEEDED", "FAILED"]
    assert "meta" in (await process.deliveries(key))[1].message


async def test_a_record_of_many_attributes_costs_little(process):
    key = await process.made(template=RUN)
    wide = {"branch": "a"} | {f"a{number}": {"b": number} for number in range(8000)}

    began = time.perf_counter()
    preview = await process.previewed(key, [wide])

    assert preview.batches[0].errors
    assert time.perf_counter() - began < 1


def branches_of(bodies):
    return [body["branch"] for body in bodies]


async def _is(process, key, state):
    return (await process.destination(key)).state is state


async def _has(process, key, statuses):
    return await process.statuses(key) == statuses


async def _sent(vendor, count):
    return len(vendor.sent) >= count
