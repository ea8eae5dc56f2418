"""From what Codefresh sends to domain values: pure functions and the tables of its words."""

from collections.abc import Iterable
from datetime import UTC, datetime

from gateway.domain.build import Build
from gateway.domain.errors import MalformedResponseError
from gateway.domain.image import Image, ImageTag
from gateway.domain.integration_context import IntegrationContext
from gateway.domain.job import Job, JobKind
from gateway.domain.keys import BuildKey
from gateway.domain.pipeline import Pipeline, PipelineDefinition, PipelineKind, Repository
from gateway.domain.project import Project
from gateway.domain.run import Actor, RunFailure, RunStatus, RunTrigger, TriggerKind
from gateway.domain.workspace import Workspace
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.keys import Origin

TERMINATING = "terminating"

# The nine statuses of the command line's filter (cli workflow/get.cmd.js), and one more.
# ASSUMED: a build whose approval was denied can be called `denied`; disproved by such builds all being `error`.
BUILD_STATUSES: dict[str, RunStatus] = {
    "pending": RunStatus.QUEUED,
    "elected": RunStatus.QUEUED,
    "delayed": RunStatus.QUEUED,
    "running": RunStatus.RUNNING,
    TERMINATING: RunStatus.RUNNING,
    "pending-approval": RunStatus.BLOCKED,
    "success": RunStatus.SUCCEEDED,
    "error": RunStatus.FAILED,
    "denied": RunStatus.FAILED,
    "terminated": RunStatus.CANCELED,
}

# Steps have other words than builds: `failure` where the build says `error`.
# ASSUMED: this is all of them; disproved by a context revision that holds another word.
STEP_STATUSES: dict[str, RunStatus] = {
    "pending": RunStatus.QUEUED,
    "running": RunStatus.RUNNING,
    TERMINATING: RunStatus.RUNNING,
    "pending-approval": RunStatus.BLOCKED,
    "success": RunStatus.SUCCEEDED,
    "approved": RunStatus.SUCCEEDED,
    "failure": RunStatus.FAILED,
    "error": RunStatus.FAILED,
    "denied": RunStatus.FAILED,
    "skipped": RunStatus.SKIPPED,
    "terminated": RunStatus.CANCELED,
}

# `webhookTriggered` is documented; `triggerType` is only known to exist.
# ASSUMED: where it has one of these words it means them; disproved by a build that was started otherwise.
TRIGGER_TYPES: dict[str, TriggerKind] = {
    "webhook": TriggerKind.WEBHOOK,
    "cron": TriggerKind.SCHEDULE,
    "manual": TriggerKind.MANUAL,
    "api": TriggerKind.API,
}


def build_status(native: str | None) -> RunStatus:
    """An unknown word is UNKNOWN. Case does not matter."""
    return _status(BUILD_STATUSES, native)


def step_status(native: str | None) -> RunStatus:
    """As `build_status`, in the words of steps."""
    return _status(STEP_STATUSES, native)


def native_statuses(wanted: Iterable[RunStatus]) -> list[str]:
    """The vendor's words for builds in any of these states, in the order of its own list."""
    states = frozenset(wanted)
    return [word for word, status in BUILD_STATUSES.items() if status in states]


def utc(moment: datetime | None) -> datetime | None:
    """The same moment in UTC."""
    if moment is None or moment.tzinfo is UTC:
        return moment
    return moment.astimezone(UTC)


def to_workspace(user: wire.User, origin: Origin) -> Workspace:
    """The one account that the key belongs to."""
    account = next((account for account in user.accounts if account.name == user.active_account), None)
    account_id = (account.id or account.mongo_id) if account is not None else None
    if account_id is None:
        raise MalformedResponseError(
            "The provider's answer cannot be read: the active account is not in it.", provider=origin.provider
        )
    return Workspace(
        key=origin.workspace(account_id),
        external_id=account_id,
        name=user.active_account,
        slug=user.active_account,
    )


def to_project(row: wire.Project, origin: Origin) -> Project:
    project_id = row.identity
    return Project(
        key=origin.project(project_id),
        external_id=project_id,
        name=row.name,
        tags=tuple(row.tags or ()),
        workspace=origin.workspace(row.account_id) if row.account_id else None,
        pipeline_count=row.pipelines,
        created_at=utc(row.metadata.created_at) if row.metadata is not None else None,
        updated_at=utc(row.updated_at),
    )


def to_pipeline(row: wire.Pipeline, origin: Origin) -> Pipeline:
    """The full name (`shop/deploy`) is name and slug at once: the vendor shows it, and its paths take it."""
    metadata = row.metadata
    spec = row.spec or wire.PipelineSpec()
    return Pipeline(
        key=origin.pipeline(metadata.id),
        external_id=metadata.id,
        kind=PipelineKind.CI,
        name=metadata.name,
        slug=metadata.name,
        description=metadata.description or None,
        workspace=origin.workspace(metadata.account_id) if metadata.account_id else None,
        project=origin.project(metadata.project_id) if metadata.project_id else None,
        repository=_repository(spec.triggers or ()),
        tags=tuple((metadata.labels.tags if metadata.labels is not None else None) or ()),
        # The form of address that people paste elsewhere; no documentation has it.
        url=f"{origin.site}/pipelines/edit/workflow?id={metadata.id}",
        created_at=utc(metadata.created_at),
        updated_at=utc(metadata.updated_at),
        definition=PipelineDefinition(
            yaml=metadata.yaml or None,
            location=_location(spec.template) if spec.template is not None else None,
            revision=metadata.revision,
        ),
    )


def to_build(row: wire.Build, origin: Origin) -> Build:
    build_id = row.identity
    status = build_status(row.status)
    return Build(
        key=origin.build(build_id, row.pipeline_id),
        external_id=build_id,
        pipeline=origin.pipeline(row.pipeline_id) if row.pipeline_id else None,
        status=status,
        native_status=row.status,
        created_at=utc(row.created) or row.created,
        started_at=utc(row.started),
        finished_at=utc(row.finished),
        trigger=_trigger(row),
        actor=_actor(row.triggered_by),
        author=Actor(name=row.committer, avatar_url=row.committer_avatar) if row.committer else None,
        failure=_failure(row, status),
        warning="Waits for a free concurrency licence." if row.pending_license and status is RunStatus.QUEUED else None,
        url=origin.build_url(build_id),
        repository=f"{row.repo_owner}/{row.repo_name}" if row.repo_owner and row.repo_name else None,
        branch=row.branch or None,
        commit=row.revision or None,
        message=row.message or None,
        cancel_requested=(row.status or "").lower() == TERMINATING,
    )


def to_jobs(revisions: list[wire.Revision], build: BuildKey, origin: Origin) -> list[Job]:
    """The steps in the newest look at the build, in the vendor's order."""
    if not revisions:
        return []
    return [
        Job(
            key=origin.job(build, name),
            external_id=name,
            build=build,
            kind=JobKind.STEP,
            status=step_status(step.status),
            native_status=step.status,
            name=name,
            started_at=utc(step.started),
            finished_at=utc(step.finished),
            attempt=step.attempt,
            max_attempts=step.max_attempts,
            has_log=step.started is not None,
        )
        for name, step in revisions[-1].context.steps.items()
        if not _is_noise(name, step)
    ]


def to_image(row: wire.Image, origin: Origin) -> Image:
    image_id = row.identity
    return Image(
        key=origin.image(image_id),
        external_id=image_id,
        name=row.name or row.display_name or image_id,
        created_at=utc(row.created),
        size_bytes=row.size_bytes,
        sha=row.sha,
        branch=row.branch,
        commit=row.commit,
        digest=row.digest,
        tags=tuple(ImageTag(tag.tag, tag.registry, tag.repository) for tag in row.tags or ()),
    )


def to_context(row: wire.Context, origin: Origin) -> IntegrationContext:
    return IntegrationContext(
        key=origin.context(row.metadata.name),
        external_id=row.metadata.name,
        name=row.metadata.name,
        type=row.spec.type,
        owner=row.owner,
        system=row.metadata.system,
        default=row.metadata.default,
    )


def _status(words: dict[str, RunStatus], native: str | None) -> RunStatus:
    return words.get(native.lower(), RunStatus.UNKNOWN) if native is not None else RunStatus.UNKNOWN


def _trigger(row: wire.Build) -> RunTrigger:
    """Only what the data tells. A person's name says nothing of how: the key behind an API call has one too."""
    told = TRIGGER_TYPES.get((row.trigger_type or "").lower(), TriggerKind.UNKNOWN)
    return RunTrigger(TriggerKind.WEBHOOK if row.by_webhook else told, row.trigger_type or row.trigger, row.trigger_name)


def _actor(who: str | wire.Person | None) -> Actor | None:
    if isinstance(who, str):
        return Actor(username=who) if who else None
    if who is None or not (who.username or who.name or who.email):
        return None
    return Actor(name=who.name, username=who.username, email=who.email)


def _failure(row: wire.Build, status: RunStatus) -> RunFailure | None:
    """What the vendor says of the end. An ordinary failing step leaves no word in the build itself."""
    if status is RunStatus.CANCELED:
        for request in reversed(row.termination_requests or ()):
            if request.message or request.cause:
                return RunFailure(request.message or request.cause or "", request.cause)
    if status is RunStatus.FAILED:
        for event in reversed(row.system_events or ()):
            if event.message:
                return RunFailure(event.message, event.kind, event.retriable)
        if (row.status or "").lower() == "denied":
            return RunFailure("An approval was denied.", "denied")
    return None


def _repository(triggers: Iterable[wire.GitTrigger]) -> Repository | None:
    """The one repository that all git triggers name, as `owner/name`: a pipeline itself has none, and the host's address
    is told nowhere."""
    found = {(trigger.repo, trigger.provider) for trigger in triggers if trigger.repo}
    if len(found) != 1:
        return None
    repo, provider = found.pop()
    return Repository(repo or "", provider)


def _location(template: wire.SpecTemplate) -> str | None:
    """`git: acme/shop/codefresh.yml@main`, with what is known of it."""
    where = "/".join(part.removeprefix("./") for part in (template.repo, template.path) if part)
    if template.revision and where:
        where += f"@{template.revision}"
    return ": ".join(part for part in (template.location, where) if part) or None


def _is_noise(name: str, step: wire.Step) -> bool:
    """`Initializing` names a container and never was a step; the real one is `Initializing Process`."""
    return name == "Initializing" and step.status is None and step.started is None
