"""Steps of plans' runs, their error handlers, and the runs that a plan's run has started."""

from collections.abc import Callable

import pytest

from gateway.domain.errors import InvalidInputError, MalformedResponseError, NotFoundError
from gateway.domain.execution import Execution
from gateway.domain.execution_step import ExecutionStep, ExecutionStepReader
from gateway.domain.keys import ExecutionKey, ExecutionStepKey
from gateway.domain.page import Mark, RowFault
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.providers.talend.simulator.runs.plan_run import PlanRun, StepRun
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.conftest import NOW
from tests.providers.talend.execution_queries import executions_of
from tests.providers.talend.opened import ALL, NAME, app_of, ids, paths

pytestmark = pytest.mark.anyio

NOBODY = "00000000-0000-4000-8000-000000000000"


def steps_of(provider: Provider) -> ExecutionStepReader:
    assert provider.execution_steps is not None
    return provider.execution_steps


def plan_run(simulator: RunningSimulator, wanted: Callable[[PlanRun], bool]) -> PlanRun:
    return next(run for run in app_of(simulator).runs.plans if wanted(run))


def key_of(run: PlanRun) -> ExecutionKey:
    return ExecutionKey(NAME, ("plan", run.id))


def step_key(run: PlanRun, step: StepRun) -> ExecutionStepKey:
    return ExecutionStepKey(NAME, (run.id, step.id, "step"))


def has_handler(run: PlanRun) -> bool:
    return any(step.handler is not None and step.handler.tasks for step in run.steps)


def all_tasks_of(run: PlanRun) -> set[str]:
    """Of error handlers too."""
    handlers = [step.handler for step in run.steps if step.handler is not None]
    return {task.id for step in (*run.steps, *handlers) for task in step.tasks}


async def test_steps_come_in_the_order_of_the_plan(provider: Provider, uneven: RunningSimulator) -> None:
    run = plan_run(uneven, lambda run: len(run.steps) > 1)

    (steps,) = await steps_of(provider).list_execution_steps([key_of(run)], ALL)

    assert isinstance(steps, tuple)
    assert ids(steps) == [step.id for step in run.steps]
    assert [step.step_id for step in steps] == [step.step.id for step in run.steps]
    assert [step.key for step in steps] == [step_key(run, step) for step in run.steps]
    assert {step.execution for step in steps} == {key_of(run)}
    assert not any(step.whole for step in steps)
    assert uneven.control.calls_total == 1


async def test_only_runs_of_plans_have_steps(provider: Provider, uneven: RunningSimulator) -> None:
    task = ExecutionKey(NAME, ("task", next(iter(app_of(uneven).runs.tasks)).id))
    promotion = ExecutionKey(NAME, ("promotion", app_of(uneven).runs.promotions.past[0]))
    absent = ExecutionKey(NAME, ("plan", NOBODY))
    damaged = ExecutionKey(NAME, ("plan",))

    found = await steps_of(provider).list_execution_steps([task, promotion, absent, damaged], ALL)

    assert found[:2] == [(), ()]
    assert [type(each) for each in found[2:]] == [NotFoundError, InvalidInputError]
    assert len(paths(uneven)) == 1
    assert (await executions_of(provider).list_children(task, None, 10, ALL)).items == ()
    assert len(paths(uneven)) == 1


async def test_a_step_that_cannot_be_read_is_not_left_out_unseen(provider: Provider, uneven: RunningSimulator) -> None:
    runs = [run for run in app_of(uneven).runs.plans if run.steps][:2]
    uneven.control.add_fault(Fault(rf"{runs[0].id}/steps$", kind="wrong_types", row=0, fields=("executionStatus",)))

    found = await steps_of(provider).list_execution_steps([key_of(run) for run in runs], ALL)

    assert isinstance(found[0], MalformedResponseError)
    assert isinstance(found[1], tuple)


async def test_a_step_by_its_key_has_counts_and_runs(provider: Provider, uneven: RunningSimulator) -> None:
    run = plan_run(uneven, lambda run: run.status == "EXECUTION_SUCCESS")
    step = run.steps[0]
    absent = ExecutionStepKey(NAME, (run.id, NOBODY, "step"))
    damaged = ExecutionStepKey(NAME, (run.id, step.id, "stair"))

    found = await steps_of(provider).get_execution_steps([step_key(run, step), absent, damaged], ALL)

    whole = found[0]
    assert isinstance(whole, ExecutionStep)
    assert (whole.planned_count, whole.done_count, whole.whole) == (len(step.tasks), len(step.tasks), True)
    assert {key.parts for key in whole.executions or ()} == {("task", task.id) for task in step.tasks}
    assert [type(each) for each in found[1:]] == [NotFoundError, InvalidInputError]
    assert uneven.control.calls_total == 2


async def test_an_error_handler_is_found_from_its_step_and_by_its_own_key(provider: Provider, uneven: RunningSimulator) -> None:
    run = plan_run(uneven, has_handler)
    failed = next(step for step in run.steps if step.handler is not None)
    assert failed.handler is not None
    good = plan_run(uneven, lambda run: run.status == "EXECUTION_SUCCESS")

    handler, none = await steps_of(provider).get_error_handlers([step_key(run, failed), step_key(good, good.steps[0])], ALL)

    assert none is None
    assert isinstance(handler, ExecutionStep)
    assert handler.key.parts == (run.id, failed.id, "handler")
    assert handler.external_id == failed.handler.id
    assert {key.parts[1] for key in handler.executions or ()} == {task.id for task in failed.handler.tasks}
    assert list(await steps_of(provider).get_execution_steps([handler.key], ALL)) == [handler]
    uneven.control.reset_calls()
    assert list(await steps_of(provider).get_error_handlers([handler.key], ALL)) == [None]
    assert paths(uneven) == []


async def test_an_error_handler_that_runs_a_plan_names_that_plans_run(provider: Provider, uneven: RunningSimulator) -> None:
    run = plan_run(uneven, lambda run: any(step.handler is not None and step.handler.plans for step in run.steps))
    failed = next(step for step in run.steps if step.handler is not None)
    assert failed.handler is not None

    (handler,) = await steps_of(provider).get_error_handlers([step_key(run, failed)], ALL)

    assert isinstance(handler, ExecutionStep)
    assert [key.parts for key in handler.executions or ()] == [("plan", plan.id) for plan in failed.handler.plans]


async def test_the_runs_of_a_plan_that_went_well_cost_one_call(provider: Provider, uneven: RunningSimulator) -> None:
    run = plan_run(uneven, lambda run: run.status == "EXECUTION_SUCCESS" and not has_handler(run))

    chunk = await executions_of(provider).list_children(key_of(run), None, 50, ALL)

    assert set(ids(chunk.items)) == all_tasks_of(run)
    assert uneven.control.calls_total == 1
    assert not chunk.more
    assert all(isinstance(child, Execution) and child.whole and child.parent == key_of(run) for child in chunk.items)


@pytest.mark.parametrize("state", ["failed", "failed at its end", "running", "lost"])
async def test_the_runs_of_other_plans_are_found_among_all_of_their_time(
    provider: Provider, uneven: RunningSimulator, state: str
) -> None:
    wanted: dict[str, Callable[[PlanRun], bool]] = {
        "failed": has_handler,
        "failed at its end": lambda run: has_handler(run) and len(run.done_at(NOW)) == sum(step.size for step in run.design),
        "running": lambda run: run.status == "STARTED",
        "lost": lambda run: run.status == "UNDEFINED",
    }
    run = plan_run(uneven, wanted[state])

    chunk = await executions_of(provider).list_children(key_of(run), None, 50, ALL)

    assert set(ids(chunk.items)) == all_tasks_of(run)
    assert [child.created_at for child in chunk.items] == sorted(child.created_at for child in chunk.items if child.created_at)
    # A run without an end is looked for in the lists of its plan's own tasks.
    assert uneven.control.calls_total <= (20 if state == "lost" else 3)


async def test_children_come_page_by_page(provider: Provider, uneven: RunningSimulator) -> None:
    run = plan_run(uneven, lambda run: run.status == "EXECUTION_SUCCESS" and len(all_tasks_of(run)) >= 3)
    found: list[str] = []
    after: Mark | None = None
    while True:
        chunk = await executions_of(provider).list_children(key_of(run), after, 2, ALL)
        found += ids(chunk.items)
        assert len(chunk.marks) == len(chunk.items) <= 2
        assert chunk.total == len(all_tasks_of(run))
        if not chunk.more:
            break
        after = chunk.marks[-1]

    assert set(found) == all_tasks_of(run)
    assert len(found) == len(set(found))


async def test_a_child_that_cannot_be_read_spoils_neither_its_plan_nor_the_others(
    provider: Provider, uneven: RunningSimulator
) -> None:
    run = plan_run(uneven, lambda run: run.status == "EXECUTION_SUCCESS" and len(all_tasks_of(run)) >= 3)
    uneven.control.add_fault(Fault(rf"/plans/{run.id}$", kind="wrong_types", row=1, fields=("executionStatus",)))

    chunk = await executions_of(provider).list_children(key_of(run), None, 50, ALL)
    (itself,) = await executions_of(provider).get_executions([key_of(run)], ALL)

    assert [isinstance(child, RowFault) for child in chunk.items].count(True) == 1
    assert {child.id if isinstance(child, RowFault) else child.external_id for child in chunk.items} == all_tasks_of(run)
    assert isinstance(itself, Execution)
    assert itself.status is RunStatus.SUCCEEDED


async def test_what_has_no_runs_has_an_empty_list_and_what_is_absent_is_told(provider: Provider, uneven: RunningSimulator) -> None:
    misfired = plan_run(uneven, lambda run: run.status == "EXECUTION_MISFIRED")

    assert (await executions_of(provider).list_children(key_of(misfired), None, 5, ALL)).items == ()
    for key, error in ((("plan", NOBODY), NotFoundError), (("plan", "no id!"), NotFoundError), (("job", "x"), InvalidInputError)):
        with pytest.raises(error):
            await executions_of(provider).list_children(ExecutionKey(NAME, key), None, 5, ALL)
