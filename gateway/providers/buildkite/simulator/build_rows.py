"""Build rows as encoded bytes: settled parts are encoded once, and a row is the parts joined."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import msgspec

from gateway.providers.buildkite.simulator.build_content import content_of
from gateway.providers.buildkite.simulator.data import Build, Job, World
from gateway.providers.buildkite.simulator.identifiers import graphql_id
from gateway.providers.buildkite.simulator.jobs import (
    build_url,
    build_web_url,
    job_row,
    jobs_of,
    latest_only,
    user_row,
)
from gateway.providers.buildkite.simulator.pipelines import pipeline_row
from gateway.providers.buildkite.simulator.progress import Progress
from gateway.providers.buildkite.simulator.timestamps import iso


@dataclass(frozen=True, slots=True)
class View:
    """Which parts of a build an answer holds. `single` is the answer to getting one build."""

    base: str
    jobs: bool = True
    pipeline: bool = True
    retried: bool = False
    paused: bool = True
    webhook: bool = False
    single: bool = False
    test_engine: bool = False
    job_states: frozenset[str] = frozenset()


def build_row(build: Build, world: World, now: datetime, view: View) -> bytes:
    """One encoded row."""
    progress = build.progress(now)
    parts = [_core(build, world, progress, view.base)]
    if view.single:
        parts.append(b',"job_state_counts":' + msgspec.json.encode(_state_counts(build, world, now, view)))
    if view.test_engine:
        parts.append(b',"test_engine":{"runs":[]}')
    if view.pipeline:
        inner = pipeline_row(build.pipeline, world, now, view.base, webhook=view.webhook, inside=True)
        parts += (b',"pipeline":', inner)
    if view.jobs:
        parts += (b',"jobs":', _jobs(build, world, now, progress, view))
    parts.append(b"}")
    return b"".join(parts)


def _core(build: Build, world: World, progress: Progress, base: str) -> bytes:
    """Without the closing brace."""
    key = ("core", base)
    cached = build.rows.get(key)
    if cached is None:
        cached = msgspec.json.encode(_members(build, world.seed, progress, base))[:-1]
        if progress.settled:
            build.rows[key] = cached
    return cached


def _jobs(build: Build, world: World, now: datetime, progress: Progress, view: View) -> bytes:
    key = ("jobs", view.base, view.retried, view.paused, view.job_states)
    cached = build.rows.get(key)
    if cached is None:
        rows = [job_row(job, view.base, now, inside=True) for job in shown_jobs(build, world, now, view)]
        cached = msgspec.json.encode(rows)
        if progress.settled and view.paused and not view.job_states:
            build.rows[key] = cached
    return cached


def shown_jobs(build: Build, world: World, now: datetime, view: View) -> list[Job]:
    """The jobs that the view lets through."""
    jobs = jobs_of(build, world, now)
    if not view.retried:
        jobs = latest_only(jobs)
    if not view.paused:
        jobs = [job for job in jobs if not on_paused_queue(job)]
    if view.job_states:
        jobs = [job for job in jobs if job.state_at(now) in view.job_states]
    return jobs


def on_paused_queue(job: Job) -> bool:
    return job.queue is not None and job.queue.paused


def only_paused(build: Build, world: World, now: datetime) -> bool:
    """True if every job that has a queue waits on a paused one, and there is one."""
    queued = [job for job in jobs_of(build, world, now) if job.type == "script"]
    return bool(queued) and all(on_paused_queue(job) for job in queued)


def _state_counts(build: Build, world: World, now: datetime, view: View) -> dict[str, object]:
    """Every job of the build, whatever the filters; earlier attempts only when they were asked for."""
    # ASSUMED: waiters, which have no state, are not counted; disproved by a recorded count of a build with one.
    states: dict[str, int] = {}
    jobs: Collection[Job] = jobs_of(build, world, now)
    for job in jobs if view.retried else latest_only(jobs):
        if job.type != "waiter":
            state = job.state_at(now)
            states[state] = states.get(state, 0) + 1
    return {"total": sum(states.values()), "states": states}


def _cancel_reason(build: Build, progress: Progress) -> str | None:
    # ASSUMED: a build canceled over this API has no reason, as the call takes none; disproved by a recorded one.
    by_newer = progress.state == "canceled" and build.jobs is None and build.number % 3 == 0
    return "Cancelled by a newer build" if by_newer else None


def _members(build: Build, seed: int, progress: Progress, base: str) -> dict[str, object]:
    content = content_of(build, seed)
    pipeline = build.pipeline
    cluster = pipeline.cluster
    rebuilt, triggered = build.rebuilt_from, build.triggered_from
    creator = user_row(build.creator)
    if creator is not None and build.ordinal % 17 == 0:
        creator = {"id": creator["id"], "name": creator["name"]}
    row: dict[str, object] = {
        "id": build.id,
        "graphql_id": graphql_id("Build", build.id),
        "url": build_url(build, base),
        "web_url": build_web_url(build),
        "number": build.number,
        "state": progress.state,
        "cancel_reason": _cancel_reason(build, progress),
        "blocked": progress.blocked,
        "blocked_state": progress.blocked_state,
        "message": content.message,
        "commit": build.commit,
        "branch": build.branch,
        "tag": content.tag,
        "env": content.env,
        "source": build.source,
        "author": content.author,
        "creator": creator,
        "created_at": iso(build.created_at),
        "scheduled_at": iso(progress.scheduled_at),
        "started_at": iso(progress.started_at),
        "failing_at": iso(progress.failing_at),
        "finished_at": iso(progress.finished_at),
        "meta_data": content.meta_data,
        "pull_request": content.pull_request,
        "merge_queue": content.merge_queue,
        "rebuilt_from": None if rebuilt is None else {"id": rebuilt.id, "number": rebuilt.number, "url": build_url(rebuilt, base)},
        "triggered_from": None
        if triggered is None
        else {
            "build_id": triggered.id,
            "build_number": triggered.number,
            "build_pipeline_slug": triggered.pipeline.slug,
        },
    }
    if not build.old:
        row["cluster_id"] = cluster.id if cluster else None
        row["cluster_url"] = f"{base}/organizations/{pipeline.organization.slug}/clusters/{cluster.id}" if cluster else None
    return row
