"""Commands about pipelines: what they are, and whether they may start."""

from typing import ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from gateway.domain.commands.command import Command, JsonObject, Variable
from gateway.domain.keys import ArtifactKey, ClusterKey, DataConnectionKey, PipelineKey, ProjectKey, WorkspaceKey
from gateway.domain.pipeline import PipelineKind
from gateway.domain.plan import StepCondition


class YamlLocation(msgspec.Struct, frozen=True, kw_only=True):
    """Where the text of a definition lies: `path` in `repository` at `revision`; `context` is the vendor's name for the access."""

    repository: str
    path: str
    revision: str | None = None
    context: str | None = None


class PlanStepDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a plan: its tasks run at once. `condition` tells when the next step begins; `on_failure` are the
    pipelines that run when it fails. `step_id` is the vendor's id of a step that is there already, and keeps it the same one.
    """

    name: str
    tasks: tuple[PipelineKey, ...]
    condition: StepCondition = StepCondition.ALL_SUCCEEDED
    on_failure: tuple[PipelineKey, ...] = ()
    note: str | None = None
    step_id: str | None = None


class ConnectionUse(msgspec.Struct, frozen=True):
    """A data connection under the name that the artifact knows it by."""

    name: str
    connection: DataConnectionKey


class ResourceUse(msgspec.Struct, frozen=True):
    """A file under the name that the artifact knows it by; `resource_id` is the vendor's."""

    name: str
    resource_id: str


class TaskContent(msgspec.Struct, frozen=True, kw_only=True):
    """What a task is made of. Lists that are UNSET stay as they are in an update, and are empty in a new task."""

    artifact: ArtifactKey | UnsetType = UNSET
    artifact_version: str | UnsetType = UNSET
    parameters: tuple[Variable, ...] | UnsetType = UNSET
    connections: tuple[ConnectionUse, ...] | UnsetType = UNSET
    resources: tuple[ResourceUse, ...] | UnsetType = UNSET
    auto_upgrade: bool | UnsetType = UNSET
    override_parameters: bool | UnsetType = UNSET


class CreatePipeline(Command, frozen=True, kw_only=True):
    """Creates a pipeline. What it takes differs by vendor and `kind`: `yaml`, `yaml_location` or `spec` for CI, `steps` for a plan,
    `task` for a task. `spec` is the vendor's own definition, into which the other fields go.
    """

    mutation: ClassVar[str] = "createPipeline"

    provider: str
    name: str
    kind: PipelineKind | None = None
    workspace: WorkspaceKey | None = None
    project: ProjectKey | None = None
    slug: str | None = None
    description: str | None = None
    repository: str | None = None
    default_branch: str | None = None
    branch_filter: str | None = None
    tags: tuple[str, ...] = ()
    cluster: ClusterKey | None = None
    yaml: str | None = None
    yaml_location: YamlLocation | None = None
    spec: JsonObject | None = None
    variables: tuple[Variable, ...] = ()
    contexts: tuple[str, ...] = ()
    steps: tuple[PlanStepDefinition, ...] = ()
    task: TaskContent | None = None
    vendor_options: JsonObject | None = None


class UpdatePipeline(Command, frozen=True, kw_only=True):
    """Changes parts of a pipeline. UNSET stays as it is, None empties; a list replaces the list that is there."""

    mutation: ClassVar[str] = "updatePipeline"
    subject_field: ClassVar[str] = "pipeline"

    pipeline: PipelineKey
    name: str | UnsetType = UNSET
    workspace: WorkspaceKey | UnsetType = UNSET
    slug: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    repository: str | UnsetType = UNSET
    default_branch: str | UnsetType | None = UNSET
    branch_filter: str | UnsetType | None = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    cluster: ClusterKey | UnsetType | None = UNSET
    yaml: str | UnsetType = UNSET
    yaml_location: YamlLocation | UnsetType = UNSET
    spec: JsonObject | UnsetType = UNSET
    variables: tuple[Variable, ...] | UnsetType = UNSET
    contexts: tuple[str, ...] | UnsetType = UNSET
    steps: tuple[PlanStepDefinition, ...] | UnsetType = UNSET
    task: TaskContent | UnsetType = UNSET
    vendor_options: JsonObject | None = None


class ReplacePipeline(Command, frozen=True, kw_only=True):
    """Puts a new definition in the place of a pipeline's: what is not given is gone. `revision`, where the vendor counts them,
    must be the one that is replaced.
    """

    mutation: ClassVar[str] = "replacePipeline"
    subject_field: ClassVar[str] = "pipeline"

    pipeline: PipelineKey
    name: str
    revision: int | None = None
    workspace: WorkspaceKey | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    yaml: str | None = None
    yaml_location: YamlLocation | None = None
    spec: JsonObject | None = None
    variables: tuple[Variable, ...] = ()
    contexts: tuple[str, ...] = ()
    steps: tuple[PlanStepDefinition, ...] = ()
    task: TaskContent | None = None
    vendor_options: JsonObject | None = None


class DeletePipeline(Command, frozen=True, kw_only=True):
    """Removes a pipeline for good."""

    mutation: ClassVar[str] = "deletePipeline"
    subject_field: ClassVar[str] = "pipeline"
    destroys: ClassVar[bool] = True

    pipeline: PipelineKey


class ArchivePipeline(Command, frozen=True, kw_only=True):
    """Puts a pipeline away: it is kept, and starts no more runs."""

    mutation: ClassVar[str] = "archivePipeline"
    subject_field: ClassVar[str] = "pipeline"

    pipeline: PipelineKey


class UnarchivePipeline(Command, frozen=True, kw_only=True):
    """Brings an archived pipeline back."""

    mutation: ClassVar[str] = "unarchivePipeline"
    subject_field: ClassVar[str] = "pipeline"

    pipeline: PipelineKey


class PausePipeline(Command, frozen=True, kw_only=True):
    """Keeps a pipeline from starting; runs that are under way go on. Pausing a paused one changes nothing."""

    mutation: ClassVar[str] = "pausePipeline"
    subject_field: ClassVar[str] = "pipeline"

    pipeline: PipelineKey
    reason: str | None = None


class ResumePipeline(Command, frozen=True, kw_only=True):
    """Ends a pause. Resuming one that is not paused changes nothing."""

    mutation: ClassVar[str] = "resumePipeline"
    subject_field: ClassVar[str] = "pipeline"

    pipeline: PipelineKey
    reason: str | None = None
