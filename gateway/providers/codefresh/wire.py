"""What Codefresh sends, as far as mapping reads it.

Missing keys are the norm, so all but what makes a row usable is optional. Never decoded, here or elsewhere: webhook
endpoints and secrets of triggers, event data of the trigger manager, data of contexts, values of variables.

Sources: the command line's own readers (codefresh-io/cli, lib/logic/entities), the Terraform provider's structures
(codefresh-io/terraform-provider-codefresh, codefresh/cfclient), the trigger manager (codefresh-io/cf-triggers, pkg/model),
and for keys that no first-party source lists the schemas that a public connector recorded (airbytehq/airbyte,
source-codefresh). Read 2026-03.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field

Moment = Annotated[datetime, Meta(tz=True)]


class Identified(Struct, frozen=True, kw_only=True):
    """Newer documents have `id`, older ones `_id`; one with neither cannot be decoded."""

    id: str | None = None
    mongo_id: str | None = field(default=None, name="_id")

    def __post_init__(self) -> None:
        if not (self.id or self.mongo_id):
            raise ValueError("Object missing required field `id`")

    @property
    def identity(self) -> str:
        return self.id or self.mongo_id or ""


# --- GET /user (sdk helpers/whoami.js; cfclient/current_account.go) ---


class Account(Struct, frozen=True):
    """First-party code reads `id`, older answers have `_id`."""

    name: str | None = None
    id: str | None = None
    mongo_id: str | None = field(default=None, name="_id")


class User(Struct, frozen=True):
    """The key's user; of its accounts the active one is the key's."""

    active_account: str = field(name="activeAccountName")
    accounts: list[Account] = field(default_factory=list, name="account")


# --- GET /projects, /projects/{id} (cli entities/Project.js; connector schema for accountId and metadata) ---


class ProjectMetadata(Struct, frozen=True):
    created_at: Moment | None = field(default=None, name="createdAt")


class Project(Identified, frozen=True, kw_only=True):
    name: str = field(name="projectName")
    account_id: str | None = field(default=None, name="accountId")
    tags: list[str] | None = None
    pipelines: int | None = field(default=None, name="pipelinesNumber")
    updated_at: Moment | None = field(default=None, name="updatedAt")
    metadata: ProjectMetadata | None = None


# --- GET /pipelines, /pipelines/{nameOrId} (cli entities/Pipeline.js; cfclient/pipeline.go) ---


class Labels(Struct, frozen=True):
    tags: list[str] | None = None


class PipelineMetadata(Struct, frozen=True):
    """Snake case here, camel case everywhere else."""

    id: str
    name: str
    project_id: str | None = field(default=None, name="projectId")
    account_id: str | None = field(default=None, name="accountId")
    description: str | None = None
    revision: int | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    labels: Labels | None = None
    yaml: str | None = field(default=None, name="originalYamlString")


class SpecTemplate(Struct, frozen=True):
    """Where the YAML lies when it is not inline."""

    location: str | None = None
    repo: str | None = None
    path: str | None = None
    revision: str | None = None


class GitTrigger(Struct, frozen=True):
    """`spec.triggers[]`, without `endpoint`, `secret` and `variables`."""

    id: str | None = None
    name: str | None = None
    type: str | None = None
    description: str | None = None
    repo: str | None = None
    events: list[str] | None = None
    branch_regex: str | None = field(default=None, name="branchRegex")
    provider: str | None = None
    context: str | None = None
    disabled: bool | None = None
    last_fired_at: Moment | None = field(default=None, name="lastExecutionDate")


class CronTrigger(Struct, frozen=True):
    """`spec.cronTriggers[]`, without `variables`."""

    id: str | None = None
    name: str | None = None
    type: str | None = None
    description: str | None = None
    expression: str | None = None
    message: str | None = None
    branch: str | None = None
    event: str | None = None
    disabled: bool | None = None


class PipelineSpec(Struct, frozen=True):
    triggers: list[GitTrigger] | None = None
    cron_triggers: list[CronTrigger] | None = field(default=None, name="cronTriggers")
    template: SpecTemplate | None = field(default=None, name="specTemplate")


class Pipeline(Struct, frozen=True):
    metadata: PipelineMetadata
    spec: PipelineSpec | None = None


class PipelineId(Struct, frozen=True):
    id: str


class PipelineRef(Struct, frozen=True):
    """A row of GET /pipelines when only its id is wanted."""

    metadata: PipelineId


# --- GET /workflow, /builds/{id} (cli entities/Workflow.js; connector schema for what is marked) ---


class Person(Struct, frozen=True):
    """`triggeredBy` in its object form."""

    # ASSUMED: the keys of that form; disproved by a recorded build whose `triggeredBy` is an object of other keys.
    username: str | None = field(default=None, name="userName")
    name: str | None = None
    email: str | None = None


class SystemEvent(Struct, frozen=True):
    """Why the vendor's own side ended a build (connector schema)."""

    kind: str | None = None
    message: str | None = None
    retriable: bool | None = None


class TerminationRequest(Struct, frozen=True):
    """Why a build was stopped (connector schema)."""

    cause: str | None = None
    message: str | None = None


class Build(Identified, frozen=True, kw_only=True):
    created: Moment
    status: str | None = None
    started: Moment | None = None
    finished: Moment | None = None
    pipeline_id: str | None = field(default=None, name="serviceId")
    repo_owner: str | None = field(default=None, name="repoOwner")
    repo_name: str | None = field(default=None, name="repoName")
    branch: str | None = field(default=None, name="branchName")
    revision: str | None = None
    message: str | None = field(default=None, name="commitMessage")
    committer: str | None = None  # connector schema
    committer_avatar: str | None = field(default=None, name="committerAvatar")  # connector schema
    trigger: str | None = None
    trigger_type: str | None = field(default=None, name="triggerType")  # connector schema
    trigger_name: str | None = field(default=None, name="pipelineTriggerName")
    triggered_by: str | Person | None = field(default=None, name="triggeredBy")
    by_webhook: bool | None = field(default=None, name="webhookTriggered")
    progress: str | None = None
    pending_license: bool | None = field(default=None, name="pendingLicense")
    system_events: list[SystemEvent] | None = field(default=None, name="systemEvents")
    termination_requests: list[TerminationRequest] | None = field(default=None, name="terminationRequest")


# --- GET /workflow/{id}/context-revision (docs: "Gather metrics and build logs"; users' scripts) ---


class Step(Struct, frozen=True):
    """An entry of `stepsMetadata`; it may have no status at all."""

    status: str | None = None
    started: Moment | None = field(default=None, name="startTimestamp")
    finished: Moment | None = field(default=None, name="finishTimestamp")
    attempt: int | None = field(default=None, name="currentAttempt")
    max_attempts: int | None = field(default=None, name="maxAttempts")


class RevisionContext(Struct, frozen=True):
    steps: dict[str, Step] = field(default_factory=dict, name="stepsMetadata")


class Revision(Struct, frozen=True):
    context: RevisionContext


# --- GET /progress/{id}, and the log document behind its address (sdk lib/logic/logs.helper.js) ---


class Location(Struct, frozen=True):
    type: str | None = None
    url: str | None = None


class Progress(Struct, frozen=True):
    status: str | None = None
    location: Location | None = None


class LogStep(Struct, frozen=True):
    """`logs` are lines in order, or lines keyed by ids that rise in order."""

    name: str | None = None
    logs: list[str] | dict[str, str] | None = None


class LogDocument(Struct, frozen=True):
    """`steps` are a list, or keyed by ids."""

    steps: list[LogStep] | dict[str, LogStep] | None = None


# --- GET /hermes/triggers, /hermes/triggers/pipeline/{id} (cf-triggers pkg/model/trigger.go) ---


class EventLink(Struct, frozen=True):
    """An event that starts a pipeline. `event-data` is neither asked for nor decoded: it holds the event's secret."""

    event: str
    pipeline: str


class Event(Struct, frozen=True):
    """An event by its address alone (GET /hermes/events): what else is in it opens the door to whoever knows it."""

    uri: str


# --- GET /images, /images/{id} (cli helpers/image.js) ---


class ImageTag(Struct, frozen=True):
    tag: str
    registry: str | None = None
    repository: str | None = None


class Image(Identified, frozen=True, kw_only=True):
    name: str | None = field(default=None, name="imageName")
    display_name: str | None = field(default=None, name="imageDisplayName")
    created: Moment | None = None
    size_bytes: int | None = field(default=None, name="size")
    sha: str | None = None
    branch: str | None = None
    commit: str | None = None
    digest: str | None = field(default=None, name="repoDigest")
    tags: list[ImageTag] | None = None


# --- GET /contexts, /contexts/{name} (cli entities/Context.js; connector schema for owner, system and default) ---


class ContextMetadata(Struct, frozen=True):
    name: str
    system: bool | None = None
    default: bool | None = None


class ContextSpec(Struct, frozen=True):
    type: str


class Context(Struct, frozen=True):
    metadata: ContextMetadata
    spec: ContextSpec
    owner: str | None = None
