"""Talend's tasks and plans: made, changed, removed, held up."""

from gateway.domain.commands.command import Command, Variable
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.pipelines import (
    CreatePipeline,
    DeletePipeline,
    PausePipeline,
    PlanStepDefinition,
    ReplacePipeline,
    ResumePipeline,
    TaskContent,
    UpdatePipeline,
)
from gateway.domain.keys import PipelineKey, WorkspaceKey
from gateway.domain.pipeline import PipelineKind
from gateway.domain.plan import StepCondition
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples import talend_ground as ground
from tests.contract.commands.examples import talend_work as work

TASKS, TASK = r"^/orchestration/executables/tasks$", r"^/orchestration/executables/tasks/[^/]+$"
PLANS, PLAN = r"^/orchestration/executables/plans$", r"^/orchestration/executables/plans/[^/]+$"
PAUSE = r"^/orchestration/executables/(tasks|plans)/[^/]+/pause$"


async def create_task(stage: Stage) -> Command:
    home = await ground.new_workspace(stage)
    return CreatePipeline(
        provider=stage.provider.name,
        name="Load orders",
        kind=PipelineKind.TASK,
        workspace=home,
        tags=("sales",),
        task=work.content(stage, home),
    )


async def it_is_a_task(stage: Stage, performed: Performed) -> None:
    task = await work.pipeline(stage, performed.keys[0])
    assert (task.name, task.kind, task.tags) == ("Load orders", PipelineKind.TASK, ("sales",))


async def create_task_nowhere(stage: Stage) -> Command:
    absent = WorkspaceKey(stage.provider.name, (ground.NOWHERE,))
    content = work.content(stage, await ground.new_workspace(stage))
    return CreatePipeline(provider=stage.provider.name, name="Load orders", kind=PipelineKind.TASK, workspace=absent, task=content)


async def create_plan(stage: Stage) -> Command:
    home = await ground.new_workspace(stage)
    task, other = await work.new_task(stage, home), await work.new_task(stage, home)
    step = PlanStepDefinition(name="Load", tasks=(task,), condition=StepCondition.ALWAYS_PROCEED, on_failure=(other,))
    return CreatePipeline(
        provider=stage.provider.name, name="Nightly", kind=PipelineKind.PLAN, workspace=home, description="Runs", steps=(step,)
    )


async def it_is_a_plan(stage: Stage, performed: Performed) -> None:
    plan = await work.pipeline(stage, performed.keys[0])
    assert (plan.name, plan.kind, plan.description) == ("Nightly", PipelineKind.PLAN, "Runs")
    [step] = plan.plan_steps or ()
    assert (step.name, len(step.tasks), len(step.error_handlers)) == ("Load", 1, 1)


async def update_task(stage: Stage) -> Command:
    content = TaskContent(parameters=(Variable("batch_size", "7"),))
    return UpdatePipeline(pipeline=await work.new_task(stage), name="Renamed", task=content)


async def it_is_renamed(stage: Stage, performed: Performed) -> None:
    assert (await work.pipeline(stage, performed.keys[0])).name == "Renamed"


async def update_absent(stage: Stage) -> Command:
    return UpdatePipeline(pipeline=work.no_pipeline(stage), name="Renamed")


async def steps_for(stage: Stage, plan: PipelineKey) -> tuple[PlanStepDefinition, ...]:
    workspace = (await work.pipeline(stage, plan)).workspace
    assert workspace is not None
    return (PlanStepDefinition(name="Only", tasks=(await work.new_task(stage, workspace),)),)


async def update_plan(stage: Stage) -> Command:
    plan = await work.new_plan(stage)
    return UpdatePipeline(pipeline=plan, name="Renamed", steps=await steps_for(stage, plan))


async def it_has_one_step(stage: Stage, performed: Performed) -> None:
    plan = await work.pipeline(stage, performed.keys[0])
    assert (plan.name, [step.name for step in plan.plan_steps or ()]) == ("Renamed", ["Only"])


async def update_absent_plan(stage: Stage) -> Command:
    steps = (PlanStepDefinition(name="Only", tasks=(work.no_pipeline(stage),)),)
    return UpdatePipeline(pipeline=work.no_pipeline(stage, "plan"), steps=steps)


async def replace_task(stage: Stage) -> Command:
    home = await ground.new_workspace(stage)
    task = await work.new_task(stage, home)
    return ReplacePipeline(pipeline=task, name="Renamed", task=work.content(stage, home))


async def replace_absent(stage: Stage) -> Command:
    home = await ground.new_workspace(stage)
    return ReplacePipeline(pipeline=work.no_pipeline(stage), name="Renamed", task=work.content(stage, home))


async def replace_plan(stage: Stage) -> Command:
    plan = await work.new_plan(stage)
    return ReplacePipeline(pipeline=plan, name="Renamed", steps=await steps_for(stage, plan))


async def replace_absent_plan(stage: Stage) -> Command:
    steps = (PlanStepDefinition(name="Only", tasks=(work.no_pipeline(stage),)),)
    return ReplacePipeline(pipeline=work.no_pipeline(stage, "plan"), name="Renamed", steps=steps)


async def delete_task(stage: Stage) -> Command:
    return DeletePipeline(pipeline=await work.new_task(stage))


async def delete_absent(stage: Stage) -> Command:
    return DeletePipeline(pipeline=work.no_pipeline(stage))


async def delete_used_task(stage: Stage) -> Command:
    plan = await work.pipeline(stage, await work.new_plan(stage))
    assert plan.plan_steps is not None
    return DeletePipeline(pipeline=plan.plan_steps[0].tasks[0].task)


async def delete_plan(stage: Stage) -> Command:
    return DeletePipeline(pipeline=await work.new_plan(stage))


async def delete_absent_plan(stage: Stage) -> Command:
    return DeletePipeline(pipeline=work.no_pipeline(stage, "plan"))


async def pause_task(stage: Stage) -> Command:
    return PausePipeline(pipeline=await work.new_task(stage), reason="freeze")


async def it_is_paused(stage: Stage, performed: Performed) -> None:
    shown = await work.pipeline(stage, performed.keys[0])
    assert shown.paused is True
    assert shown.pause is not None
    assert shown.pause.reason == "freeze"


async def pause_absent(stage: Stage) -> Command:
    return PausePipeline(pipeline=work.no_pipeline(stage))


async def resume_plan(stage: Stage) -> Command:
    plan = await work.new_plan(stage)
    await stage.done(PausePipeline(pipeline=plan, reason="freeze"))
    return ResumePipeline(pipeline=plan)


async def it_is_not_paused(stage: Stage, performed: Performed) -> None:
    assert (await work.pipeline(stage, performed.keys[0])).paused is False


async def resume_absent(stage: Stage) -> Command:
    return ResumePipeline(pipeline=work.no_pipeline(stage, "plan"))


EXAMPLES = (
    Example(
        command=CreatePipeline,
        name="createPipeline of a task",
        make=create_task,
        seen=it_is_a_task,
        method="POST",
        route=TASKS,
        missing=create_task_nowhere,
    ),
    Example(
        command=CreatePipeline,
        name="createPipeline of a plan",
        make=create_plan,
        seen=it_is_a_plan,
        method="POST",
        route=PLANS,
    ),
    Example(
        command=UpdatePipeline,
        name="updatePipeline of a task",
        make=update_task,
        seen=it_is_renamed,
        method="PUT",
        route=TASK,
        missing=update_absent,
    ),
    Example(
        command=UpdatePipeline,
        name="updatePipeline of a plan",
        make=update_plan,
        seen=it_has_one_step,
        method="PUT",
        route=PLAN,
        missing=update_absent_plan,
    ),
    Example(
        command=ReplacePipeline,
        name="replacePipeline of a task",
        make=replace_task,
        seen=it_is_renamed,
        method="PUT",
        route=TASK,
        missing=replace_absent,
    ),
    Example(
        command=ReplacePipeline,
        name="replacePipeline of a plan",
        make=replace_plan,
        seen=it_has_one_step,
        method="PUT",
        route=PLAN,
        missing=replace_absent_plan,
    ),
    Example(
        command=DeletePipeline,
        name="deletePipeline of a task",
        make=delete_task,
        seen=ground.it_is_gone,
        method="DELETE",
        route=TASK,
        missing=delete_absent,
        conflict=delete_used_task,
        answers_nothing=True,
    ),
    Example(
        command=DeletePipeline,
        name="deletePipeline of a plan",
        make=delete_plan,
        seen=ground.it_is_gone,
        method="DELETE",
        route=PLAN,
        missing=delete_absent_plan,
        answers_nothing=True,
    ),
    Example(
        command=PausePipeline,
        make=pause_task,
        seen=it_is_paused,
        method="PUT",
        route=PAUSE,
        missing=pause_absent,
        answers_nothing=True,
    ),
    Example(
        command=ResumePipeline,
        make=resume_plan,
        seen=it_is_not_paused,
        method="PUT",
        route=PAUSE,
        missing=resume_absent,
        answers_nothing=True,
    ),
)
