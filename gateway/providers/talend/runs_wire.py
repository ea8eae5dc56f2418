"""What Talend's processing API sends of runs, as far as mapping reads it.

Source: the vendor's reference of Processing, version 2021-03, read 2026-03. Its required members are missing at times (its
own example of a plan run has no user), so all but the id is optional. `planId` is the id of the plan's RUN in a task run,
and the id of the plan in a plan run. `jobId` in a run is what lists call `taskId`. Promotion runs are in
`promotion_wire.py`.
"""

from msgspec import UNSET, Raw, Struct, UnsetType

from gateway.providers.talend.wire import Id, Moment, Runtime


class Started(Struct, frozen=True, rename="camel"):
    """Executionidentifier: all that the start of a run answers."""

    execution_id: Id


class Run(Struct, frozen=True, kw_only=True, rename="camel"):
    """What runs of tasks and of plans have in common. `timeout` is in minutes, `api_version` only in runs begun through the
    API and only for newer clients."""

    execution_id: str
    status: str | None = None
    execution_status: str | None = None
    execution_type: str | None = None
    api_version: str | None = None
    trigger_timestamp: Moment | None = None
    start_timestamp: Moment | None = None
    finish_timestamp: Moment | None = None
    user_id: str | None = None
    user_type: str | None = None
    misfired_execution_reason: str | None = None


class _TaskRun(Run, frozen=True, kw_only=True, rename="camel"):
    plan_id: str | None = None
    error_message: str | None = None
    timeout: int | None = None


# --- GET /processing/executables/tasks/executions, .../tasks/{taskId}/executions: TaskExecutionStatus ---


class ListedTaskRun(_TaskRun, frozen=True, kw_only=True, rename="camel"):
    task_id: str | None = None
    task_version: str | None = None
    runtime: Runtime | None = None


# --- GET /processing/executions/{id}, and what plan runs have done: JobExecutionStatusV21, JobExecutionStatus ---


class TaskRun(_TaskRun, frozen=True, kw_only=True, rename="camel"):
    job_id: str | None = None
    job_version: str | None = None
    workspace_id: str | None = None
    execution_destination: str | None = None
    container_id: str | None = None
    run_profile_id: str | None = None
    remote_engine_id: str | None = None
    remote_engine_cluster_id: str | None = None
    number_of_processed_rows: int | None = None
    number_of_rejected_rows: int | None = None
    error_type: str | None = None


# --- GET /processing/executions/plans/{id}, .../executables/plans/executions: PlanExecutionStatus ---


class PlanRun(Run, frozen=True, kw_only=True, rename="camel"):
    """Its task runs are decoded apart (`runs_client.py`), so that one that cannot be read spoils no plan run."""

    plan_id: str | None = None
    planned_executable_count: int | None = None
    done_executable_count: int | None = None
    done_executable_details: Raw | UnsetType = UNSET


# --- GET /processing/executions/plans/{id}/steps, .../steps/{stepId}, .../error-handler ---


class StepRun(Struct, frozen=True, kw_only=True, rename="camel"):
    """StepExecution. `id` is the step's in the plan, `execution_id` that of this run of it."""

    execution_id: str
    id: str | None = None
    start_timestamp: Moment | None = None
    finish_timestamp: Moment | None = None
    execution_status: str | None = None


class ExecutedTask(Struct, frozen=True, rename="camel"):
    execution_id: str


class StepRunDetails(StepRun, frozen=True, kw_only=True, rename="camel"):
    """StepExecutionDetails: of the runs in it only the ids are read."""

    planned_executable_count: int | None = None
    done_executable_count: int | None = None
    done_task_executable_details: list[ExecutedTask] | None = None
    done_plan_executable_details: list[ExecutedTask] | None = None
