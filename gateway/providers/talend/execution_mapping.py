"""From runs as Talend sends them to domain values: pure functions."""

from collections.abc import Sequence
from datetime import datetime

from gateway.domain.errors import MalformedResponseError
from gateway.domain.execution import Execution, ExecutionKind, ExecutionMetrics
from gateway.domain.execution_step import ExecutionStep
from gateway.domain.keys import ExecutionKey, PipelineKey
from gateway.domain.page import RowFault
from gateway.domain.run import RunFailure, RunStatus, RunTrigger, TriggerKind
from gateway.domain.runtime import Runtime
from gateway.providers.talend import promotion_wire, runs_wire
from gateway.providers.talend.execution_statuses import (
    DEPLOY_FAILED,
    REJECTED,
    RETRY_MAY_HELP,
    SHUT_DOWN,
    TIMED_OUT,
    plan_status,
    step_status,
    task_status,
    task_word,
)
from gateway.providers.talend.keys import PLAN, PROMOTION, TASK, Origin, StepWord
from gateway.providers.talend.mapping import minutes, to_actor, to_runtime, utc
from gateway.providers.talend.promotion_mapping import WARNING, to_report

TRIGGERS: dict[str, TriggerKind] = {
    "MANUAL": TriggerKind.MANUAL,
    "SCHEDULED": TriggerKind.SCHEDULE,
    "WEBHOOK": TriggerKind.WEBHOOK,
    "PLAN": TriggerKind.UPSTREAM_RUN,
}

Row = Execution | RowFault


def id_of(row: Row) -> str:
    return row.id if isinstance(row, RowFault) else row.external_id


def to_row(row: runs_wire.ListedTaskRun | runs_wire.TaskRun | runs_wire.PlanRun | RowFault, origin: Origin) -> Row:
    """A row of a list. One that tells no time fails alone."""
    try:
        match row:
            case RowFault():
                return row
            case runs_wire.PlanRun():
                return to_plan_run(row, origin)
            case runs_wire.TaskRun():
                return to_task_run(row, origin)
            case runs_wire.ListedTaskRun():
                return to_listed_task_run(row, origin)
    except MalformedResponseError as error:
        return RowFault(error, row.id if isinstance(row, RowFault) else row.execution_id)


def time_of(run: runs_wire.Run) -> datetime | None:
    """What lists are sorted by: when the run was asked for, else when it began. None when the vendor tells no time at all."""
    return utc(run.trigger_timestamp or run.start_timestamp or run.finish_timestamp)


def to_listed_task_run(row: runs_wire.ListedTaskRun, origin: Origin) -> Execution:
    """As lists show it: without rows, type of error and workspace. So `failure.kind` is told for misfires and for what was
    stopped or not deployed only, and a warning of rejected rows has no number: both come by the run's id."""
    status = task_status(row.execution_status, row.status, row.misfired_execution_reason)
    return Execution(
        key=origin.execution(TASK, row.execution_id),
        external_id=row.execution_id,
        kind=ExecutionKind.TASK,
        pipeline=origin.pipeline(TASK, row.task_id) if row.task_id else None,
        status=status,
        native_status=task_word(row.execution_status, row.status),
        created_at=_dated(row, origin),
        started_at=utc(row.start_timestamp),
        finished_at=utc(row.finish_timestamp),
        trigger=_trigger(row),
        actor=to_actor(row.user_id, row.user_type),
        failure=_task_failure(row, status, None),
        warning=_warning(row, None),
        parent=origin.execution(PLAN, row.plan_id) if row.plan_id else None,
        version=row.task_version,
        runtime=to_runtime(row.runtime),
        timeout_s=minutes(row.timeout),
        whole=False,
    )


def to_task_run(row: runs_wire.TaskRun, origin: Origin) -> Execution:
    status = task_status(row.execution_status, row.status, row.misfired_execution_reason)
    return Execution(
        key=origin.execution(TASK, row.execution_id),
        external_id=row.execution_id,
        kind=ExecutionKind.TASK,
        pipeline=origin.pipeline(TASK, row.job_id) if row.job_id else None,
        status=status,
        native_status=task_word(row.execution_status, row.status),
        created_at=_dated(row, origin),
        started_at=utc(row.start_timestamp),
        finished_at=utc(row.finish_timestamp),
        trigger=_trigger(row),
        actor=to_actor(row.user_id, row.user_type),
        failure=_task_failure(row, status, row.error_type),
        warning=_warning(row, row.number_of_rejected_rows),
        workspace=origin.workspace(row.workspace_id) if row.workspace_id else None,
        parent=origin.execution(PLAN, row.plan_id) if row.plan_id else None,
        metrics=_metrics(row),
        version=row.job_version,
        runtime=_destination(row),
        timeout_s=minutes(row.timeout),
    )


def to_plan_run(row: runs_wire.PlanRun, origin: Origin, done: Sequence[RunStatus] | None = None) -> Execution:
    """`done`: how the runs of its tasks ended that are over, where the vendor tells."""
    status = plan_status(row.execution_status, row.status, done)
    reason = row.misfired_execution_reason
    return Execution(
        key=origin.execution(PLAN, row.execution_id),
        external_id=row.execution_id,
        kind=ExecutionKind.PLAN,
        pipeline=origin.pipeline(PLAN, row.plan_id) if row.plan_id else None,
        status=status,
        native_status=row.execution_status or row.status,
        created_at=_dated(row, origin),
        started_at=utc(row.start_timestamp),
        finished_at=utc(row.finish_timestamp),
        trigger=_trigger(row),
        actor=to_actor(row.user_id, row.user_type),
        failure=RunFailure(_not_begun(reason), reason, RETRY_MAY_HELP.get(reason.upper())) if reason else None,
        planned_count=row.planned_executable_count,
        done_count=row.done_executable_count,
    )


def to_promotion_run(row: promotion_wire.PromotionExecution, execution: str, origin: Origin) -> Execution:
    """`execution` is the id that it was asked for by: the answer can lack it."""
    report = to_report(row)
    created = report.triggered_at or report.started_at or report.finished_at
    if created is None:
        raise undated(execution, origin)
    promotion = row.promotion_id or row.pipeline_id
    failed = report.status is RunStatus.FAILED
    return Execution(
        key=origin.execution(PROMOTION, execution),
        external_id=execution,
        kind=ExecutionKind.PROMOTION,
        pipeline=None,
        status=report.status,
        native_status=report.native_status,
        created_at=created,
        started_at=report.started_at,
        finished_at=report.finished_at,
        trigger=RunTrigger(TriggerKind.UNKNOWN),
        actor=report.actor,
        failure=RunFailure(report.message or "The promotion failed; its report says what of it.") if failed else None,
        warning=(report.message or "The promotion ended with warnings; its report has them.")
        if report.native_status == WARNING
        else None,
        promotion=origin.promotion(promotion) if promotion else None,
        promotion_report=report,
    )


def to_stand_in(key: ExecutionKey, execution: str, kind: ExecutionKind, pipeline: PipelineKey, at: datetime) -> Execution:
    """A run that the vendor has acknowledged, and no more."""
    return Execution(
        key=key,
        external_id=execution,
        kind=kind,
        pipeline=pipeline,
        status=RunStatus.QUEUED,
        native_status=None,
        created_at=at,
        trigger=RunTrigger(TriggerKind.MANUAL),
        provisional=True,
    )


def to_step(row: runs_wire.StepRun, plan_run: str, origin: Origin) -> ExecutionStep:
    """As the list of a plan run's steps shows it: without counts and executions."""
    return ExecutionStep(
        key=origin.step(plan_run, row.execution_id, "step"),
        external_id=row.execution_id,
        execution=origin.execution(PLAN, plan_run),
        step_id=row.id,
        status=step_status(row.execution_status),
        native_status=row.execution_status,
        started_at=utc(row.start_timestamp),
        finished_at=utc(row.finish_timestamp),
        whole=False,
    )


def to_whole_step(row: runs_wire.StepRunDetails, plan_run: str, step: str, kind: StepWord, origin: Origin) -> ExecutionStep:
    """`step` is the execution id that it was asked for by: an error handler is found by its step's."""
    tasks = [origin.execution(TASK, each.execution_id) for each in row.done_task_executable_details or ()]
    plans = [origin.execution(PLAN, each.execution_id) for each in row.done_plan_executable_details or ()]
    return ExecutionStep(
        key=origin.step(plan_run, step, kind),
        external_id=row.execution_id,
        execution=origin.execution(PLAN, plan_run),
        step_id=row.id,
        status=step_status(row.execution_status),
        native_status=row.execution_status,
        started_at=utc(row.start_timestamp),
        finished_at=utc(row.finish_timestamp),
        planned_count=row.planned_executable_count,
        done_count=row.done_executable_count,
        executions=(*tasks, *plans),
    )


def undated(execution_id: str, origin: Origin) -> MalformedResponseError:
    """For a run that has no place in any list by time."""
    return MalformedResponseError(f"The provider tells no time of execution {execution_id}.", provider=origin.provider)


def _dated(run: runs_wire.Run, origin: Origin) -> datetime:
    created = time_of(run)
    if created is None:
        raise undated(run.execution_id, origin)
    return created


def _trigger(run: runs_wire.Run) -> RunTrigger:
    kind = TRIGGERS.get((run.execution_type or "").upper(), TriggerKind.UNKNOWN)
    if kind is TriggerKind.MANUAL and run.api_version:
        kind = TriggerKind.API
    return RunTrigger(kind, run.execution_type)


def _task_failure(row: runs_wire.ListedTaskRun | runs_wire.TaskRun, status: RunStatus, error_type: str | None) -> RunFailure | None:
    if status not in (RunStatus.FAILED, RunStatus.SKIPPED, RunStatus.CANCELED):
        return None
    word = (task_word(row.execution_status, row.status) or "").upper()
    misfire = row.misfired_execution_reason
    if misfire:
        return RunFailure(row.error_message or _not_begun(misfire), misfire, RETRY_MAY_HELP.get(misfire.upper()))
    if word in (TIMED_OUT, "TERMINATED_TIMEOUT"):
        return RunFailure(row.error_message or "The run was stopped at its time limit.", "TIMEOUT", RETRY_MAY_HELP[TIMED_OUT])
    if word in (SHUT_DOWN, "TERMINATED_SHUTDOWN"):
        told = row.error_message or "The run was stopped because the system shut down."
        return RunFailure(told, "SHUTDOWN", RETRY_MAY_HELP[SHUT_DOWN])
    if word == DEPLOY_FAILED:
        return RunFailure(row.error_message or "The run never reached an engine.", error_type or DEPLOY_FAILED)
    return RunFailure(row.error_message or f"{error_type}.", error_type) if row.error_message or error_type else None


def _not_begun(reason: str) -> str:
    return f"The run did not begin: {reason.replace('_', ' ').lower()}."


def _warning(row: runs_wire.ListedTaskRun | runs_wire.TaskRun, rejected: int | None) -> str | None:
    word = (task_word(row.execution_status, row.status) or "").upper()
    if word != REJECTED:
        return None
    return f"{rejected} rows were rejected." if rejected else "Rows were rejected."


def _metrics(row: runs_wire.TaskRun) -> ExecutionMetrics | None:
    processed, rejected = row.number_of_processed_rows, row.number_of_rejected_rows
    if processed is None and rejected is None:
        return None
    return ExecutionMetrics(total_rows=processed, error_rows=rejected)


def _destination(row: runs_wire.TaskRun) -> Runtime | None:
    """The same facts as a list's `runtime`, under other names."""
    engine, cluster, profile = row.remote_engine_id, row.remote_engine_cluster_id, row.run_profile_id
    if not (row.execution_destination or engine or cluster or profile):
        return None
    return Runtime(
        type=row.execution_destination,
        external_id=cluster if row.execution_destination == "REMOTE_ENGINE_CLUSTER" else engine,
        engine_id=engine,
        cluster_id=cluster,
        run_profile_id=profile,
    )
