"""Promotions and reports about them, as Talend sends them: GET /orchestration/executables/promotions, the answer of an
analysis, and a promotion's run, which share a shape."""

from msgspec import Raw, Struct

from gateway.providers.talend.wire import EnvironmentInfo, Id, Moment


class Promotion(Struct, frozen=True, kw_only=True, rename="camel"):
    """`executable` is the id. The list leaves out `description`."""

    executable: Id
    name: str = ""
    source_environment: EnvironmentInfo | None = None
    target_environment: EnvironmentInfo | None = None
    description: str | None = None


class PromotionUsers(Struct, frozen=True, kw_only=True, rename="camel"):
    user_ids: list[str] | None = None
    service_account_ids: list[str] | None = None


class Message(Struct, frozen=True):
    info: str | None = None
    level: str | None = None


class Report(Struct, frozen=True):
    status: str | None = None
    messages: list[Message] | None = None


class Item(Struct, frozen=True, kw_only=True, rename="camel"):
    """An artifact, task, plan, connection, resource, engine or cluster (ArtifactPromotionResult, FlowPromotionResult,
    RuntimePromotionResult). Tasks have numbers for versions, the others text."""

    id: str | None = None
    target_id: str | None = None
    name: str | None = None
    type: str | None = None
    analyze_report: Report | None = None
    promotion_report: Report | None = None
    used_by: "list[Item] | None" = None
    versions: "list[Item] | None" = None
    run_profiles: "list[Item] | None" = None
    target_version: str | int | None = None
    version: str | int | None = None
    job_type: str | None = None
    workspace_id: str | None = None
    artifact_id: str | None = None


class WorkspaceResult(Struct, frozen=True, kw_only=True, rename="camel"):
    """`flows` are tasks, `actions` artifacts."""

    id: str | None = None
    target_id: str | None = None
    name: str | None = None
    type: str | None = None
    workspace_type: str | None = None
    analyze_report: Report | None = None
    promotion_report: Report | None = None
    flows: list[Item] | None = None
    plans: list[Item] | None = None
    actions: list[Item] | None = None
    connections: list[Item] | None = None
    resources: list[Item] | None = None
    engines: list[Item] | None = None
    clusters: list[Item] | None = None


class AdvancedSpec(Struct, frozen=True, kw_only=True, rename="camel"):
    """The single thing that is promoted, when it is not a whole environment."""

    artifact_id: str | None = None
    artifact_type: str | None = None


class PromotionExecution(Struct, frozen=True, kw_only=True, rename="camel"):
    """A run of a promotion, and what an analysis answers (PromotionExecutionStatusV26). `pipeline_id` is an older name of
    `promotion_id`."""

    execution_id: str | None = None
    status: str | None = None
    status_message: str | None = None
    start_timestamp: Moment | None = None
    trigger_timestamp: Moment | None = None
    finish_timestamp: Moment | None = None
    user_id: str | None = None
    user_type: str | None = None
    promotion_id: str | None = None
    pipeline_id: str | None = None
    keep_target_resources: bool | None = None
    keep_target_run_profiles: bool | None = None
    advanced: AdvancedSpec | None = None
    defective: bool | None = None
    workspaces: list[WorkspaceResult] | None = None
    engines: list[Item] | None = None
    clusters: list[Item] | None = None
    context: str | None = None


class StartedPromotion(Struct, frozen=True, kw_only=True, rename="camel"):
    """What an execution answers, if anything (Execution). The report is left undecoded: with one that cannot be read, the promotion
    has still been started."""

    execution_id: str | None = None
    execution_report: Raw = Raw(b"null")
