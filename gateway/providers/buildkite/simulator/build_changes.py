"""What accepted writes do to builds and their jobs."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.providers.buildkite.simulator.build_parts import BuildContent
from gateway.providers.buildkite.simulator.course import fresh_jobs, go_on
from gateway.providers.buildkite.simulator.data import Build, Job, Pipeline, World
from gateway.providers.buildkite.simulator.identifiers import seeded, uuid7
from gateway.providers.buildkite.simulator.job_plans import make_jobs, new_job
from gateway.providers.buildkite.simulator.progress import Plan
from gateway.providers.buildkite.simulator.resources import User
from gateway.providers.buildkite.simulator.timestamps import milliseconds, whole_milliseconds

CANCEL_GRACE = timedelta(seconds=10)
RETRYABLE = frozenset({"failed", "timed_out", "expired", "canceled"})
_RUNNING = frozenset({"running", "canceling", "timing_out"})
_QUEUED = frozenset(
    {
        *("pending", "waiting", "limiting", "limited", "platform_limiting", "platform_limited"),
        *("scheduled", "reserved", "assigned", "accepted", "blocked"),
    }
)


@dataclass(frozen=True, slots=True)
class Order:
    """A build that somebody asks for."""

    pipeline: Pipeline
    branch: str
    commit: str
    content: BuildContent
    creator: User
    rebuilt_from: Build | None = None


def create(order: Order, world: World, now: datetime) -> Build:
    """Scheduled at once, with the next number of its pipeline."""
    # ASSUMED: the answer shows a scheduled build with its jobs, as documented ones do; disproved by a recorded answer
    # in state creating.
    moment = whole_milliseconds(now)
    pipeline = order.pipeline
    rng = seeded(world.seed, "create", len(world.builds))
    build = Build(
        ordinal=len(world.builds),
        pipeline=pipeline,
        id=uuid7(milliseconds(moment), rng),
        number=max(pipeline.by_number, default=0) + 1,
        created_at=moment,
        plan=Plan("scheduled", scheduled_at=moment),
        branch=order.branch,
        commit=order.commit,
        source="api",
        creator=order.creator,
        rebuilt_from=order.rebuilt_from,
        content=order.content,
    )
    world.insert(build)
    go_on(build, fresh_jobs(build, world.seed), world.seed, moment)
    return build


def _kept_jobs(build: Build, world: World) -> list[Job]:
    """From now on the build's own, no longer made from the seed."""
    if build.jobs is None:
        build.jobs = make_jobs(build, world.seed)
    return build.jobs


def _kept(job: Job, world: World) -> Job:
    return next(each for each in _kept_jobs(job.build, world) if each.id == job.id)


def cancel(build: Build, world: World, now: datetime) -> None:
    """Running jobs get ten seconds; without one the build is canceled at once."""
    moment = whole_milliseconds(now)
    states = [(job, job.state_at(now)) for job in _kept_jobs(build, world)]
    running = any(state in _RUNNING for _, state in states)
    end = moment + CANCEL_GRACE if running else moment
    for job, state in states:
        if state in _RUNNING:
            job.outcome, job.soft_failed, job.finished_at = "canceled", False, end
        elif state in _QUEUED:
            job.outcome, job.started_at, job.finished_at = "canceled", None, moment
    progress = build.progress(now)
    build.plan = Plan(
        outcome="canceled",
        scheduled_at=build.plan.scheduled_at,
        started_at=progress.started_at,
        failing_at=progress.failing_at,
        canceling_at=moment if running else None,
        finished_at=end,
        resumed="canceling" if running else "",
    )
    build.touch()


def retry(jobs: list[Job], user: User, world: World, now: datetime) -> list[Job]:
    """The new attempts of jobs of one build, which goes on with them."""
    moment = whole_milliseconds(now)
    made: list[Job] = []
    for first in (_kept(job, world) for job in jobs):
        kept = _kept_jobs(first.build, world)
        index = max(job.index for job in kept) + 1
        attempt = new_job(first.build, index, first.step, seeded(world.seed, "retry", first.id))
        attempt.outcome, attempt.parallel, attempt.behind = "waiting", first.parallel, first.behind
        attempt.retry_of, attempt.retries, attempt.queued_at = first.id, first.retries + 1, moment
        attempt.priority = first.priority
        first.retried_in, first.retried_by, first.retry_type = attempt.id, user, "manual"
        kept.insert(kept.index(first) + 1, attempt)
        made.append(attempt)
    if made:
        build = made[0].build
        go_on(build, _kept_jobs(build, world), world.seed, moment)
    return made


def unblock(job: Job, unblocker: User, content: BuildContent, world: World, now: datetime) -> Job:
    """The build goes on at once, or after the steps before if they have not ended. `content` holds the fields' values."""
    moment = whole_milliseconds(now)
    build = job.build
    kept = _kept(job, world)
    kept.outcome, kept.finished_at, kept.unblocked_by = "unblocked", moment, unblocker
    build.content = content
    go_on(build, _kept_jobs(build, world), world.seed, moment)
    return kept


def reprioritize(job: Job, priority: int, world: World) -> Job:
    kept = _kept(job, world)
    kept.priority = priority
    job.build.touch()
    return kept


def with_meta_data(content: BuildContent, added: dict[str, str]) -> BuildContent:
    return replace(content, meta_data=content.meta_data | added)
