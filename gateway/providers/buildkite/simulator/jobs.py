"""Job rows by type, and finding a job by its id alone."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from gateway.providers.buildkite.simulator.data import Build, Job, Organization, World
from gateway.providers.buildkite.simulator.identifiers import build_ordinal, graphql_id, seeded, uuid7
from gateway.providers.buildkite.simulator.job_plans import make_jobs
from gateway.providers.buildkite.simulator.resources import Agent, User
from gateway.providers.buildkite.simulator.timestamps import iso, milliseconds


def user_row(user: User | None) -> dict[str, object] | None:
    if user is None:
        return None
    return {
        "id": user.id,
        "graphql_id": graphql_id("User", user.id),
        "name": user.name,
        "email": user.email,
        "avatar_url": f"https://www.gravatar.com/avatar/{user.id.replace('-', '')}",
        "created_at": iso(user.created_at),
    }


def build_url(build: Build, base: str) -> str:
    pipeline = build.pipeline
    return f"{base}/organizations/{pipeline.organization.slug}/pipelines/{pipeline.slug}/builds/{build.number}"


def build_web_url(build: Build) -> str:
    return f"https://buildkite.com/{build.pipeline.organization.slug}/{build.pipeline.slug}/builds/{build.number}"


def jobs_of(build: Build, world: World, now: datetime) -> list[Job]:
    """All attempts, in step order; none before the build is scheduled."""
    if build.plan.scheduled_at is not None and build.plan.scheduled_at > now:
        return []
    return make_jobs(build, world.seed) if build.jobs is None else build.jobs


def latest_only(jobs: Iterable[Job]) -> list[Job]:
    return [job for job in jobs if job.retried_in is None]


def find_job(organization: Organization, world: World, job_id: str, now: datetime) -> Job | None:
    ordinal = build_ordinal(job_id)
    if ordinal is None or ordinal >= len(world.builds):
        return None
    build = world.builds[ordinal]
    if build.pipeline not in organization.pipelines:
        return None
    return next((job for job in jobs_of(build, world, now) if job.id == job_id), None)


def job_row(job: Job, base: str, now: datetime, *, inside: bool = False) -> dict[str, object]:
    """`inside`: as one of a build's jobs, where alone the group is shown."""
    match job.type:
        case "waiter":
            return _identity(job)
        case "manual":
            return _manual_row(job, base, now)
        case "trigger":
            return _trigger_row(job, base, now)
        case "script":
            group = {"group_key": job.step.group} if inside else {}
            return _script_row(job, base, now) | group


def _identity(job: Job) -> dict[str, object]:
    return {"id": job.id, "graphql_id": graphql_id("Job", job.id), "type": job.type}


def _manual_row(job: Job, base: str, now: datetime) -> dict[str, object]:
    state = job.state_at(now)
    unblocked = state == "unblocked"
    return _identity(job) | {
        "label": job.label,
        "state": state,
        "step_key": job.step.key,
        "web_url": None,
        "unblocked_by": user_row(job.unblocked_by) if unblocked else None,
        "unblocked_at": iso(job.finished_at) if unblocked else None,
        "unblockable": state == "blocked",
        "unblock_url": f"{build_url(job.build, base)}/jobs/{job.id}/unblock",
    }


def _trigger_row(job: Job, base: str, now: datetime) -> dict[str, object]:
    build = job.build
    begun = job.started_at is not None and job.started_at <= now
    target = job.triggered if begun else None
    return _identity(job) | {
        "name": job.label,
        "state": job.state_at(now),
        "async": True,
        "step_key": job.step.key,
        "build_url": build_url(build, base),
        "web_url": f"{build_web_url(build)}#{job.id}",
        "created_at": iso(build.created_at),
        "scheduled_at": iso(build.plan.scheduled_at),
        "runnable_at": iso(job.started_at) if begun else None,
        "started_at": iso(job.started_at) if begun else None,
        "finished_at": iso(job.finished_at) if begun and job.finished_by(now) else None,
        "triggered_build": None
        if target is None
        else {
            "id": target.id,
            "number": target.number,
            "url": build_url(target, base),
            "web_url": build_web_url(target),
        },
    }


def _script_row(job: Job, base: str, now: datetime) -> dict[str, object]:
    build, step = job.build, job.step
    state = job.state_at(now)
    url = f"{build_url(build, base)}/jobs/{job.id}"
    begun = job.started_at is not None and job.started_at <= now
    ended = job.finished_by(now)
    cluster = build.pipeline.cluster
    cluster_url = None if cluster is None else _cluster_url(build, cluster.id, base)
    row = _identity(job) | {
        "name": job.label.replace("%n", str((job.parallel or (0, 1))[0] + 1)) if job.label else None,
        "step_key": step.key,
        "step": {"id": _step_id(job), "signature": None},
        "priority": {"number": job.priority},
        "agent_query_rules": [f"queue={step.queue}"],
        "state": state,
        "build_url": build_url(build, base),
        "web_url": f"{build_web_url(build)}#{job.id}",
        "log_url": f"{url}/log",
        "raw_log_url": f"{url}/log.txt",
        "artifacts_url": f"{url}/artifacts",
        "command": step.command,
        "soft_failed": job.soft_failed and ended,
        "exit_status": _exit_status(state),
        "signal": "SIGTERM" if state == "canceled" and begun else None,
        "signal_reason": "cancel" if state == "canceled" and begun else None,
        "broken_reason": ("conditional_failed", "branch_mismatch")[job.index % 2] if state == "broken" else None,
        "artifact_paths": step.artifacts,
        "created_at": iso(job.queued_at if job.retry_of is not None and job.queued_at else build.created_at),
        "scheduled_at": iso(build.plan.scheduled_at),
        "runnable_at": iso(job.started_at - timedelta(milliseconds=400)) if begun and job.started_at else None,
        "concurrency_wait_time_ms": None,
        "started_at": iso(job.started_at) if begun else None,
        "finished_at": iso(job.finished_at) if ended and begun else None,
        "expired_at": iso(job.finished_at) if state == "expired" else None,
        "retried": job.retried_in is not None and ended,
        "retried_in_job_id": job.retried_in if ended else None,
        "retries_count": job.retries or None,
        "retry_source": None if job.retry_of is None else _retry_source(job),
        "retry_type": job.retry_type if job.retried_in is not None and ended else None,
        "retried_by": user_row(job.retried_by),
        "parallel_group_index": job.parallel[0] if job.parallel else None,
        "parallel_group_total": job.parallel[1] if job.parallel else None,
        "matrix": None,
        "agent": _agent_of(job, base, now) if begun else None,
        "cluster_id": cluster.id if cluster is not None else None,
        "cluster_url": cluster_url,
        "cluster_queue_id": job.queue.id if job.queue is not None else None,
        "cluster_queue_url": f"{cluster_url}/queues/{job.queue.id}" if job.queue is not None else None,
    }
    if state == "running" and job.index % 5 == 4:
        row |= {"promised_exit_status": 1, "promised_exit_status_at": iso(job.started_at)}
    return row


def _retry_source(job: Job) -> dict[str, object]:
    return {"job_id": job.retry_of, "retry_type": "manual" if job.queued_at is not None else "automatic"}


def _exit_status(state: str) -> int | None:
    return {"passed": 0, "failed": 1, "timed_out": -1, "canceled": -1}.get(state)


def _step_id(job: Job) -> str:
    """Shared by the parallel jobs and attempts of one step."""
    rng = seeded("step", job.build.id, job.step.key, job.step.command)
    return uuid7(milliseconds(job.build.created_at), rng)


def _cluster_url(build: Build, cluster_id: str, base: str) -> str:
    return f"{base}/organizations/{build.pipeline.organization.slug}/clusters/{cluster_id}"


def _agent_of(job: Job, base: str, now: datetime) -> dict[str, object] | None:
    """Null, a partial object, or the agent without its own job."""
    agent: Agent | None = job.agent
    if agent is None:
        return None
    if not agent.modern:
        return {"id": agent.id, "name": agent.name}
    return agent_identity(agent, job.build.pipeline.organization.slug, base, now)


def agent_identity(agent: Agent, organization: str, base: str, now: datetime) -> dict[str, object]:
    """What a job shows of a modern agent."""
    return {
        "id": agent.id,
        "graphql_id": graphql_id("Agent", agent.id),
        "url": f"{base}/organizations/{organization}/agents/{agent.id}",
        "web_url": f"https://buildkite.com/organizations/{organization}/agents/{agent.id}",
        "name": agent.name,
        "connection_state": agent.state_at(now),
        "hostname": agent.hostname,
        "ip_address": "192.0.2.10",
        "user_agent": f"buildkite-agent/{agent.version} (linux; amd64)",
        "version": agent.version,
        "creator": None,
        "created_at": iso(agent.created_at),
        "priority": 0,
        "meta_data": [f"queue={agent.queue.key}"] if agent.queue is not None else [],
    }
