"""What a promotion would do, or has done, item by item."""

from datetime import datetime
from enum import Enum

import msgspec

from gateway.domain.run import Actor, RunStatus


class ReportStatus(Enum):
    """What becomes, or became, of one item in the target environment."""

    CREATED = "created"
    REPLACED = "replaced"
    REUSED = "reused"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


class ReportMessage(msgspec.Struct, frozen=True):
    """A remark; `level` is the vendor's word (INFO, WARN, ERROR)."""

    text: str | None = None
    level: str | None = None


class ItemReport(msgspec.Struct, frozen=True, kw_only=True):
    """What happens, or happened, to one item."""

    status: ReportStatus
    native_status: str | None = None
    messages: tuple[ReportMessage, ...] = ()


class PromotedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact, task, plan, connection, resource, engine or cluster on its way to the target environment.

    `used_by` are the tasks that need it; `versions` its versions; `run_profiles` those of an engine. `version` is text although
    some items count and some do not.
    """

    external_id: str | None = None
    target_id: str | None = None
    name: str | None = None
    type: str | None = None
    version: str | None = None
    target_version: str | None = None
    job_type: str | None = None
    workspace_id: str | None = None
    artifact_id: str | None = None
    analysis: ItemReport | None = None
    promotion: ItemReport | None = None
    used_by: "tuple[PromotedItem, ...]" = ()
    versions: "tuple[PromotedItem, ...]" = ()
    run_profiles: "tuple[PromotedItem, ...]" = ()


class PromotedWorkspace(msgspec.Struct, frozen=True, kw_only=True):
    """A workspace on its way to the target environment, with all that goes along."""

    external_id: str | None = None
    target_id: str | None = None
    name: str | None = None
    type: str | None = None
    workspace_type: str | None = None
    analysis: ItemReport | None = None
    promotion: ItemReport | None = None
    tasks: tuple[PromotedItem, ...] = ()
    plans: tuple[PromotedItem, ...] = ()
    artifacts: tuple[PromotedItem, ...] = ()
    connections: tuple[PromotedItem, ...] = ()
    resources: tuple[PromotedItem, ...] = ()
    engines: tuple[PromotedItem, ...] = ()
    clusters: tuple[PromotedItem, ...] = ()


class PromotionReport(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report. `defective` when something in it has failed or would fail.

    `artifact_id` and `artifact_type` name the single thing that was promoted, if it was not the whole environment.
    """

    external_id: str | None = None
    status: RunStatus
    native_status: str | None = None
    message: str | None = None
    defective: bool | None = None
    keep_target_resources: bool | None = None
    keep_target_run_profiles: bool | None = None
    artifact_id: str | None = None
    artifact_type: str | None = None
    context: str | None = None
    actor: Actor | None = None
    triggered_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    workspaces: tuple[PromotedWorkspace, ...] = ()
    engines: tuple[PromotedItem, ...] = ()
    clusters: tuple[PromotedItem, ...] = ()
