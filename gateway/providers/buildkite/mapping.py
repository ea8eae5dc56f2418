"""Wire values to domain values: builds, pipelines, organizations, and what all of Buildkite's values share.

Pure functions. A value that cannot be read (a time, an address) is a ValueError, which fails its row alone.
Status tables: docs, Build states and Job states (pages/pipelines/configure/_build_states.md, _job_states.md).
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from gateway.domain.build import Build, PullRequest
from gateway.domain.cursor import EPOCH
from gateway.domain.keys import BuildKey, PipelineKey, WorkspaceKey
from gateway.domain.pipeline import Pipeline, PipelineDefinition, PipelineKind, Repository
from gateway.domain.run import Actor, RunFailure, RunStatus, RunTrigger, TriggerKind
from gateway.domain.workspace import Workspace
from gateway.providers.buildkite.keys import place_of_address, reference
from gateway.providers.buildkite.wire import (
    WireAuthor,
    WireBuild,
    WireOrganization,
    WirePipeline,
    WirePullRequest,
    WireUser,
)  # fmt: skip

BUILD_STATUSES: dict[str, RunStatus] = {
    "creating": RunStatus.QUEUED,
    "scheduled": RunStatus.QUEUED,
    "waiting": RunStatus.QUEUED,  # in the data model only; REST was never seen to send it
    "waiting_failed": RunStatus.FAILED,  # the same
    "running": RunStatus.RUNNING,
    "failing": RunStatus.RUNNING,
    "canceling": RunStatus.RUNNING,
    "passed": RunStatus.SUCCEEDED,
    "failed": RunStatus.FAILED,
    "blocked": RunStatus.BLOCKED,
    "canceled": RunStatus.CANCELED,
    "cancelled": RunStatus.CANCELED,  # one client's recorded data
    "skipped": RunStatus.SKIPPED,
    "not_run": RunStatus.SKIPPED,
}

TRIGGER_KINDS: dict[str, TriggerKind] = {
    "webhook": TriggerKind.WEBHOOK,
    "api": TriggerKind.API,
    "ui": TriggerKind.MANUAL,
    "trigger_job": TriggerKind.UPSTREAM_RUN,
    "schedule": TriggerKind.SCHEDULE,
}

PipelineKeys = Mapping[tuple[str, str], PipelineKey]
"""Full keys of pipelines by (organization, slug): a build's row names its pipeline by slug only."""

_TRIGGERS = {source: RunTrigger(kind, source) for source, kind in TRIGGER_KINDS.items()}


def utc(text: str) -> datetime:
    """A time in either of the two documented forms: `2026-03-02T10:11:12.345Z` or `2026-03-02 10:11:12 UTC`."""
    if text.endswith("Z"):
        return datetime.fromisoformat(text)  # its zone is UTC
    moment = datetime.fromisoformat(text[:-4] + "+00:00" if text.endswith(" UTC") else text)
    if moment.tzinfo is None:
        raise ValueError("a time has no zone")
    return moment.astimezone(UTC)


def optional_utc(text: str | None) -> datetime | None:
    return utc(text) if text else None


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970, rounded down."""
    since = moment - EPOCH
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000


def build_status(state: str | None, *, blocked: bool = False) -> RunStatus:
    """REST shows a blocked build by `blocked` and leaves its last state (often `passed`) in `state`."""
    if blocked:
        return RunStatus.BLOCKED
    return BUILD_STATUSES.get(state, RunStatus.UNKNOWN) if state is not None else RunStatus.UNKNOWN


def to_actor(user: WireUser | None) -> Actor | None:
    """None for what says nothing, `{}` included."""
    if user is None or not (user.name or user.email):
        return None
    return Actor(user.name or None, None, user.email or None, user.avatar_url or None)


def to_author(author: WireAuthor | str | None) -> Actor | None:
    if not author:
        return None
    if isinstance(author, str):
        return Actor(email=author) if "@" in author else Actor(name=author)
    if not (author.name or author.username or author.email):
        return None
    return Actor(author.name or None, author.username or None, author.email or None)


def to_workspace(wire: WireOrganization, provider: str) -> Workspace:
    return Workspace(
        key=WorkspaceKey(provider, (wire.slug,)),
        external_id=wire.id,
        name=wire.name,
        slug=wire.slug,
        type="organization",
        url=wire.web_url,
        created_at=optional_utc(wire.created_at),
    )


def to_pipeline(wire: WirePipeline, provider: str, organization: str) -> Pipeline:
    host = wire.provider.id if wire.provider is not None else None
    return Pipeline(
        key=PipelineKey(provider, (organization, wire.slug, wire.id)),
        external_id=wire.id,
        kind=PipelineKind.CI,
        name=wire.name,
        slug=wire.slug,
        description=wire.description or None,
        workspace=WorkspaceKey(provider, (organization,)),
        repository=Repository(wire.repository, host) if wire.repository else None,
        default_branch=wire.default_branch or None,
        tags=tuple(wire.tags) if wire.tags else (),
        author=to_actor(wire.created_by),
        url=wire.web_url,
        created_at=optional_utc(wire.created_at),
        archived_at=optional_utc(wire.archived_at),
        definition=PipelineDefinition(yaml=wire.configuration) if wire.configuration else None,
    )


def to_build(wire: WireBuild, provider: str, pipelines: PipelineKeys) -> Build:
    """`pipelines` are the keys the caller asked with; others stand by their slug."""
    place = place_of_address(wire.url)
    organization, slug = place
    created_at = utc(wire.created_at)
    state = wire.state
    blocked = wire.blocked is True
    source = wire.source
    retry_of = None
    if wire.rebuilt_from is not None:
        retry_of = reference(provider, wire.rebuilt_from.url, wire.rebuilt_from.number)
        trigger = RunTrigger(TriggerKind.RETRY, source)  # `source` is "api", however the rebuild was asked for
    else:
        trigger = (_TRIGGERS.get(source) if source else None) or RunTrigger(TriggerKind.UNKNOWN, source)
    created = str(milliseconds(created_at))
    return Build(
        key=BuildKey(provider, (organization, slug, str(wire.number), wire.id, created)),
        external_id=wire.id,
        pipeline=pipelines.get(place) or PipelineKey(provider, (organization, slug, "")),
        status=build_status(state, blocked=blocked),
        native_status=state,
        created_at=created_at,
        started_at=utc(wire.started_at) if wire.started_at else None,
        # A blocked build shows when its jobs ended, but it has not ended: it goes on once somebody unblocks it.
        finished_at=utc(wire.finished_at) if wire.finished_at and not blocked else None,
        trigger=trigger,
        actor=to_actor(wire.creator),
        author=to_author(wire.author),
        failure=RunFailure(wire.cancel_reason, "canceled") if wire.cancel_reason else None,
        url=wire.web_url,
        number=wire.number,
        branch=wire.branch or None,
        commit=wire.commit or None,
        message=wire.message,
        tag=wire.tag or None,
        pull_request=_to_pull_request(wire.pull_request),
        retry_of=retry_of,
        failing=state == "failing",
        cancel_requested=state == "canceling",
    )


def _to_pull_request(wire: WirePullRequest | None) -> PullRequest | None:
    if wire is None or wire.id is None:
        return None
    return PullRequest(str(wire.id), wire.base or None, wire.repository or None, tuple(wire.labels or ()))
