"""Executions on the simulated tenant: what lists hold, what filters mean, what lookups cost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import anyio
import pytest

from gateway.domain.errors import MalformedResponseError, NotSupportedError
from gateway.domain.execution import Execution, ExecutionKind
from gateway.domain.keys import EnvironmentKey, ProjectKey, WorkspaceKey
from gateway.domain.page import RowFault
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.providers.talend.simulator.runs.task_run import TaskRun
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.conftest import NOW
from tests.providers.talend.execution_queries import SINCE, TASK_LIST, in_order, listed_tasks, stream, task
from tests.providers.talend.opened import NAME, app_of, collect, ids, open_provider, paths, query_of

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="session")
def everything(uneven_server: RunningSimulator) -> list[Execution]:
    """All runs of the lived-in tenant, those of plans' tasks too."""

    async def read() -> list[Execution]:
        provider = open_provider(uneven_server)
        found = await collect(stream(provider, include_children=True))
        await provider.close()
        return found

    return anyio.run(read)


async def test_runs_of_tasks_and_plans_come_newest_first_and_once(provider: Provider, uneven: RunningSimulator) -> None:
    found = await collect(stream(provider, created_from=SINCE))

    assert found == sorted(found, key=lambda run: run.created_at, reverse=True)
    tasks = [run for run in found if run.kind is ExecutionKind.TASK]
    plans = [run for run in found if run.kind is ExecutionKind.PLAN]
    assert ids(tasks) == listed_tasks(uneven, lambda run: run.plan_run_id is None and run.request.at >= SINCE)
    assert sorted(ids(plans)) == sorted(run.id for run in app_of(uneven).runs.plans if run.request.at >= SINCE)


async def test_all_that_the_vendor_keeps_is_given(everything: list[Execution], uneven: RunningSimulator) -> None:
    tasks = [run for run in everything if run.kind is ExecutionKind.TASK]
    assert ids(tasks) == listed_tasks(uneven)
    assert {run.external_id for run in everything if run.kind is ExecutionKind.PLAN} == {
        run.id for run in app_of(uneven).runs.plans
    }
    assert {run.parent.parts[0] for run in tasks if run.parent is not None} == {"plan"}


async def test_a_first_page_costs_two_calls_for_each_of_the_two_lists_at_most(provider: Provider, uneven: RunningSimulator) -> None:
    await collect(stream(provider, page_size=1), 1)  # the vendor's time is known from here on
    uneven.control.reset_calls()

    found = await collect(stream(provider), 21)

    assert len(found) >= 21
    assert uneven.control.calls_total <= 4
    assert len(await collect(stream(provider, execution_kinds=(ExecutionKind.PLAN,)), 21)) >= 21


async def test_a_list_says_how_far_back_the_vendor_goes(provider: Provider) -> None:
    chunk = await anext(stream(provider))

    assert chunk.note is not None
    assert "60 days" in chunk.note


async def test_the_vendors_clock_is_learnt_from_its_first_answer(uneven: RunningSimulator) -> None:
    """The machine of this test is months ahead of the simulator: with its time nothing would be found."""
    provider = open_provider(uneven)

    found = await collect(stream(provider, execution_kinds=(ExecutionKind.TASK,)), 21)
    await provider.close()

    assert len(found) >= 21
    assert uneven.control.calls_total <= 3


@pytest.mark.parametrize("status", list(RunStatus), ids=[status.value for status in RunStatus])
async def test_a_status_gives_all_of_its_runs_and_no_others(
    provider: Provider, everything: list[Execution], status: RunStatus
) -> None:
    found = await collect(stream(provider, include_children=True, statuses=(status,)))

    assert in_order(found) == in_order([run for run in everything if run.status is status])


async def test_failures_are_asked_for_in_the_vendors_words(provider: Provider, uneven: RunningSimulator) -> None:
    await collect(stream(provider, statuses=(RunStatus.FAILED,)), 21)

    asked = [dict(query_of(call)).get("status") for call in uneven.control.calls]
    assert set(asked) == {"execution_failed", "deploy_failed"}


async def test_an_actor_is_meant_by_login_or_id_whatever_its_case(provider: Provider, everything: list[Execution]) -> None:
    actor = next(run.actor for run in everything if run.actor is not None and run.actor.username)
    name = actor.username or ""

    since = NOW - timedelta(days=20)

    found = await collect(stream(provider, actors=(name.upper(),), created_from=since))

    wanted = [run for run in everything if run.actor == actor and run.parent is None and run.created_at >= since]
    assert in_order(found) == in_order(wanted)


async def test_places_narrow_the_vendors_own_lists(provider: Provider, uneven: RunningSimulator) -> None:
    tenant = app_of(uneven).tenant
    retail = next(key for key, info in tenant.workspace_infos.items() if info["environment"]["name"] == "Production")
    workspace = WorkspaceKey(NAME, (retail,))
    production = EnvironmentKey(NAME, (tenant.workspace_infos[retail]["environment"]["id"],))
    other = next(EnvironmentKey(NAME, (key,)) for key, each in tenant.environments.items() if each["name"] == "Development")
    tasks = (ExecutionKind.TASK,)

    def own(keep: Callable[[TaskRun], bool]) -> list[str]:
        return listed_tasks(uneven, lambda run: run.plan_run_id is None and run.request.at >= SINCE and keep(run))

    inside = await collect(stream(provider, workspaces=(workspace,), execution_kinds=tasks, created_from=SINCE))
    both = await collect(
        stream(provider, workspaces=(workspace,), environments=(production,), execution_kinds=tasks, created_from=SINCE)
    )
    wider = await collect(stream(provider, environments=(production,), execution_kinds=tasks, created_from=SINCE))

    assert ids(inside) == own(lambda run: run.task.workspace_id == retail)
    assert ids(both) == ids(inside)
    assert ids(wider) == own(lambda run: run.task.environment_id == production.parts[0])
    assert await collect(stream(provider, workspaces=(workspace,), environments=(other,))) == []


@pytest.mark.parametrize("count", [2, 9])
async def test_pipelines_are_read_by_their_own_lists_and_only_inside_the_places(
    provider: Provider, uneven: RunningSimulator, count: int
) -> None:
    app = app_of(uneven)
    named = [task(task_id) for task_id in list(app.tenant.tasks)[:count]]
    names = {key.parts[1] for key in named}
    retail = app.tenant.tasks[named[0].parts[1]]["workspace"]["id"]

    alone = await collect(stream(provider, pipelines=tuple(named)))
    inside = await collect(stream(provider, pipelines=tuple(named), workspaces=(WorkspaceKey(NAME, (retail,)),)))

    assert ids(alone) == listed_tasks(uneven, lambda run: run.plan_run_id is None and run.executable_id in names)
    assert ids(inside) == listed_tasks(
        uneven,
        lambda run: run.plan_run_id is None and run.executable_id in names and run.task.workspace_id == retail,
    )


async def test_a_window_of_time_is_exact(provider: Provider, everything: list[Execution]) -> None:
    first, last = everything[400].created_at, everything[100].created_at

    found = await collect(stream(provider, created_from=first, created_to=last))

    assert in_order(found) == in_order([run for run in everything if run.parent is None and first <= run.created_at < last])


@pytest.mark.parametrize(
    "fields",
    [
        {"statuses": ()},
        {"execution_kinds": (ExecutionKind.PROMOTION,)},
        {"execution_kinds": (ExecutionKind.DATA,)},
        {"pipelines": ()},
        {"workspaces": ()},
        {"actors": ()},
        {"statuses": (RunStatus.BLOCKED,)},
    ],
    ids=lambda fields: next(iter(fields)) if isinstance(fields, dict) else None,
)
async def test_what_can_match_nothing_costs_nothing(provider: Provider, uneven: RunningSimulator, fields: dict[str, Any]) -> None:
    assert await collect(stream(provider, **fields)) == []
    assert paths(uneven) == []


async def test_runs_do_not_tell_their_project_and_that_is_said(provider: Provider, uneven: RunningSimulator) -> None:
    with pytest.raises(NotSupportedError) as caught:
        await collect(stream(provider, projects=(ProjectKey(NAME, ("x",)),)))

    assert caught.value.field == "projects"
    assert paths(uneven) == []


async def test_a_row_that_cannot_be_read_fails_alone(provider: Provider, uneven: RunningSimulator) -> None:
    good = ids(await collect(stream(provider, include_children=True, execution_kinds=(ExecutionKind.TASK,)), 60))
    uneven.control.add_fault(Fault(TASK_LIST, kind="wrong_types", row=5, fields=("executionStatus",)))

    found = await collect(stream(provider, include_children=True, execution_kinds=(ExecutionKind.TASK,)), 40)

    (fault,) = [item for item in found if isinstance(item, RowFault)][:1]
    assert isinstance(fault.error, MalformedResponseError)
    assert fault.id == good[5]
    assert [item.id if isinstance(item, RowFault) else item.external_id for item in found] == good[: len(found)]


async def test_runs_that_begin_while_a_client_pages_hide_no_other(own_provider: Provider, own: RunningSimulator) -> None:
    before = ids(await collect(stream(own_provider), 150))
    app = app_of(own)
    found: list[str] = []

    async for chunk in stream(own_provider):
        found += ids(chunk.items)
        app.runs.insert(next(iter(app.tenant.tasks)), 5)
        if len(found) > 250:
            break

    assert [run for run in found if run in set(before)] == before
    assert len(set(found)) == len(found)
