"""Execution: one run of a data pipeline, task, plan or promotion."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import execution as domain
from schema.resolvers.children import child_list
from schema.resolvers.references import reference
from schema.resolvers.whole import whole_field, whole_reference
from schema.types.connection import Connection
from schema.types.enums import ExecutionKind, RunStatus
from schema.types.execution_step import ExecutionStep, steps_of_executions
from schema.types.promotion_report import PromotionReport
from schema.types.run import Actor, Run
from schema.types.runtime import Runtime
from schema.types.view import enum, field, view
from schema.types.workspace import Workspace

if TYPE_CHECKING:
    from schema.types.pipeline import Pipeline
    from schema.types.promotion import Promotion

enum(
    domain.AttemptType,
    CREATE="The first one.",
    FIX="Again, after something was mended.",
    UNKNOWN="A sort the gateway does not know; see `nativeType`.",
)

AttemptRoot = strawberry.Parent[domain.ExecutionAttempt]


@view(domain.ExecutionMetrics)
class ExecutionMetrics:
    """What was read or moved, as far as the vendor counts."""

    total_rows: int | None = field("Rows.")
    total_cells: int | None = field("Cells.")
    error_rows: int | None = field("Rows with errors.")
    error_cells: int | None = field("Cells with errors.")


def attempt_duration(root: AttemptRoot) -> float | None:
    return root.duration_s


@view(domain.ExecutionAttempt)
class ExecutionAttempt:
    """One run through of an execution, at vendors that run the same one again."""

    number: int = field("Counts up from 1.")
    type: domain.AttemptType = field("Why it was made.")
    native_type: str | None = field("In the vendor's word.")
    status: RunStatus = field("In the words all vendors share.")
    native_status: str | None = field("In the vendor's word.")
    started_at: datetime | None = field("When it began.")
    duration_seconds: float | None = field("How long it took, as the vendor measured it.", attempt_duration)
    metrics: ExecutionMetrics | None = field("What was read or moved in it.")


def timeout_seconds(root: strawberry.Parent[domain.Execution]) -> float | None:
    return root.timeout_s


@view(domain.Execution)
class Execution(Run):
    """One run of a data pipeline, task, plan or promotion."""

    kind: ExecutionKind = field("What was executed.")
    pipeline: Annotated["Pipeline", strawberry.lazy("schema.types.pipeline")] | None = field(
        "What ran; null for promotions, and when it is gone.", reference(domain.Execution, "pipeline")
    )
    promotion: Annotated["Promotion", strawberry.lazy("schema.types.promotion")] | None = field(
        "The promotion it carried out.", reference(domain.Execution, "promotion")
    )
    workspace: Workspace | None = field(
        "The workspace it ran in. Costs a call in some lists.", whole_reference(domain.Execution, "workspace")
    )
    updated_at: datetime | None = field("When it last changed.")
    updated_by: Actor | None = field("Who last changed it.")
    attempts: list[ExecutionAttempt] | None = field(
        "How often it was run through, first to last; null where the vendor never runs one again. Costs a call in a list.",
        whole_field(domain.Execution, "attempts"),
    )
    metrics: ExecutionMetrics | None = field(
        "What the last attempt read or moved. Costs a call in a list.", whole_field(domain.Execution, "metrics")
    )
    configuration_id: str | None = field(
        "The vendor's id of the configuration it ran with. Costs a call in a list.",
        whole_field(domain.Execution, "configuration_id"),
    )
    version: str | None = field("The version of what ran.")
    runtime: Runtime | None = field("The engine it ran on. Costs a call in some lists.", whole_field(domain.Execution, "runtime"))
    timeout_seconds: float | None = field("When it would be ended by force.", timeout_seconds)
    planned_count: int | None = field("How many executions it will start, or has started.")
    done_count: int | None = field("How many of these have ended.")
    promotion_report: PromotionReport | None = field(
        "What the promotion did, item by item.", whole_field(domain.Execution, "promotion_report")
    )
    steps: list[ExecutionStep] | None = field("The steps of a plan's run, in order. Costs a call.", steps_of_executions)
    parent: Annotated["Execution", strawberry.lazy("schema.types.execution")] | None = field(
        "The plan's run that started it.", reference(domain.Execution, "parent")
    )
    children: Connection[Annotated["Execution", strawberry.lazy("schema.types.execution")]] | None = field(
        "The executions that it started. Costs a call.", child_list(domain.Execution, domain.Execution)
    )
