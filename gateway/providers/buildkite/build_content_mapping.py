"""Wire values to domain values: what hangs on a build (jobs, their logs, annotations, files)."""

import re

from gateway.domain.build_content import Annotation, BuildArtifact
from gateway.domain.job import Job, JobKind
from gateway.domain.keys import AgentKey, AnnotationKey, BuildArtifactKey, BuildKey, JobKey
from gateway.domain.run import RunStatus
from gateway.providers.buildkite.keys import BuildPlace, reference
from gateway.providers.buildkite.mapping import optional_utc, to_actor
from gateway.providers.buildkite.wire import WireAnnotation, WireArtifact, WireJob

JOB_STATUSES: dict[str, RunStatus] = {
    "pending": RunStatus.QUEUED,
    "waiting": RunStatus.QUEUED,
    "limiting": RunStatus.QUEUED,
    "limited": RunStatus.QUEUED,
    "platform_limiting": RunStatus.QUEUED,
    "platform_limited": RunStatus.QUEUED,
    "scheduled": RunStatus.QUEUED,
    "reserved": RunStatus.QUEUED,
    "assigned": RunStatus.QUEUED,
    "accepted": RunStatus.QUEUED,
    "running": RunStatus.RUNNING,
    "canceling": RunStatus.RUNNING,
    "timing_out": RunStatus.RUNNING,
    "blocked": RunStatus.BLOCKED,
    "unblocked": RunStatus.SUCCEEDED,
    "passed": RunStatus.SUCCEEDED,
    "failed": RunStatus.FAILED,
    "timed_out": RunStatus.FAILED,
    "expired": RunStatus.FAILED,
    # These never ran, because the build had failed before.
    "waiting_failed": RunStatus.SKIPPED,
    "blocked_failed": RunStatus.SKIPPED,
    "unblocked_failed": RunStatus.SKIPPED,
    "canceled": RunStatus.CANCELED,
    "cancelled": RunStatus.CANCELED,
    "skipped": RunStatus.SKIPPED,
    "broken": RunStatus.SKIPPED,
}

JOB_KINDS: dict[str, JobKind] = {
    "script": JobKind.COMMAND,
    "waiter": JobKind.WAIT,
    "manual": JobKind.BLOCK,
    "trigger": JobKind.TRIGGER,
}

# APC (the vendor's time marks `ESC _bk;t=... BEL` are such), OSC, CSI, and the two-character escapes.
_ESCAPES = re.compile(r"\x1b(?:[_\]P^X][^\x07\x1b]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~])")
_CUT_MARK = re.compile(r"\A\ufffd*(?:[^\x07\x1b]{0,40}\x07)?")


def job_status(state: str | None, exit_status: int | None = None) -> RunStatus:
    """UNKNOWN without a state: waiters have none. `finished` (GraphQL's word) is judged by the exit status."""
    if state is None:
        return RunStatus.UNKNOWN
    if state == "finished" and exit_status is not None:
        return RunStatus.SUCCEEDED if exit_status == 0 else RunStatus.FAILED
    return JOB_STATUSES.get(state, RunStatus.UNKNOWN)


def to_job(wire: WireJob, provider: str, place: BuildPlace, build: BuildKey) -> Job:
    """The build is named by the caller: a job's own row may not say which one it belongs to."""
    kind = JOB_KINDS.get(wire.type, JobKind.UNKNOWN)
    triggered = wire.triggered_build
    is_command = kind is JobKind.COMMAND
    return Job(
        key=_job_key(provider, place, wire.id),
        external_id=wire.id,
        build=build,
        kind=kind,
        status=job_status(wire.state, wire.exit_status),
        native_status=wire.state,
        name=wire.name or wire.label or None,
        command=wire.command or None,
        exit_status=wire.exit_status,
        soft_failed=wire.soft_failed is True,
        created_at=optional_utc(wire.created_at),
        started_at=optional_utc(wire.started_at),
        finished_at=optional_utc(wire.finished_at),
        # ASSUMED: null retries_count means a first attempt; disproved by a retried job that shows null.
        attempt=(wire.retries_count or 0) + 1 if is_command else None,
        retried_in=_job_key(provider, place, wire.retried_in_job_id) if wire.retried_in_job_id else None,
        unblockable=wire.unblockable,
        unblocked_by=to_actor(wire.unblocked_by),
        agent=AgentKey(provider, (place.organization, wire.agent.id)) if wire.agent and wire.agent.id else None,
        triggered_build=reference(provider, triggered.url, triggered.number) if triggered else None,
        url=wire.web_url,
        has_log=is_command and wire.started_at is not None,
    )


def to_annotation(wire: WireAnnotation, provider: str, place: BuildPlace, build: BuildKey) -> Annotation:
    return Annotation(
        key=AnnotationKey(provider, (place.organization, place.pipeline, str(place.number), wire.id)),
        external_id=wire.id,
        build=build,
        context=wire.context,
        style=wire.style,
        scope=wire.scope,
        priority=wire.priority,
        body_html=wire.body_html,
        job=_job_key(provider, place, wire.job_id) if wire.job_id else None,
        created_at=optional_utc(wire.created_at),
        updated_at=optional_utc(wire.updated_at),
    )


def to_artifact(wire: WireArtifact, provider: str, place: BuildPlace, build: BuildKey) -> BuildArtifact:
    """There is no address for people: the vendor's API address needs the token, its signed one leaks access."""
    job_id = wire.job_id or ""
    return BuildArtifact(
        key=BuildArtifactKey(provider, (place.organization, place.pipeline, str(place.number), job_id, wire.id)),
        external_id=wire.id,
        build=build,
        job=_job_key(provider, place, job_id) if job_id else None,
        path=wire.path,
        file_name=wire.filename,
        mime_type=wire.mime_type,
        size_bytes=wire.file_size,
        sha1=wire.sha1sum,
        state=wire.state,
    )


def plain_log(raw: bytes, *, cut: bool) -> str:
    """A log as text: without colour codes and time marks, with plain line ends. `cut`: it begins in the middle."""
    text = raw.decode("utf-8", "replace")
    if cut:
        # The first line may begin inside a character or an escape sequence.
        _, found, rest = text.partition("\n")
        text = rest if found else _CUT_MARK.sub("", text)
    return _ESCAPES.sub("", text).replace("\r\n", "\n")


def _job_key(provider: str, place: BuildPlace, job_id: str) -> JobKey:
    return JobKey(provider, (place.organization, place.pipeline, str(place.number), job_id))
