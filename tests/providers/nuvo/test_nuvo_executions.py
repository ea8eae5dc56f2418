from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from gateway.domain.errors import GatewayError, InvalidInputError, MalformedResponseError, NotFoundError, NotSupportedError
from gateway.domain.execution import AttemptType, Execution, ExecutionKind, ExecutionQuery
from gateway.domain.keys import EnvironmentKey, ExecutionKey, PipelineKey, ProjectKey, WorkspaceKey
from gateway.domain.page import Chunk, RowFault
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.nuvo.conftest import NOW
from tests.providers.nuvo.dialect import app_of, clock_of
from tests.providers.nuvo.opened import ALL, chunks_of, collect, executions_of, ids, open_provider, pipelines_of

pytestmark = pytest.mark.anyio

OWN = WorkspaceKey("imports", ("USER", "ops@example.com"))


async def listed(provider: Provider, size: int = 50, at: datetime | None = None, **query: Any) -> list[Any]:
    return await collect(executions_of(provider).stream_executions(ExecutionQuery(**query), at, size, ALL))


def asked(simulator: RunningSimulator) -> list[dict[str, list[str]]]:
    return [parse_qs(call.query) for call in simulator.control.calls if call.raw_path.endswith("/execution")]


async def test_a_list_is_asked_for_without_a_slash_before_its_query(small_provider: Provider, small: RunningSimulator) -> None:
    await anext(executions_of(small_provider).stream_executions(ExecutionQuery(), None, 10, ALL))  # type: ignore[arg-type]

    call = small.control.calls[-1]
    assert call.raw_path == "/dp/api/v1/execution"
    assert call.query == "sort%5Bcreated_at%5D=desc&pagination%5Boffset%5D=0&pagination%5Blimit%5D=100"


async def test_pages_are_as_small_as_asked_for_once_the_server_is_known_to_sort(
    small_provider: Provider, small: RunningSimulator
) -> None:
    for _ in range(2):
        await anext(executions_of(small_provider).stream_executions(ExecutionQuery(), None, 10, ALL))  # type: ignore[arg-type]

    assert [query["pagination[limit]"] for query in asked(small)] == [["100"], ["10"]]


async def test_one_pipeline_and_one_status_are_the_vendors_to_filter(small_provider: Provider, small: RunningSimulator) -> None:
    pipeline = (await pipelines_of(small_provider))[0].key

    found = await listed(small_provider, pipelines=(pipeline,), statuses=(RunStatus.FAILED,))

    assert len(found) > 30
    assert {(each.pipeline, each.status) for each in found} == {(pipeline, RunStatus.FAILED)}
    assert {(*query["filters[pipeline]"], *query["filters[status]"]) for query in asked(small)} == {(pipeline.parts[0], "FAILED")}


FILTERS: dict[str, tuple[dict[str, Any], Callable[[Execution], bool]]] = {
    "statuses": (
        {"statuses": (RunStatus.FAILED, RunStatus.RUNNING)},
        lambda each: each.status in (RunStatus.FAILED, RunStatus.RUNNING),
    ),
    "actors": (
        {"actors": ("ANA@example.com", "acme emea")},
        lambda each: each.actor is not None and each.actor.name in ("Ana Novak", "Acme EMEA"),
    ),
    "created_from": ({"created_from": NOW - timedelta(days=20)}, lambda each: each.created_at >= NOW - timedelta(days=20)),
    "created_to": ({"created_to": NOW - timedelta(days=20)}, lambda each: each.created_at < NOW - timedelta(days=20)),
}


@pytest.mark.parametrize("name", FILTERS)
async def test_what_the_vendor_is_not_asked_for_is_compared_here_and_said(small_provider: Provider, name: str) -> None:
    everything = await listed(small_provider)
    query, matches = FILTERS[name]

    chunks = await chunks_of(executions_of(small_provider).stream_executions(ExecutionQuery(**query), None, 50, ALL))

    found = [item for chunk in chunks for item in chunk.items]
    assert ids(found) == ids([each for each in everything if matches(each)])
    assert 0 < len(found) < len(everything)
    assert {chunk.applied_locally for chunk in chunks} == {(name,)}


async def test_bounds_of_time_are_exact(small_provider: Provider) -> None:
    everything = await listed(small_provider)
    oldest, newest = everything[200].created_at, everything[100].created_at

    found = await listed(small_provider, created_from=oldest, created_to=newest)

    assert ids(found) == ids([each for each in everything if oldest <= each.created_at < newest])


async def test_a_list_from_the_past_is_found_in_few_calls(small_provider: Provider, small: RunningSimulator) -> None:
    everything = await listed(small_provider)
    costs: list[int] = []
    for place in (0, 1, 99, 100, 101, 250, 500, 800, 883):
        small.control.reset_calls()
        at = everything[place].created_at

        first = await anext(executions_of(small_provider).stream_executions(ExecutionQuery(), at, 20, ALL))  # type: ignore[arg-type]

        expected = [each for each in everything if each.created_at <= at]
        assert [item.external_id for item in first.items if not isinstance(item, RowFault)] == ids(expected)[: len(first.items)]
        assert first.items
        costs.append(small.control.calls_total)

    assert max(costs) <= 4
    assert sum(costs) <= 24


@pytest.mark.parametrize("echo", ["served", "asked"])
async def test_a_moment_long_before_everything_is_given_up_soon_where_no_total_is_told(small: RunningSimulator, echo: Any) -> None:
    app_of(small).settings.total, app_of(small).settings.pagination_echo = "page", echo
    for bound in (datetime(1970, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)):
        provider = open_provider(small)
        await provider.probe()
        small.control.reset_calls()

        assert await listed(provider, created_to=bound) == []
        assert small.control.calls_total <= 6
        await provider.close()


async def test_a_list_from_the_past_is_found_in_few_calls_without_a_total(
    small_provider: Provider, small: RunningSimulator
) -> None:
    everything = await listed(small_provider)
    app_of(small).settings.total = "page"
    for place in (0, 99, 101, 250, 500, 800, 883):
        small.control.reset_calls()
        at = everything[place].created_at

        found = await listed(small_provider, at=at)

        assert ids(found) == ids([each for each in everything if each.created_at <= at])
        assert small.control.calls_total <= 6 + len(found) // 49 + 1


async def test_a_moment_before_everything_has_nothing(small_provider: Provider) -> None:
    assert await listed(small_provider, at=datetime(1990, 1, 1, tzinfo=UTC)) == []
    assert await listed(small_provider, created_to=datetime.min.replace(tzinfo=UTC)) == []


@pytest.mark.parametrize("count", [2, 13])
async def test_several_pipelines_are_merged_or_picked_from_all(uneven: RunningSimulator, provider: Provider, count: int) -> None:
    keys = tuple(pipeline.key for pipeline in (await pipelines_of(provider))[2 : 2 + count])
    everything = await listed(provider)

    assert ids(await listed(provider, pipelines=keys)) == ids([each for each in everything if each.pipeline in keys])


async def test_more_pipelines_than_merged_are_picked_from_the_list_of_all(provider: Provider, uneven: RunningSimulator) -> None:
    keys = tuple(pipeline.key for pipeline in await pipelines_of(provider))[:20]
    everything = await listed(provider)
    uneven.control.reset_calls()

    chunks = await chunks_of(executions_of(provider).stream_executions(ExecutionQuery(pipelines=keys), None, 50, ALL))

    assert ids([item for chunk in chunks for item in chunk.items]) == ids([each for each in everything if each.pipeline in keys])
    assert {chunk.applied_locally for chunk in chunks} == {("pipelines",)}
    assert all("filters[pipeline]" not in query for query in asked(uneven))


NOTHING: dict[str, dict[str, Any]] = {
    "no status": {"statuses": ()},
    "a status that nuvo lacks": {"statuses": (RunStatus.BLOCKED,)},
    "no actor": {"actors": ()},
    "no pipeline": {"pipelines": ()},
    "another identity": {"workspaces": (WorkspaceKey("imports", ("SUB_ORG", "acme-emea")),)},
    "an environment": {"environments": (EnvironmentKey("imports", ("x",)),)},
    "another kind": {"execution_kinds": (ExecutionKind.PLAN,)},
}


@pytest.mark.parametrize("name", NOTHING)
async def test_what_cannot_be_there_costs_nothing(small_provider: Provider, small: RunningSimulator, name: str) -> None:
    newest = await executions_of(small_provider).newest_executions(
        [PipelineKey("imports", ("x",))], ExecutionQuery(**NOTHING[name]), 5, ALL
    )

    assert await listed(small_provider, **NOTHING[name]) == []
    assert [chunk.items for chunk in newest if isinstance(chunk, Chunk)] == [()]
    assert small.control.calls == []


async def test_the_own_workspace_and_kind_let_everything_pass(small_provider: Provider) -> None:
    found = await listed(small_provider, workspaces=(OWN,), execution_kinds=(ExecutionKind.DATA,))

    assert len(found) == 884


async def test_projects_are_not_supported(small_provider: Provider, small: RunningSimulator) -> None:
    query = ExecutionQuery(projects=(ProjectKey("imports", ("x",)),))

    with pytest.raises(NotSupportedError):
        await listed(small_provider, projects=query.projects)
    (answer,) = await executions_of(small_provider).newest_executions([PipelineKey("imports", ("x",))], query, 5, ALL)

    assert isinstance(answer, NotSupportedError)
    assert small.control.calls == []


async def test_damaged_keys_in_filters_are_the_callers_error(small_provider: Provider, small: RunningSimulator) -> None:
    for query in ({"pipelines": (PipelineKey("imports", ()),)}, {"workspaces": (WorkspaceKey("imports", ("x",)),)}):
        with pytest.raises(InvalidInputError):
            await listed(small_provider, **query)
    with pytest.raises(InvalidInputError):
        await executions_of(small_provider).list_children(ExecutionKey("imports", ()), None, 5, ALL)

    assert small.control.calls == []


async def test_a_failed_execution_is_followed_through_its_repair(own: RunningSimulator, own_provider: Provider) -> None:
    failed = (await listed(own_provider, statuses=(RunStatus.FAILED,)))[0]
    app_of(own).fix(failed.external_id, "SUCCESSFUL", 20.0)

    (again,) = await executions_of(own_provider).get_executions([failed.key], ALL)
    clock_of(own).advance(20)
    (mended,) = await executions_of(own_provider).get_executions([failed.key], ALL)

    assert isinstance(again, Execution)
    assert isinstance(mended, Execution)
    assert again.key == mended.key == failed.key
    assert (failed.status, again.status, mended.status) == (RunStatus.FAILED, RunStatus.RUNNING, RunStatus.SUCCEEDED)
    assert [each.type for each in mended.attempts or ()][-1] is AttemptType.FIX
    assert (again.finished_at, mended.duration_s, mended.failure) == (None, 20.0, None)
    assert mended.finished_at == NOW + timedelta(seconds=20)


async def test_executions_that_leave_the_list_while_it_is_paged_hide_no_other(
    own: RunningSimulator, own_provider: Provider
) -> None:
    """With each page the newest failures run again, so that all others move up."""
    query = ExecutionQuery(statuses=(RunStatus.FAILED,))
    before = ids(await collect(executions_of(own_provider).stream_executions(query, None, 20, ALL)))
    mended: set[str] = set()
    found: list[str] = []

    async for chunk in executions_of(own_provider).stream_executions(query, None, 20, ALL):
        found += [item.id if isinstance(item, RowFault) else item.external_id for item in chunk.items]
        for execution_id in [each for each in before if each not in mended][:9]:
            app_of(own).fix(execution_id)
            mended.add(execution_id)

    assert len(before) > 60
    assert [each for each in found if each not in mended] == [each for each in before if each not in mended]
    assert len(set(found)) == len(found)


async def test_executions_added_while_searching_a_moment_hide_none(own: RunningSimulator, own_provider: Provider) -> None:
    everything = await listed(own_provider)
    busy = (await pipelines_of(own_provider))[0].key
    at = everything[400].created_at
    own.control.set_latency(0)

    stream = executions_of(own_provider).stream_executions(ExecutionQuery(), at, 50, ALL)
    found: list[Any] = []
    async for chunk in stream:
        found += chunk.items
        app_of(own).run(busy.parts[0], 60)

    assert ids(found) == ids([each for each in everything if each.created_at <= at])


async def test_lookups_by_external_id(small_provider: Provider, small: RunningSimulator) -> None:
    some = (await listed(small_provider))[7]
    small.control.reset_calls()

    wanted = [some.external_id, "no/such", "..", some.external_id]
    found: list[Execution | GatewayError] = list(await executions_of(small_provider).find_executions_by_external_id(wanted, ALL))

    assert isinstance(found[0], Execution)
    assert found[0].key == some.key
    assert found[0].whole
    assert [type(each) for each in found[1:3]] == [NotFoundError, InvalidInputError]
    assert found[3] == found[0]
    assert small.control.calls_total == 2


async def test_another_execution_than_the_one_asked_for_is_not_taken_for_it(
    small_provider: Provider, small: RunningSimulator
) -> None:
    body = '{"data":{"id":"other","created_at":"2026-02-03 04:05:05.120"}}'
    small.control.add_fault(Fault(r"/execution/.+", status=200, body=body))

    (found,) = await executions_of(small_provider).get_executions([ExecutionKey("imports", ("mine",))], ALL)

    assert isinstance(found, NotFoundError)


async def test_an_execution_of_another_identity_is_absent(small: RunningSimulator, small_provider: Provider) -> None:
    emea = open_provider(small, identifier="acme-emea", identity="SUB_ORG")
    foreign = next(each for each in await listed(small_provider) if each.actor.type == "USER")

    (found,) = await executions_of(emea).get_executions([foreign.key], ALL)

    assert isinstance(found, NotFoundError)
    await emea.close()


async def test_nothing_hangs_below_an_execution(small_provider: Provider, small: RunningSimulator) -> None:
    children = await executions_of(small_provider).list_children(ExecutionKey("imports", ("x",)), None, 5, ALL)

    assert (children.items, children.more) == ((), False)
    assert small.control.calls == []


@pytest.mark.parametrize("field", ["id", "created_at"])
async def test_a_row_that_cannot_be_read_fails_alone(small_provider: Provider, small: RunningSimulator, field: str) -> None:
    good = await listed(small_provider, created_from=NOW - timedelta(days=3))
    small.control.add_fault(Fault(r"/execution$", kind="wrong_types", row=5, fields=(field,)))

    found = await listed(small_provider, created_from=NOW - timedelta(days=3))

    faults = [(place, item) for place, item in enumerate(found) if isinstance(item, RowFault)]
    assert [place for place, _ in faults] == [5]
    assert isinstance(faults[0][1].error, MalformedResponseError)
    assert [item.external_id for item in found if not isinstance(item, RowFault)] == [
        each.external_id for place, each in enumerate(good) if place != 5
    ]


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("0001-01-01T00:00:00+01:00", datetime.min.replace(tzinfo=UTC)),
        ("9999-12-31T23:59:59-01:00", datetime.max.replace(tzinfo=UTC)),
        ("0001-01-01T00:00:00", datetime.min.replace(tzinfo=UTC)),
    ],
)
async def test_times_at_the_edge_of_the_calendar_cost_no_row(
    small_provider: Provider, small: RunningSimulator, told: str, shown: datetime
) -> None:
    log = f'{{"status":"FAILED","started_at":"{told}"}}'
    row = f'{{"id":"odd","status":"FAILED","created_at":"{told}","updated_at":"{told}","logs":[{log}]}}'
    unreadable = f'{{"id":"bad","status":7,"created_at":"{told}"}}'
    small.control.add_fault(Fault(r"/execution$", status=200, body=f'{{"data":[{row},{unreadable}]}}'))
    small.control.add_fault(Fault(r"/execution/odd$", status=200, body=f'{{"data":{row}}}'))

    odd, bad = await listed(small_provider)
    (single,) = await executions_of(small_provider).get_executions([ExecutionKey("imports", ("odd",))], ALL)

    assert isinstance(single, Execution)
    assert {odd.created_at, bad.created_at, single.created_at, single.updated_at, single.started_at} == {shown}


async def test_a_row_with_an_empty_id_fails_alone(small_provider: Provider, small: RunningSimulator) -> None:
    rows = ",".join(f'{{"id":"{each}","created_at":"2026-02-03 04:05:0{place}"}}' for place, each in enumerate(["a", "", "", "b"]))
    small.control.add_fault(Fault(r"/execution$", status=200, body=f'{{"data":[{rows}]}}'))
    named = '{"id":"","name":"nameless"},{"id":"p","name":"Named"}'
    small.control.add_fault(Fault(r"/pipeline$", status=200, body=f'{{"data":[{named}]}}'))

    executions, pipelines = await listed(small_provider), await pipelines_of(small_provider)

    faults = [each for each in executions if isinstance(each, RowFault)]
    assert len({fault.id for fault in faults if fault.id}) == 2
    assert [each.external_id for each in executions if not isinstance(each, RowFault)] == ["b", "a"]
    assert isinstance(pipelines[0], RowFault)
    assert pipelines[1].external_id == "p"
