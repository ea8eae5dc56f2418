"""Plans that have a task in their steps, and who may work on a project."""

import pytest

from gateway.domain.errors import NotFoundError
from gateway.domain.keys import PipelineKey, ProjectKey
from gateway.domain.pipeline import PipelineKind, PipelineQuery
from gateway.domain.project import ProjectMembers, ProjectQuery
from gateway.domain.provider import Provider
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.opened import ALL, NAME, app_of, collect, ids, paths

pytestmark = pytest.mark.anyio


def tasks_of_plans(simulator: RunningSimulator) -> dict[str, set[str]]:
    """Plan -> the tasks in its steps, its error handlers left aside."""
    steps = app_of(simulator).tenant.plan_steps
    return {plan: {task for step in steps[plan] for task in step["taskIds"]} for plan in steps}


async def plans_with(provider: Provider, *tasks: str, kind: str = "task") -> list[str]:
    assert provider.pipelines is not None
    query = PipelineQuery(tasks=tuple(PipelineKey(NAME, (kind, task)) for task in tasks))
    found = await collect(provider.pipelines.stream_pipelines(query, None, 100, ALL))
    assert {each.kind for each in found} <= {PipelineKind.PLAN}
    return ids(found)


async def test_plans_of_a_task_are_found_by_the_vendor(provider: Provider, uneven: RunningSimulator) -> None:
    inside = tasks_of_plans(uneven)
    task = max({task for tasks in inside.values() for task in tasks}, key=lambda each: sum(each in own for own in inside.values()))

    found = await plans_with(provider, task)

    assert set(found) >= {plan for plan, tasks in inside.items() if task in tasks}
    assert found, "the simulator has none: the case would prove nothing"
    assert set(paths(uneven)) == {"/orchestration/executables/plans"}


async def test_of_several_tasks_each_plan_comes_once(provider: Provider, uneven: RunningSimulator) -> None:
    tasks = sorted({task for tasks in tasks_of_plans(uneven).values() for task in tasks})[:3]

    found = await plans_with(provider, *tasks)

    assert len(found) == len(set(found))
    assert set(found) == {plan for task in tasks for plan in await plans_with(provider, task)}


async def test_a_plan_is_in_no_plan(provider: Provider, uneven: RunningSimulator) -> None:
    assert await plans_with(provider, next(iter(app_of(uneven).tenant.plans)), kind="plan") == []


async def test_members_of_projects_cost_two_calls_each(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.projects is not None
    keys = [project.key for project in await collect(provider.projects.stream_projects(ProjectQuery(), None, 3, ALL))][:3]
    tenant = app_of(uneven).tenant
    uneven.control.reset_calls()

    found = await provider.projects.members_of([*keys, ProjectKey(NAME, ("0" * 24,))], ALL)

    expected = [
        ProjectMembers(tuple(tenant.project_users[key.parts[0]]), tuple(tenant.project_groups[key.parts[0]])) for key in keys
    ]
    assert list(found[:3]) == expected
    assert any(each.user_ids or each.group_ids for each in expected)
    assert isinstance(found[3], NotFoundError)
    assert uneven.control.calls_total <= 8
