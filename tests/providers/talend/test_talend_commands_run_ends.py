"""Runs ended before their time, and failed runs of plans begun again."""

from collections.abc import Sequence

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.pipelines import CreatePipeline, PlanStepDefinition
from gateway.domain.commands.runs import CancelRun, RetryRun
from gateway.domain.execution import Execution
from gateway.domain.keys import BuildKey, ExecutionKey, ExecutionStepKey, PipelineKey
from gateway.domain.pipeline import PipelineKind
from gateway.domain.plan import StepCondition
from gateway.domain.run import RunStatus
from gateway.providers.talend.commands.run_ending import GOES_ON
from gateway.providers.talend.simulator.runs.ending import Ending
from gateway.simulation.control import Fault
from tests.contract.commands.example import Stage
from tests.contract.commands.examples import talend_ground as ground
from tests.contract.commands.examples import talend_work as made
from tests.providers.talend.definitions_told import reads, refused, sent, writes
from tests.providers.talend.opened import app_of

pytestmark = pytest.mark.anyio

RUN = "/processing/executions"
START_PLAN = "/processing/executions/plans"
LONG = Ending(received_s=1, dispatching_s=1, running_s=3_000)


async def plan_of(stage: Stage, *steps: int, condition: StepCondition = StepCondition.ALL_SUCCEEDED) -> PipelineKey:
    """So many tasks in each step."""
    home = await ground.new_workspace(stage)
    made_steps = []
    for number, count in enumerate(steps):
        tasks = [await made.new_task(stage, home) for _ in range(count)]
        made_steps.append(PlanStepDefinition(name=f"Step {number}", tasks=tuple(tasks), condition=condition))
    command = CreatePipeline(
        provider=stage.provider.name,
        name=stage.name("plan"),
        kind=PipelineKind.PLAN,
        workspace=home,
        steps=tuple(made_steps),
    )
    [key] = (await stage.done(command)).keys
    assert isinstance(key, PipelineKey)
    return key


def tasks_of(stage: Stage, plan: PipelineKey, step: int) -> list[str]:
    tasks: list[str] = app_of(stage.simulator).tenant.plan_steps[plan.parts[1]][step]["taskIds"]
    return tasks


async def running(stage: Stage, plan: PipelineKey, step: int = 0) -> ExecutionKey:
    """The tasks of the step run long enough."""
    for task in tasks_of(stage, plan, step):
        app_of(stage.simulator).runs.script(task, LONG)
    key = await made.new_run(stage, plan)
    stage.clock.advance(10)
    return key


async def status_of(stage: Stage, key: object) -> RunStatus:
    found = await stage.read(key)  # type: ignore[arg-type]  # a key of a part
    assert isinstance(found, Execution)
    return found.status


async def test_a_run_that_is_being_ended_is_left_alone(work: Stage) -> None:
    task = await made.new_task(work)
    app_of(work.simulator).runs.script(task.parts[1], LONG)
    key = await made.new_run(work, task)
    work.clock.advance(10)
    assert await sent(work, CancelRun(run=key)) == [("DELETE", f"{RUN}/{key.parts[1]}", None)]

    assert await sent(work, CancelRun(run=key)) == []


async def test_a_finished_run_is_a_conflict_that_costs_one_read(work: Stage) -> None:
    task = await made.new_task(work)
    app_of(work.simulator).runs.script(task.parts[1], made.AT_ONCE)
    key = await made.new_run(work, task)

    problem = await refused(work, CancelRun(run=key))

    assert isinstance(problem, mutation_errors.ConflictError)
    assert (writes(work), reads(work)) == ([], [f"{RUN}/{key.parts[1]}"])


async def test_a_run_that_ends_at_that_moment_is_a_conflict_too(work: Stage) -> None:
    key = await made.new_run(work, await made.new_task(work))
    work.simulator.control.add_fault(Fault(f"^{RUN}/", method="DELETE", status=400, perform=True))

    problem = await refused(work, CancelRun(run=key))

    assert isinstance(problem, mutation_errors.ConflictError)
    assert problem.message == "The run is over."


async def test_any_other_refusal_is_told_as_it_is(work: Stage) -> None:
    key = await made.new_run(work, await made.new_task(work))
    work.simulator.control.add_fault(Fault(f"^{RUN}/", method="DELETE", status=400, body='{"message":"Odd"}'))

    problem = await refused(work, CancelRun(run=key))

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert problem.message == "Odd"


async def test_what_no_call_can_end_is_refused_without_one(work: Stage) -> None:
    promotion = ExecutionKey(work.provider.name, ("promotion", made.NOBODYS_RUN))

    problem = await refused(work, CancelRun(run=promotion))
    build = await refused(work, CancelRun(run=BuildKey(work.provider.name, ("task", made.NOBODYS_RUN))))

    assert (type(problem), problem.path) == (mutation_errors.NotSupportedError, ("input", "runId"))
    assert isinstance(build, mutation_errors.InvalidInputError)
    assert work.simulator.control.calls_total == 0


async def test_a_plan_is_ended_task_by_task_and_its_parts_tell(work: Stage) -> None:
    plan = await plan_of(work, 2, 1)
    key = await running(work, plan)

    performed = await work.done(CancelRun(run=key))

    assert performed.keys == (key,)
    assert [(part.done, part.message) for part in performed.parts] == [(True, GOES_ON)] * 2
    work.clock.advance(10)
    assert [await status_of(work, part.key) for part in performed.parts] == [RunStatus.CANCELED] * 2
    assert await status_of(work, key) is RunStatus.FAILED


async def test_what_begins_while_others_are_ended_is_ended_as_well(work: Stage) -> None:
    plan = await plan_of(work, 1, 1, condition=StepCondition.ALWAYS_PROCEED)
    key = await made.new_run(work, plan)  # its first task waits for an engine, and so ends at once

    performed = await work.done(CancelRun(run=key))

    assert [(part.done, part.message) for part in performed.parts] == [(True, None)] * 2
    assert (await status_of(work, key)) in (RunStatus.SUCCEEDED, RunStatus.FAILED)


async def test_a_plan_with_no_end_of_steps_is_given_up_and_that_is_told(work: Stage) -> None:
    plan = await plan_of(work, *[1] * 5, condition=StepCondition.ALWAYS_PROCEED)
    key = await made.new_run(work, plan)

    performed = await work.done(CancelRun(run=key))

    assert [(part.done, part.message) for part in performed.parts] == [(True, GOES_ON)] * 3
    assert await status_of(work, key) is RunStatus.RUNNING


async def test_what_one_task_refuses_is_told_in_its_part(work: Stage) -> None:
    key = await running(work, await plan_of(work, 3))
    fault = Fault(f"^{RUN}/", method="DELETE", status=403, body='{"message":"Not yours"}', times=1)
    work.simulator.control.add_fault(fault)

    performed = await work.done(CancelRun(run=key))

    told = sorted((part.done, part.message or "") for part in performed.parts)
    assert told == [(False, "Not yours"), (True, GOES_ON), (True, GOES_ON)]
    assert work.store.last.writes == 2


async def test_when_all_tasks_refuse_nothing_was_done_and_that_is_an_error(work: Stage) -> None:
    key = await running(work, await plan_of(work, 2))
    body = '{"message":"Missing permission TMC_OPERATOR"}'
    work.simulator.control.add_fault(Fault(f"^{RUN}/", method="DELETE", status=403, body=body))

    problem = await refused(work, CancelRun(run=key))

    assert isinstance(problem, mutation_errors.PermissionDeniedError)
    assert problem.missing_scope == "TMC_OPERATOR"
    assert problem.message.startswith("0 of 2 task runs were told to end, 2 were not, of 0 it is not known.")


async def test_a_doubt_about_one_task_is_a_doubt_about_the_whole(work: Stage) -> None:
    key = await running(work, await plan_of(work, 2))
    work.simulator.control.add_fault(Fault(f"^{RUN}/", kind="drop_after_read", method="DELETE", times=1))

    performed = await work.perform(CancelRun(run=key))

    (problem,) = performed.errors
    assert isinstance(problem, mutation_errors.UnknownOutcomeError)
    assert sorted(part.done for part in performed.parts) == [False, True]
    assert "1 of 2 task runs were told to end, 0 were not, of 1 it is not known" in problem.message


async def test_a_plan_between_its_steps_cannot_be_ended(work: Stage) -> None:
    key = await made.new_run(work, await plan_of(work, 1))
    nothing = Fault("^/processing/executables/tasks/", status=200, body='{"items":[],"total":0}')
    work.simulator.control.add_fault(nothing)

    problem = await refused(work, CancelRun(run=key))

    assert isinstance(problem, mutation_errors.ConflictError)
    assert "No task of the plan runs" in problem.message
    assert writes(work) == []


async def failed(stage: Stage, *steps: int, at: int = 0) -> tuple[PipelineKey, ExecutionKey, Sequence[str]]:
    """(plan, a run of it that failed in that step, the step runs' ids)."""
    plan = await plan_of(stage, *steps)
    for step in range(at + 1):
        for task in tasks_of(stage, plan, step):
            ending = made.AT_ONCE if step == at else Ending(received_s=0, dispatching_s=0, running_s=0)
            app_of(stage.simulator).runs.script(task, ending)
    key = await made.new_run(stage, plan)
    assert stage.provider.execution_steps is not None
    [found] = await stage.provider.execution_steps.list_execution_steps([key], frozenset())
    assert isinstance(found, tuple)
    return plan, key, [each.external_id for each in found]


async def test_a_failed_run_of_a_plan_is_begun_again_with_the_step_that_failed(work: Stage) -> None:
    plan, run, steps = await failed(work, 1, 1, 1, at=1)
    assert len(steps) == 2

    calls = await sent(work, RetryRun(run=run))

    body = {"executable": plan.parts[1], "executionPlanId": run.parts[1], "stepId": steps[1]}
    assert calls == [("POST", START_PLAN, body)]


@pytest.mark.parametrize("only", [True, False])
async def test_a_run_is_begun_again_with_the_step_that_is_named(work: Stage, only: bool) -> None:
    _, run, steps = await failed(work, 1, 1, at=1)
    step = ExecutionStepKey(run.provider, (run.parts[1], steps[0], "step"))

    [(_, _, body)] = await sent(work, RetryRun(run=run, from_step=step, failed_only=only))

    assert (body["stepId"], body["rerunOnlyFailedTasks"]) == (steps[0], only)
    assert reads(work) == [f"{START_PLAN}/{run.parts[1]}"]


async def test_the_new_run_is_one_of_its_own(work: Stage) -> None:
    plan, run, _ = await failed(work, 1)

    performed = await work.done(RetryRun(run=run))

    [key] = performed.keys
    [stand_in] = performed.stand_ins
    assert key != run
    assert (stand_in.key, stand_in.provisional, stand_in.pipeline) == (key, True, plan)
    found = await work.read(key)
    assert isinstance(found, Execution)
    assert (found.pipeline, found.provisional) == (plan, False)


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ((made.NOBODYS_RUN, "RUNS", "step"), mutation_errors.InvalidInputError),
        (("RUN", "RUNS", "handler"), mutation_errors.InvalidInputError),
        (("RUN", "RUNS"), mutation_errors.InvalidInputError),
        (("RUN", "no id", "step"), mutation_errors.NotFoundError),
    ],
)
async def test_a_step_that_cannot_be_begun_with_is_refused_by_name(
    work: Stage, parts: tuple[str, ...], problem: type[mutation_errors.MutationProblem]
) -> None:
    run = made.no_run(work, "plan")
    named = ExecutionStepKey(run.provider, tuple(run.parts[1] if part == "RUN" else part for part in parts))
    if parts[0] == made.NOBODYS_RUN:
        run = ExecutionKey(run.provider, ("plan", "another"))

    told = await refused(work, RetryRun(run=run, from_step=named))

    assert (type(told), told.path) == (problem, ("input", "fromStepId"))
    assert work.simulator.control.calls_total == 0


async def test_runs_of_tasks_are_not_repeated_but_started_anew(work: Stage) -> None:
    problem = await refused(work, RetryRun(run=made.no_run(work)))

    assert isinstance(problem, mutation_errors.NotSupportedError)
    assert "runPipeline" in problem.message
    assert work.simulator.control.calls_total == 0


async def test_a_run_that_went_well_is_not_begun_again(work: Stage) -> None:
    plan = await plan_of(work, 1)
    [task] = tasks_of(work, plan, 0)
    app_of(work.simulator).runs.script(task, Ending(received_s=0, dispatching_s=0, running_s=0))
    run = await made.new_run(work, plan)

    problem = await refused(work, RetryRun(run=run))

    assert isinstance(problem, mutation_errors.ConflictError)
    assert writes(work) == []


async def test_a_failed_run_that_shows_no_failed_step_wants_one_to_be_named(work: Stage) -> None:
    _, run, _ = await failed(work, 1)
    work.simulator.control.add_fault(Fault("/steps$", status=200, body="[]"))

    problem = await refused(work, RetryRun(run=run))

    assert isinstance(problem, mutation_errors.ConflictError)
    assert "fromStepId" in problem.message


async def test_a_run_that_is_too_old_is_a_conflict(work: Stage) -> None:
    _, run, _ = await failed(work, 1)
    work.clock.advance(61 * 86_400)

    problem = await refused(work, RetryRun(run=run))

    assert isinstance(problem, mutation_errors.ConflictError)
    assert "too old" in problem.message


async def test_a_step_that_the_run_never_had_is_the_callers_mistake(work: Stage) -> None:
    _, run, [real] = await failed(work, 1)
    named = ExecutionStepKey(run.provider, (run.parts[1], made.NOBODYS_RUN, "step"))

    wrong = await refused(work, RetryRun(run=run, from_step=named))

    assert (type(wrong), wrong.path) == (mutation_errors.InvalidInputError, ("input", "fromStepId"))
    work.clock.advance(61 * 86_400)
    right = ExecutionStepKey(run.provider, (run.parts[1], real, "step"))
    assert isinstance(await refused(work, RetryRun(run=run, from_step=right)), mutation_errors.ConflictError)
