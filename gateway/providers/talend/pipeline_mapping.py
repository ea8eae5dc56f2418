"""Tasks and plans as domain values."""

from collections.abc import Sequence

from gateway.domain.pipeline import Pause, Pipeline, PipelineKind
from gateway.domain.plan import PlanStep, PlanTask, StepCondition
from gateway.domain.task import AutoUpgrade, TaskArtifact, TaskConnection, TaskDefinition, TaskParameter, TaskResource
from gateway.providers.talend import pipeline_wire
from gateway.providers.talend.hidden_values import shown_value
from gateway.providers.talend.keys import PLAN, TASK, Origin, PipelineWord
from gateway.providers.talend.mapping import to_actor, utc, workspace_key
from gateway.providers.talend.wire import PauseDetails, VersionedArtifact

CONDITIONS: dict[StepCondition, str] = {
    StepCondition.ALL_SUCCEEDED: "ALL_SUCCEEDED",
    StepCondition.AT_LEAST_ONE_SUCCEEDED: "AT_LEAST_ONE_SUCCEEDED",
    StepCondition.ALWAYS_PROCEED: "ALWAYS_PROCEED_ON",
}
_CONDITIONS = {word: condition for condition, word in CONDITIONS.items()}


def to_task_row(row: pipeline_wire.TaskExtract, origin: Origin) -> Pipeline:
    """A row of the list, which tells hardly more than where the task is."""
    return Pipeline(
        key=origin.pipeline(TASK, row.executable),
        external_id=row.executable,
        kind=PipelineKind.TASK,
        name=row.name or row.executable,
        workspace=workspace_key(row.workspace, origin),
        whole=False,
    )


def to_task(task: pipeline_wire.Task, origin: Origin) -> Pipeline:
    return Pipeline(
        key=origin.pipeline(TASK, task.id),
        external_id=task.id,
        kind=PipelineKind.TASK,
        name=task.name or task.id,
        description=task.description,
        workspace=workspace_key(task.workspace, origin),
        tags=tuple(task.tags or ()),
        paused=_paused(task.task_pause_details),
        pause=_pause(task.task_pause_details),
        task=_definition(task, origin),
    )


def to_plan_row(row: pipeline_wire.Plan, origin: Origin) -> Pipeline:
    """A row of the list. It is whole when it has all that the plan itself would show."""
    # ASSUMED: a row with steps and pause leaves out nothing else; disproved by one without the description that its plan has.
    return _plan(row, origin, whole=row.chart is not None and row.plan_pause_details is not None)


def to_plan(plan: pipeline_wire.Plan, origin: Origin) -> Pipeline:
    return _plan(plan, origin, whole=True)


def to_written_plan(plan: pipeline_wire.WrittenPlan, pause: PauseDetails | None, origin: Origin) -> Pipeline:
    """`pause` is that of the plan before it was written. Of the tasks in its steps only the ids are told."""
    return Pipeline(
        key=origin.pipeline(PLAN, plan.id),
        external_id=plan.id,
        kind=PipelineKind.PLAN,
        name=plan.name or plan.id,
        description=plan.description,
        workspace=workspace_key(plan.workspace, origin),
        author=to_actor(plan.author, plan.author_type),
        created_at=utc(plan.create_date),
        updated_at=utc(plan.update_date),
        paused=_paused(pause),
        pause=_pause(pause),
        plan_steps=tuple(_written_step(step, origin) for step in plan.steps or ()),
    )


def _plan(plan: pipeline_wire.Plan, origin: Origin, *, whole: bool) -> Pipeline:
    return Pipeline(
        key=origin.pipeline(PLAN, plan.executable),
        external_id=plan.executable,
        kind=PipelineKind.PLAN,
        name=plan.name or plan.executable,
        description=plan.description,
        workspace=workspace_key(plan.workspace, origin),
        paused=_paused(plan.plan_pause_details) if whole else None,
        pause=_pause(plan.plan_pause_details) if whole else None,
        plan_steps=_steps(plan.chart, origin) if whole else None,
        whole=whole,
    )


def _paused(details: PauseDetails | None) -> bool:
    # ASSUMED: a task or plan that says nothing of a pause is not paused; disproved by one whose run is refused with 405.
    return details is not None and details.pause is True


def _pause(details: PauseDetails | None) -> Pause | None:
    if details is None or details.pause is not True:
        return None
    return Pause(
        reason=details.pause_context or None,
        by=to_actor(details.user, details.user_type),
        at=utc(details.pause_date),
    )


def _definition(task: pipeline_wire.Task, origin: Origin) -> TaskDefinition:
    upgrade = task.auto_upgrade_info
    return TaskDefinition(
        version=task.version,
        artifact=_artifact(task.artifact, origin),
        parameters=tuple(TaskParameter(name, shown_value(raw, name)) for name, raw in (task.parameters or {}).items()),
        connections=tuple(
            TaskConnection(name, origin.connection(found) if found else None) for name, found in (task.connections or {}).items()
        ),
        resources=tuple(TaskResource(name, found) for name, found in (task.resources or {}).items() if found),
        auto_upgrade=None if upgrade is None else AutoUpgrade(upgrade.auto_upgradable, upgrade.override_with_default_parameters),
    )


def _artifact(artifact: VersionedArtifact | None, origin: Origin) -> TaskArtifact | None:
    if artifact is None:
        return None
    return TaskArtifact(origin.artifact(artifact.id), artifact.id, artifact.name, artifact.version)


def _steps(first: pipeline_wire.PlanStep | None, origin: Origin) -> tuple[PlanStep, ...]:
    """The chain from its first link on, in the order in which the steps run."""
    steps: list[PlanStep] = []
    step = first
    while step is not None:
        steps.append(_step(step, origin))
        step = step.next_step
    return tuple(steps)


def _step(step: pipeline_wire.PlanStep, origin: Origin) -> PlanStep:
    """Conditions are told to who makes a plan, and not to who reads it."""
    tasks = tuple(_task_of_step(flow, origin) for flow in step.flows or ())
    told = (each.external_id for each in tasks if each.task.parts[0] == TASK) if step.task_ids is None else step.task_ids
    return PlanStep(
        external_id=step.id,
        abstract_id=step.abstract_step_id,
        name=step.name,
        note=step.note,
        last_status=step.status,
        task_ids=tuple(told),
        tasks=tasks,
        error_handlers=_steps(step.step_on_exception, origin),
    )


def _task_of_step(flow: pipeline_wire.PlanTask, origin: Origin) -> PlanTask:
    # ASSUMED: an error handler's plan is a flow that is marked as one, or is its own plan; disproved by a chart that shows
    # the plans of a handler elsewhere.
    is_plan = flow.plan is True or flow.abstract_plan_id == flow.id
    return PlanTask(
        task=origin.pipeline(PLAN if is_plan else TASK, flow.id),
        external_id=flow.id,
        name=flow.name,
        version=flow.version,
        description=flow.description,
        engine=flow.destination,
        workspace_id=flow.workspace_id,
        plan_id=flow.abstract_plan_id,
        artifact=_artifact(flow.artifact, origin),
        paused=None if flow.task_pause_details is None else flow.task_pause_details.pause,
    )


def _written_step(step: pipeline_wire.WrittenStep, origin: Origin) -> PlanStep:
    handler = step.handler_on_failure
    tasks, fallbacks, plans = step.task_ids or (), (handler and handler.task_ids) or (), (handler and handler.plan_ids) or ()
    handling = PlanStep(task_ids=tuple(fallbacks), tasks=(*_named(TASK, fallbacks, origin), *_named(PLAN, plans, origin)))
    return PlanStep(
        external_id=step.id,
        name=step.name,
        note=step.note,
        condition=None if step.condition is None else _CONDITIONS.get(step.condition.upper(), StepCondition.UNKNOWN),
        task_ids=tuple(tasks),
        tasks=_named(TASK, tasks, origin),
        error_handlers=(handling,) if handling.tasks else (),
    )


def _named(kind: PipelineWord, ids: Sequence[str], origin: Origin) -> tuple[PlanTask, ...]:
    return tuple(PlanTask(task=origin.pipeline(kind, each), external_id=each) for each in ids)
