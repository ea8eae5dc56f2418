"""From the ledger to domain values, from notifications to what DX takes, and the table of states."""

from gateway.domain.build import Build, PullRequest
from gateway.domain.ledger import LedgerPipeline, LedgerRun, RunNotification
from gateway.domain.pipeline import Pipeline, PipelineKind, Repository
from gateway.domain.run import Actor, RunStatus, RunTrigger, TriggerKind
from gateway.domain.workspace import Workspace
from gateway.providers.dx.keys import Origin, slug_of
from gateway.providers.dx.times import to_iso, to_seconds
from gateway.providers.dx.wire import RunReport

STATUSES: dict[str, RunStatus] = {
    "running": RunStatus.RUNNING,
    "success": RunStatus.SUCCEEDED,
    "cancelled": RunStatus.CANCELED,
    "failure": RunStatus.FAILED,
}
NO_STATUS = "unknown"
"""The vendor's word for a run that nobody gave a state. It is an answer, never sent."""

WORDS = {status: word for word, status in STATUSES.items()}


def build_status(word: str) -> RunStatus:
    """What a state of the vendor's means."""
    return STATUSES.get(word, RunStatus.UNKNOWN)


def to_build(run: LedgerRun, origin: Origin) -> Build:
    """Created is when it started: reports tell no other time."""
    return Build(
        key=origin.build(run.reference_id),
        external_id=run.reference_id,
        pipeline=origin.pipeline(run.pipeline_source, run.pipeline_name),
        status=run.status or RunStatus.UNKNOWN,
        native_status=NO_STATUS if run.status is None else WORDS.get(run.status, NO_STATUS),
        created_at=run.started_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        trigger=RunTrigger(TriggerKind.UNKNOWN),
        actor=_actor(run),
        url=run.url,
        repository=run.repository,
        branch=run.branch,
        commit=run.commit,
        pull_request=None if run.pull_request is None else PullRequest(str(run.pull_request), repository=run.repository),
    )


def to_pipeline(pipeline: LedgerPipeline, origin: Origin) -> Pipeline:
    """What runs told of it. When it was made nobody knows."""
    slug = slug_of(pipeline.source, pipeline.name)
    return Pipeline(
        key=origin.pipeline(pipeline.source, pipeline.name),
        external_id=slug,
        kind=PipelineKind.CI,
        name=pipeline.name,
        slug=slug,
        workspace=origin.workspace,
        repository=Repository(pipeline.repository) if pipeline.repository else None,
    )


def to_workspace(origin: Origin) -> Workspace:
    return Workspace(key=origin.workspace, external_id=origin.provider, name=origin.provider, slug=origin.provider, url=origin.site)


def to_report(notification: RunNotification, method: str) -> RunReport:
    """As the method takes it: times in seconds for `sync`, in ISO 8601 for `upsert`."""
    encode = to_seconds if method == "sync" else to_iso
    return RunReport(
        pipeline_name=notification.pipeline_name,
        pipeline_source=notification.pipeline_source,
        reference_id=notification.reference_id,
        started_at=encode(notification.started_at),
        finished_at=None if notification.finished_at is None else encode(notification.finished_at),
        status=None if notification.status is None else WORDS.get(notification.status),
        repository=notification.repository,
        commit_sha=notification.commit,
        pr_number=notification.pull_request,
        source_url=notification.url,
        head_branch=notification.branch,
        email=notification.email,
        github_username=notification.github_username,
        gitlab_username=notification.gitlab_username,
    )


def _actor(run: LedgerRun) -> Actor | None:
    """Whom a run is credited to."""
    # ASSUMED: the mail address, else the GitHub name, else the GitLab name; disproved by a run that the vendor credits otherwise.
    username = run.github_username or run.gitlab_username
    return Actor(username=username, email=run.email) if username or run.email else None
