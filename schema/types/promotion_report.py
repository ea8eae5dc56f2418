"""PromotionReport: what a promotion would do, or has done, item by item."""

from datetime import datetime
from typing import Annotated

import strawberry

from gateway.domain import promotion_report as domain
from schema.types.enums import RunStatus
from schema.types.run import Actor
from schema.types.view import enum, field, view

enum(
    domain.ReportStatus,
    CREATED="New in the target.",
    REPLACED="Takes the place of what the target had.",
    REUSED="The target's own stays as it is.",
    FAILED="Cannot be promoted, or was not.",
    SKIPPED="Left out.",
    UNKNOWN="The vendor used a word the gateway does not know; see `nativeStatus`.",
)


@view(domain.ReportMessage)
class ReportMessage:
    """A remark on an item."""

    text: str | None = field("For people.")
    level: str | None = field("The vendor's word, like `INFO` or `ERROR`.")


@view(domain.ItemReport)
class ItemReport:
    """What happens, or happened, to an item."""

    status: domain.ReportStatus = field("What becomes of it.")
    native_status: str | None = field("In the vendor's word.")
    messages: list[ReportMessage] = field("Remarks.")


@view(domain.PromotedItem)
class PromotedItem:
    """An artifact, task, plan, connection, resource, engine or cluster on its way to the target environment."""

    external_id: str | None = field("The vendor's id of it in the source.")
    target_id: str | None = field("The vendor's id of it in the target.")
    name: str | None = field("For people.")
    type: str | None = field("The vendor's word for what it is, like `FLOW` for a task.")
    version: str | None = field("Its version in the source.")
    target_version: str | None = field("Its version in the target.")
    job_type: str | None = field("The vendor's word for what a task or artifact runs as.")
    workspace_id: str | None = field("The vendor's id of its workspace.")
    artifact_id: str | None = field("The vendor's id of the artifact that a task runs.")
    analysis: ItemReport | None = field("What would happen to it.")
    promotion: ItemReport | None = field("What happened to it; null in a dry run.")
    used_by: list[Annotated["PromotedItem", strawberry.lazy("schema.types.promotion_report")]] = field("The tasks that need it.")
    versions: list[Annotated["PromotedItem", strawberry.lazy("schema.types.promotion_report")]] = field("Its versions.")
    run_profiles: list[Annotated["PromotedItem", strawberry.lazy("schema.types.promotion_report")]] = field(
        "The run profiles of an engine."
    )


@view(domain.PromotedWorkspace)
class PromotedWorkspace:
    """A workspace on its way to the target environment, with all that goes along."""

    external_id: str | None = field("The vendor's id of it in the source.")
    target_id: str | None = field("The vendor's id of it in the target.")
    name: str | None = field("For people.")
    type: str | None = field("The vendor's word for what kind of item it is.")
    workspace_type: str | None = field("The vendor's kind of workspace.")
    analysis: ItemReport | None = field("What would happen to it.")
    promotion: ItemReport | None = field("What happened to it; null in a dry run.")
    tasks: list[PromotedItem] = field("Its tasks.")
    plans: list[PromotedItem] = field("Its plans.")
    artifacts: list[PromotedItem] = field("Its artifacts.")
    connections: list[PromotedItem] = field("Its data connections.")
    resources: list[PromotedItem] = field("Its resources.")
    engines: list[PromotedItem] = field("The engines it uses.")
    clusters: list[PromotedItem] = field("The clusters of engines it uses.")


@view(domain.PromotionReport)
class PromotionReport:
    """What a promotion would do, or has done."""

    external_id: str | None = field("The vendor's id of the report, which is its run's.")
    status: RunStatus = field("In the words all vendors share.")
    native_status: str | None = field("In the vendor's word.")
    message: str | None = field("What the vendor says of it as a whole.")
    defective: bool | None = field("Whether something in it has failed, or would fail.")
    keep_target_resources: bool | None = field("Whether resources that the target has stay as they are.")
    keep_target_run_profiles: bool | None = field("Whether run profiles that the target has stay as they are.")
    artifact_id: str | None = field("The vendor's id of the single thing that was promoted; null for a whole environment.")
    artifact_type: str | None = field("The vendor's word for what the single thing is.")
    context: str | None = field("What the caller noted at the start.")
    actor: Actor | None = field("Who started it.")
    triggered_at: datetime | None = field("When it was asked for.")
    started_at: datetime | None = field("When it began.")
    finished_at: datetime | None = field("When it ended.")
    workspaces: list[PromotedWorkspace] = field("The workspaces in it.")
    engines: list[PromotedItem] = field("The engines in it.")
    clusters: list[PromotedItem] = field("The clusters of engines in it.")
