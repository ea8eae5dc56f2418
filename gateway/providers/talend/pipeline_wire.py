"""Tasks and plans as Talend sends them: GET /orchestration/executables/tasks, .../plans, and each by its id."""

from msgspec import Raw, Struct

from gateway.providers.talend.wire import Id, Moment, PauseDetails, VersionedArtifact, WorkspaceInfo


class TaskExtract(Struct, frozen=True, kw_only=True, rename="camel"):
    """A row of the list of tasks. `executable` is the id."""

    executable: Id
    name: str | None = None
    workspace: WorkspaceInfo | None = None


class AutoUpgradeInfo(Struct, frozen=True, kw_only=True, rename="camel"):
    auto_upgradable: bool | None = None
    override_with_default_parameters: bool | None = None


class Task(Struct, frozen=True, kw_only=True, rename="camel"):
    """A task by its id (TaskV21). Parameters are text by name, left undecoded until it is clear that they may be shown."""

    id: Id
    name: str | None = None
    description: str | None = None
    workspace: WorkspaceInfo | None = None
    version: str | None = None
    artifact: VersionedArtifact | None = None
    tags: list[str] | None = None
    connections: dict[str, str | None] | None = None
    parameters: dict[str, Raw] | None = None
    resources: dict[str, str | None] | None = None
    auto_upgrade_info: AutoUpgradeInfo | None = None
    task_pause_details: PauseDetails | None = None


class PlanTask(Struct, frozen=True, kw_only=True, rename="camel"):
    """A flow of a step: a task, and in an error handler perhaps a plan."""

    id: Id
    name: str | None = None
    version: str | None = None
    description: str | None = None
    destination: str | None = None
    workspace_id: str | None = None
    abstract_plan_id: str | None = None
    artifact: VersionedArtifact | None = None
    task_pause_details: PauseDetails | None = None
    plan: bool | None = None  # documented for the flows of runs


class PlanStep(Struct, frozen=True, kw_only=True, rename="camel"):
    """A link of a chain: `next_step` runs after this one, `step_on_exception` when it fails."""

    id: str | None = None
    abstract_step_id: str | None = None
    name: str | None = None
    status: str | None = None
    step_on_exception: "PlanStep | None" = None
    next_step: "PlanStep | None" = None
    flows: list[PlanTask] | None = None
    note: str | None = None
    task_ids: list[str] | None = None


class Plan(Struct, frozen=True, kw_only=True, rename="camel"):
    """A plan, in the list and by its id (PlanExecutableDetails). `executable` is the id."""

    executable: Id
    name: str | None = None
    workspace: WorkspaceInfo | None = None
    description: str | None = None
    chart: PlanStep | None = None
    plan_pause_details: PauseDetails | None = None


# --- what POST and PUT of a plan answer: Plan, Step, StepErrorHandler ---


class StepErrorHandler(Struct, frozen=True, kw_only=True, rename="camel"):
    task_ids: list[str] | None = None
    plan_ids: list[str] | None = None


class WrittenStep(Struct, frozen=True, kw_only=True, rename="camel"):
    id: str | None = None
    name: str | None = None
    condition: str | None = None
    task_ids: list[str] | None = None
    handler_on_failure: StepErrorHandler | None = None
    note: str | None = None


class WrittenPlan(Struct, frozen=True, kw_only=True, rename="camel"):
    """It tells who made the plan, when, and the steps' conditions, which nothing else does; and no pause."""

    id: Id
    name: str | None = None
    description: str | None = None
    workspace: WorkspaceInfo | None = None
    create_date: Moment | None = None
    update_date: Moment | None = None
    author: str | None = None
    author_type: str | None = None
    steps: list[WrittenStep] | None = None
