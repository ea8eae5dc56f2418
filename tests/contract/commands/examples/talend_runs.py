"""Talend's runs: started, ended, begun again."""

from gateway.domain.commands.command import Command, Variable
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.pipelines import PausePipeline
from gateway.domain.commands.runs import CancelRun, RetryRun, RunPipeline
from gateway.domain.run import RunStatus
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples import talend_work as work

START, START_PLAN, END = r"^/processing/executions$", r"^/processing/executions/plans$", r"^/processing/executions/[^/]+$"


async def run_task(stage: Stage) -> Command:
    variables = (Variable("batch_size", "500"),)
    return RunPipeline(pipeline=await work.new_task(stage), variables=variables, log_level="INFO", timeout_s=90)


async def it_is_queued(stage: Stage, performed: Performed) -> None:
    execution = await work.execution(stage, performed.keys[0])
    assert (execution.status, execution.timeout_s, execution.provisional) == (RunStatus.QUEUED, 120, False)


async def run_absent_task(stage: Stage) -> Command:
    return RunPipeline(pipeline=work.no_pipeline(stage))


async def run_paused_task(stage: Stage) -> Command:
    task = await work.new_task(stage)
    await stage.done(PausePipeline(pipeline=task))
    return RunPipeline(pipeline=task)


async def run_service(stage: Stage) -> Command:
    task = await work.new_task(stage)
    tenant = work.app_of(stage).tenant
    tenant.artifacts[tenant.tasks[task.parts[1]]["artifact"]["id"]]["type"] = "data_service"
    return RunPipeline(pipeline=task)


async def it_is_provisional(stage: Stage, performed: Performed) -> None:
    execution = await work.execution(stage, performed.keys[0])
    assert (execution.status, execution.provisional) == (RunStatus.QUEUED, True)
    assert [each.key for each in performed.stand_ins] == [execution.key]


async def run_unconfigured_task(stage: Stage) -> Command:
    return RunPipeline(pipeline=await work.new_task(stage, configured=False))


async def run_plan(stage: Stage) -> Command:
    return RunPipeline(pipeline=await work.new_plan(stage))


async def it_runs(stage: Stage, performed: Performed) -> None:
    assert (await work.execution(stage, performed.keys[0])).status is RunStatus.RUNNING


async def run_absent_plan(stage: Stage) -> Command:
    return RunPipeline(pipeline=work.no_pipeline(stage, "plan"))


async def run_paused_plan(stage: Stage) -> Command:
    plan = await work.new_plan(stage)
    await stage.done(PausePipeline(pipeline=plan))
    return RunPipeline(pipeline=plan)


async def cancel_task_run(stage: Stage) -> Command:
    return CancelRun(run=await work.new_run(stage, await work.new_task(stage)))


async def it_was_ended(stage: Stage, performed: Performed) -> None:
    assert (await work.execution(stage, performed.keys[0])).status is RunStatus.CANCELED


async def cancel_absent_run(stage: Stage) -> Command:
    return CancelRun(run=work.no_run(stage))


async def cancel_finished_run(stage: Stage) -> Command:
    task = await work.new_task(stage)
    work.app_of(stage).runs.script(task.parts[1], work.AT_ONCE)
    return CancelRun(run=await work.new_run(stage, task))


async def cancel_plan_run(stage: Stage) -> Command:
    return CancelRun(run=await work.new_run(stage, await work.new_plan(stage)))


async def its_task_was_ended(stage: Stage, performed: Performed) -> None:
    [part] = performed.parts
    assert part.done
    assert (await work.execution(stage, part.key)).status is RunStatus.CANCELED
    assert (await work.execution(stage, performed.keys[0])).status is RunStatus.FAILED


async def cancel_absent_plan_run(stage: Stage) -> Command:
    return CancelRun(run=work.no_run(stage, "plan"))


async def cancel_finished_plan_run(stage: Stage) -> Command:
    return CancelRun(run=await work.new_run(stage, await work.failing(stage, await work.new_plan(stage))))


async def retry(stage: Stage) -> Command:
    return RetryRun(run=await work.new_run(stage, await work.failing(stage, await work.new_plan(stage))), failed_only=True)


async def retry_absent_run(stage: Stage) -> Command:
    return RetryRun(run=work.no_run(stage, "plan"))


async def retry_running(stage: Stage) -> Command:
    return RetryRun(run=await work.new_run(stage, await work.new_plan(stage)))


EXAMPLES = (
    Example(
        command=RunPipeline,
        make=run_task,
        seen=it_is_queued,
        method="POST",
        route=START,
        missing=run_absent_task,
        conflict=run_paused_task,
    ),
    Example(
        command=RunPipeline,
        name="runPipeline of a service",
        make=run_service,
        seen=it_is_provisional,
        method="POST",
        route=START,
        conflict=run_unconfigured_task,
    ),
    Example(
        command=RunPipeline,
        name="runPipeline of a plan",
        make=run_plan,
        seen=it_runs,
        method="POST",
        route=START_PLAN,
        missing=run_absent_plan,
        conflict=run_paused_plan,
    ),
    Example(
        command=CancelRun,
        make=cancel_task_run,
        seen=it_was_ended,
        method="DELETE",
        route=END,
        missing=cancel_absent_run,
        conflict=cancel_finished_run,
        answers_nothing=True,
    ),
    Example(
        command=CancelRun,
        name="cancelRun of a plan",
        make=cancel_plan_run,
        seen=its_task_was_ended,
        method="DELETE",
        route=END,
        missing=cancel_absent_plan_run,
        conflict=cancel_finished_plan_run,
        answers_nothing=True,
    ),
    Example(
        command=RetryRun,
        make=retry,
        seen=it_runs,
        method="POST",
        route=START_PLAN,
        missing=retry_absent_run,
        conflict=retry_running,
        only_states=True,
    ),
)
