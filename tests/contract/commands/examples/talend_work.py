"""What Talend's examples make for themselves: tasks and plans that can run, and runs of them."""

from gateway.domain.commands.pipelines import CreatePipeline, PlanStepDefinition, TaskContent
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.execution import Execution
from gateway.domain.keys import ExecutionKey, PipelineKey, WorkspaceKey
from gateway.domain.pipeline import Pipeline, PipelineKind
from gateway.providers.talend.simulator import TalendSimulator
from gateway.providers.talend.simulator.runs.ending import Ending
from gateway.providers.talend.simulator.runs.statuses import DEPLOY_FAILED
from tests.contract.commands.example import Stage
from tests.contract.commands.examples import talend_ground as ground

NOBODYS_RUN = "00000000-0000-4000-8000-000000000000"
AT_ONCE = Ending(status=DEPLOY_FAILED, received_s=0.0, dispatching_s=0.0)
"""A run that has failed as soon as it is asked for."""


def app_of(stage: Stage) -> TalendSimulator:
    assert isinstance(stage.simulator.app, TalendSimulator)
    return stage.simulator.app


def content(stage: Stage, workspace: WorkspaceKey) -> TaskContent:
    return TaskContent(artifact=ground.new_artifact(stage, workspace), artifact_version=ground.OLD)


async def new_task(stage: Stage, workspace: WorkspaceKey | None = None, *, configured: bool = True) -> PipelineKey:
    """One that runs in the vendor's cloud."""
    home = workspace or await ground.new_workspace(stage)
    name, task = stage.name("task"), content(stage, home)
    command = CreatePipeline(provider=stage.provider.name, name=name, kind=PipelineKind.TASK, workspace=home, task=task)
    [key] = (await stage.done(command)).keys
    assert isinstance(key, PipelineKey)
    if configured:
        configure(stage, key)
    return key


async def new_plan(stage: Stage) -> PipelineKey:
    """Of two steps with a task each."""
    home = await ground.new_workspace(stage)
    load, publish = await new_task(stage, home), await new_task(stage, home)
    steps = (PlanStepDefinition(name="Load", tasks=(load,)), PlanStepDefinition(name="Publish", tasks=(publish,)))
    name = stage.name("plan")
    command = CreatePipeline(provider=stage.provider.name, name=name, kind=PipelineKind.PLAN, workspace=home, steps=steps)
    [key] = (await stage.done(command)).keys
    assert isinstance(key, PipelineKey)
    return key


def configure(stage: Stage, task: PipelineKey) -> None:
    tenant = app_of(stage).tenant
    trigger = {"type": "MANUAL", "startDate": "2026-03-02", "timeZone": "UTC"}
    with tenant.lock:
        tenant.run_configs[task.parts[1]] = {
            "trigger": trigger,
            "runtime": {"type": "CLOUD"},
            "parallelExecutionAllowed": True,
            "logLevel": "WARN",
            "deploymentStrategy": "PARALLEL",
            "timeout": 45,
        }


async def new_run(stage: Stage, pipeline: PipelineKey) -> ExecutionKey:
    [key] = (await stage.done(RunPipeline(pipeline=pipeline))).keys
    assert isinstance(key, ExecutionKey)
    return key


async def failing(stage: Stage, plan: PipelineKey) -> PipelineKey:
    """The next run of the plan fails in its first step."""
    app = app_of(stage)
    [task] = app.tenant.plan_steps[plan.parts[1]][0]["taskIds"]
    app.runs.script(task, AT_ONCE)
    return plan


def no_pipeline(stage: Stage, kind: str = "task") -> PipelineKey:
    return PipelineKey(stage.provider.name, (kind, ground.NOWHERE))


def no_run(stage: Stage, kind: str = "task") -> ExecutionKey:
    return ExecutionKey(stage.provider.name, (kind, NOBODYS_RUN))


async def execution(stage: Stage, key: object) -> Execution:
    assert isinstance(key, ExecutionKey)
    found = await stage.read(key)
    assert isinstance(found, Execution)
    return found


async def pipeline(stage: Stage, key: object) -> Pipeline:
    assert isinstance(key, PipelineKey)
    found = await stage.read(key)
    assert isinstance(found, Pipeline)
    return found
