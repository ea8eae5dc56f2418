"""The newest runs of many pipelines of the simulated tenant."""

from typing import Any

import pytest

from gateway.domain.errors import (
    UpstreamUnavailableError,
)
from gateway.domain.execution import ExecutionQuery
from gateway.domain.keys import WorkspaceKey
from gateway.domain.page import Chunk
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.execution_queries import TASK_LIST, executions_of, items_of, listed_tasks, plan, stream, task
from tests.providers.talend.opened import ALL, NAME, app_of, collect, ids

pytestmark = pytest.mark.anyio


async def test_fifty_even_tasks_cost_a_few_calls(even_provider: Provider, even: RunningSimulator) -> None:
    keys = [task(task_id) for task_id in app_of(even).tenant.tasks]
    assert len(keys) == 50

    found = await executions_of(even_provider).newest_executions(keys, ExecutionQuery(), 10, ALL)

    assert all(isinstance(chunk, Chunk) and len(chunk.items) == 10 and not chunk.more for chunk in found)
    assert even.control.calls_total <= 8


@pytest.mark.parametrize(
    "fields", [{}, {"statuses": (RunStatus.FAILED,)}, {"include_children": True}], ids=["all", "failed", "children"]
)
@pytest.mark.parametrize("first", [1, 10])
async def test_common_lists_give_what_each_pipelines_own_gives(
    provider: Provider, uneven: RunningSimulator, fields: dict[str, Any], first: int
) -> None:
    tenant = app_of(uneven).tenant
    keys = [*(task(each) for each in tenant.tasks), *(plan(each) for each in tenant.plans)]
    await collect(stream(provider, page_size=1), 1)
    uneven.control.reset_calls()

    found = await executions_of(provider).newest_executions(keys, ExecutionQuery(**fields), first, ALL)
    calls = uneven.control.calls_total
    uneven.control.reset_calls()
    naive = [await collect(stream(provider, first + 1, pipelines=(key,), **fields), first + 1) for key in keys]

    assert [ids(items_of(chunk)) for chunk in found] == [ids(runs[:first]) for runs in naive]
    assert [chunk.more for chunk in found if isinstance(chunk, Chunk)] == [len(runs) > first for runs in naive]
    assert calls <= uneven.control.calls_total + 3


async def test_the_newest_inside_a_place_are_those_of_the_pipelines_there(provider: Provider, uneven: RunningSimulator) -> None:
    tenant = app_of(uneven).tenant
    keys = [task(each) for each in tenant.tasks]
    retail = tenant.tasks[keys[0].parts[1]]["workspace"]["id"]

    found = await executions_of(provider).newest_executions(
        keys, ExecutionQuery(workspaces=(WorkspaceKey(NAME, (retail,)),)), 2, ALL
    )

    for key, chunk in zip(keys, found, strict=True):
        there = tenant.tasks[key.parts[1]]["workspace"]["id"] == retail
        own = listed_tasks(uneven, lambda run, key=key: run.plan_run_id is None and run.executable_id == key.parts[1])
        assert ids(items_of(chunk)) == (own[:2] if there else [])


async def test_a_common_list_that_fails_leaves_each_pipelines_own(provider: Provider, uneven: RunningSimulator) -> None:
    keys = [task(each) for each in app_of(uneven).tenant.tasks][:6]
    uneven.control.add_fault(Fault(TASK_LIST, kind="html"))

    found = await executions_of(provider).newest_executions(keys, ExecutionQuery(), 2, ALL)

    for key, chunk in zip(keys, found, strict=True):
        assert (
            ids(items_of(chunk))
            == listed_tasks(uneven, lambda run, key=key: run.plan_run_id is None and run.executable_id == key.parts[1])[:2]
        )


async def test_a_vendor_that_is_down_is_not_called_for_each_pipeline(provider: Provider, uneven: RunningSimulator) -> None:
    keys = [task(each) for each in app_of(uneven).tenant.tasks][:20]
    uneven.control.add_fault(Fault(r"/executions$", status=503))

    found = await executions_of(provider).newest_executions(keys, ExecutionQuery(), 2, ALL)

    assert [type(answer) for answer in found] == [UpstreamUnavailableError] * 20
    assert uneven.control.calls_total == 2


async def test_a_row_that_cannot_be_read_leaves_each_pipelines_own_list(provider: Provider, uneven: RunningSimulator) -> None:
    app = app_of(uneven)
    spoiled = next(run for run in app.runs.tasks if run.id == listed_tasks(uneven)[5]).executable_id
    keys = [task(each) for each in dict.fromkeys([spoiled, *app.tenant.tasks])][:8]
    uneven.control.add_fault(Fault(TASK_LIST, kind="wrong_types", row=5, fields=("executionStatus",)))

    found = await executions_of(provider).newest_executions(keys, ExecutionQuery(include_children=True), 10, ALL)

    assert [ids(items_of(chunk)) for chunk in found] == [
        listed_tasks(uneven, lambda run, key=key: run.executable_id == key.parts[1])[:10] for key in keys
    ]
