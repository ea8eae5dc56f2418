"""Previews and tests: on the way that deliveries go."""

import msgspec
import pytest

from gateway.domain.audit import AuditQuery
from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.commands.destinations import CreateDestination, DeleteDestination, UpdateDestination
from gateway.domain.destination import Batching, DestinationState, PropertyInObject, TemplateUse
from tests.destinations.stage import BUILDS, DELETE, RUN

pytestmark = pytest.mark.anyio

RECORDS = [{"id": number, "n": "x"} for number in range(1, 6)]


@pytest.fixture(autouse=True)
def budget():
    token = request_budget.set(RequestBudget(5, 100))
    yield
    request_budget.reset(token)


def writes(preview):
    return [call.body for batch in preview.batches for call in batch.calls if call.write]


@pytest.mark.parametrize(
    ("settings", "records"),
    [
        ({"template": RUN}, [{"branch": "a"}, {"branch": "b", "priority": 3}]),
        ({"template": RUN, "exclude_attributes": ("secret",)}, [{"branch": "a", "secret": "x"}]),
        ({"template": DELETE, "confirm_destructive": True}, [{"pipeline": "old"}, {"pipeline": "older"}]),
        ({"manual": BUILDS}, RECORDS),
        ({"manual": BUILDS, "batching": Batching(size=2)}, RECORDS),
        ({"manual": BUILDS, "batching": Batching(size=2, property=PropertyInObject(name="builds", others={"dry": True}))}, RECORDS),
        ({"manual": BUILDS, "batching": Batching(size=2, transform="wrap_by_id"), "exclude_attributes": ("n",)}, RECORDS),
    ],
)
async def test_what_a_delivery_sends_is_what_the_preview_showed(process, vendor, settings, records):
    key = await process.made(**settings)
    preview = await process.desk.preview(key, records)
    assert vendor.sent == []

    await process.send(key, records)
    assert set(await process.settled(key)) == {"SUCCEEDED"}

    shown = [call for batch in preview.batches for call in batch.calls if call.write]
    assert [call.url.removeprefix(vendor.base_url) if call.body is None else call.body for call in shown] == vendor.sent
    assert [number for batch in preview.batches for number in batch.numbers] == list(range(1, len(records) + 1))


async def test_reads_are_made_and_marked(process):
    key = await process.made(template=RUN)

    preview = await process.desk.preview(key, [{"branch": "a"}])

    assert [(call.write, call.method) for call in preview.batches[0].calls] == [(False, "GET"), (True, "POST")]


async def test_settings_need_not_be_saved(process, vendor):
    command = CreateDestination(provider="acme", name="x", template=DELETE)

    preview = await process.desk.preview(command, [{"pipeline": "old"}])

    assert "confirmDestructive" in preview.problems[0]
    assert [call.method for call in preview.batches[0].calls] == ["GET", "DELETE"]
    assert vendor.sent == []


async def test_changes_need_not_be_saved(process):
    key = await process.made(manual=BUILDS)

    preview = await process.desk.preview(UpdateDestination(destination=key, batching=Batching(size=2)), RECORDS)

    assert len(preview.batches) == 3
    assert preview.warnings
    assert (await process.destination(key)).settings.batching is None


async def test_what_a_record_lacks_is_told_for_it_alone(process):
    key = await process.made(template=RUN)

    preview = await process.desk.preview(key, [{"brunch": "a"}, {"branch": "b"}])

    assert [bool(batch.errors) for batch in preview.batches] == [True, False]
    assert "brunch" in preview.batches[0].errors[0].message


async def test_settings_that_cannot_be_are_told_at_their_field(process):
    command = CreateDestination(provider="acme", name="x", template=TemplateUse(name="fly"))

    preview = await process.desk.preview(command, [{}])

    assert preview.batches == ()
    assert [error.path for error in preview.errors] == [("input", "template", "name")]


async def test_a_preview_leaves_no_trace(process, store):
    key = await process.made(template=RUN)
    before = await store.mutations.entries(AuditQuery(), None, 50)

    await process.desk.preview(key, [{"branch": "a"}])

    assert await store.mutations.entries(AuditQuery(), None, 50) == before
    assert (await process.destination(key)).counters.accepted == 0


async def test_a_test_sends_one_and_counts_nothing(process, vendor, store):
    key = await process.made(template=RUN, active=False)

    tested = await process.desk.test(key, {"branch": "main"}, msgspec.UNSET, False, "ann")

    assert vendor.sent == [{"branch": "main"}]
    assert tested.performed.receipt is not None and tested.performed.keys
    assert [call.status for call in tested.calls if call.write] == [201]
    assert tested.calls[-1].response == b'{"id":"1","env":"***"}'
    destination = await process.destination(key)
    assert (destination.state, destination.counters.accepted, destination.counters.calls) == (DestinationState.PAUSED, 0, 0)
    [entry] = await store.mutations.entries(AuditQuery(mutations=("runPipeline",)), None, 5)
    assert entry.attempt.caller == "ann"


async def test_an_edited_body_goes_as_it_is(process, vendor):
    key = await process.made(manual=BUILDS, batching=Batching(), exclude_attributes=("n",), active=False)

    await process.desk.test(key, None, {"n": "kept"}, False, "ann")

    assert vendor.sent == [{"n": "kept"}]


async def test_a_test_of_what_destroys_must_be_confirmed(process, vendor):
    key = await process.made(template=DELETE, active=False)

    refused = await process.desk.test(key, {"pipeline": "old"}, msgspec.UNSET, False, "ann")
    assert "`confirm`" in refused.performed.errors[0].message
    assert vendor.sent == []

    await process.desk.test(key, {"pipeline": "old"}, msgspec.UNSET, True, "ann")
    assert vendor.sent == ["/pipelines/old"]


async def test_what_is_deleted_or_not_there_cannot_be_tested(process, vendor):
    key = await process.made(template=RUN, active=False)
    await process.done(DeleteDestination(destination=key))

    deleted = await process.desk.test(key, {"branch": "a"}, msgspec.UNSET, False, "ann")
    nothing = await process.desk.test(msgspec.structs.replace(key, parts=("no",)), {"branch": "a"}, msgspec.UNSET, False, "ann")

    assert [each.performed.errors[0].code for each in (deleted, nothing)] == ["CONFLICT", "NOT_FOUND"]
    assert vendor.sent == []
