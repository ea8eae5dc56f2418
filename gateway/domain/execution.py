"""Executions: runs of data pipelines, tasks, plans and promotions."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import EnvironmentKey, ExecutionKey, PipelineKey, ProjectKey, PromotionKey, WorkspaceKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.promotion_report import PromotionReport
from gateway.domain.run import FINISHED, Actor, RunFailure, RunStatus, RunTrigger, duration_s
from gateway.domain.runtime import Runtime


class ExecutionKind(Enum):
    """What was executed."""

    DATA = "data"
    TASK = "task"
    PLAN = "plan"
    PROMOTION = "promotion"


class ExecutionMetrics(msgspec.Struct, frozen=True, kw_only=True):
    """What was read or moved, in rows and cells, as far as the vendor counts."""

    total_rows: int | None = None
    total_cells: int | None = None
    error_rows: int | None = None
    error_cells: int | None = None


class AttemptType(Enum):
    """Why an execution was tried (again)."""

    CREATE = "create"
    FIX = "fix"
    UNKNOWN = "unknown"


class ExecutionAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """One run through of an execution, at vendors that run the same one again. The first has number 1; `duration_s` in seconds."""

    number: int
    type: AttemptType
    native_type: str | None = None
    status: RunStatus
    native_status: str | None = None
    started_at: datetime | None = None
    duration_s: float | None = None
    metrics: ExecutionMetrics | None = None


class Execution(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a data pipeline, task, plan or promotion. `native_status` is the vendor's word; an unknown one is UNKNOWN.

    `duration` is set, in seconds, where the vendor measures it itself; else it is finish less start. `whole` is False for a
    row of a vendor's list that leaves out what the thing itself would show (attempts, metrics, configuration_id, runtime,
    workspace, promotion_report): who asks for one of those has it read by its key. `provisional` when the vendor has acknowledged
    the run but does not find it yet.
    """

    key: ExecutionKey
    external_id: str
    kind: ExecutionKind
    pipeline: PipelineKey | None
    status: RunStatus
    native_status: str | None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    duration: float | None = None
    trigger: RunTrigger
    actor: Actor | None = None
    failure: RunFailure | None = None
    warning: str | None = None
    url: str | None = None
    updated_at: datetime | None = None
    updated_by: Actor | None = None
    workspace: WorkspaceKey | None = None
    parent: ExecutionKey | None = None
    promotion: PromotionKey | None = None
    attempts: tuple[ExecutionAttempt, ...] | None = None
    metrics: ExecutionMetrics | None = None
    configuration_id: str | None = None
    version: str | None = None
    runtime: Runtime | None = None
    timeout_s: float | None = None
    planned_count: int | None = None
    done_count: int | None = None
    promotion_report: PromotionReport | None = None
    provisional: bool = False
    whole: bool = True

    @property
    def finished(self) -> bool:
        return self.status in FINISHED

    @property
    def duration_s(self) -> float | None:
        return self.duration if self.duration is not None else duration_s(self.started_at, self.finished_at)


class ExecutionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which executions. None means any; each list is an OR of its values; `created_from` is inclusive, `created_to` exclusive.

    A port whose executions do not tell their project raises NotSupportedError when `projects` is given. Runs of a plan's tasks
    hang under the plan's run and are left out unless `include_children`.
    """

    workspaces: tuple[WorkspaceKey, ...] | None = None
    environments: tuple[EnvironmentKey, ...] | None = None
    projects: tuple[ProjectKey, ...] | None = None
    pipelines: tuple[PipelineKey, ...] | None = None
    execution_kinds: tuple[ExecutionKind, ...] | None = None
    statuses: tuple[RunStatus, ...] | None = None
    actors: tuple[str, ...] | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    include_children: bool = False


class ExecutionReader(Protocol):
    """Reads executions of one provider."""

    async def get_executions(self, keys: Sequence[ExecutionKey], want: Want) -> Sequence[Execution | GatewayError]:
        """One answer per key, in order, each whole; absent is a NotFoundError value. At most one call per distinct key."""
        ...

    def stream_executions(
        self, query: ExecutionQuery, at_or_before: datetime | None, page_size: int, want: Want
    ) -> AsyncIterator[Chunk[Execution]]:
        """Executions newest first by `created_at`, from `at_or_before` (inclusive) on. Reads a vendor page only when asked for one.

        The same promises as `BuildReader.stream_builds`: equal times come in any order, one may come twice, the caller sorts
        within a chunk and drops repetitions; but no later chunk may hold anything newer than the chunk before it ended with.
        """
        ...

    async def newest_executions(
        self, pipelines: Sequence[PipelineKey], query: ExecutionQuery, first: int, want: Want
    ) -> Sequence[Chunk[Execution] | GatewayError]:
        """For each pipeline its newest `first` executions that match, exactly what `stream_executions` of that pipeline alone
        would begin with, in as few calls as the vendor allows. `query.pipelines` is ignored. A pipeline that fails, fails alone.

        A task's list always holds its runs within plans too when asked for with `include_children`.
        """
        ...

    async def find_executions_by_external_id(self, ids: Sequence[str], want: Want) -> Sequence[Execution | GatewayError]:
        """Executions by the vendor's own id; absent is a NotFoundError value."""
        ...

    async def list_children(self, parent: ExecutionKey, after: Mark | None, first: int, want: Want) -> Chunk[Execution]:
        """The executions that a plan's run has started, in the vendor's order, with marks. Empty for those without."""
        ...
