"""The jobs of a build, made anew from the seed each time they are asked for."""

from datetime import datetime, timedelta
from random import Random

from gateway.providers.buildkite.simulator.data import Build, Job
from gateway.providers.buildkite.simulator.identifiers import job_uuid, seeded
from gateway.providers.buildkite.simulator.progress import Plan
from gateway.providers.buildkite.simulator.steps import Step, StepType
from gateway.providers.buildkite.simulator.timestamps import milliseconds, whole_milliseconds

JOB_STATES = (
    "pending",
    "waiting",
    "waiting_failed",
    "blocked",
    "blocked_failed",
    "unblocked",
    "unblocked_failed",
    "limiting",
    "limited",
    "scheduled",
    "reserved",
    "assigned",
    "accepted",
    "running",
    "passed",
    "failed",
    "canceling",
    "canceled",
    "expired",
    "timing_out",
    "timed_out",
    "skipped",
    "broken",
    "platform_limiting",
    "platform_limited",
)
_MANUAL_STATES = ("blocked", "blocked_failed", "unblocked", "unblocked_failed")
_OPEN_STATES = (
    *("pending", "waiting", "limiting", "limited", "platform_limiting", "platform_limited"),
    *("scheduled", "reserved", "assigned", "accepted", "running", "canceling", "timing_out", "blocked"),
)
_STARTED_STATES = frozenset({"running", "canceling", "timing_out", "passed", "failed", "timed_out"})
_NEVER_RAN = frozenset({"waiting_failed", "blocked_failed", "skipped", "broken", "expired"})


def make_jobs(build: Build, seed: int) -> list[Job]:
    """In step order. None for builds that were skipped; the attempt before an automatic retry comes first."""
    plan = build.plan
    if plan.outcome == "skipped":
        return []
    rng = seeded(seed, "jobs", build.id)
    if build.pipeline.museum:
        return _museum(build, rng)
    failing = plan.outcome == "failed"
    jobs: list[Job] = []
    steps = build.pipeline.steps if build.steps is None else build.steps
    scripts = [step for step in steps if step.type == "script" and step.stage == 0]
    unlucky = rng.randrange(len(scripts)) if scripts else None
    retry = plan.outcome == "passed" and rng.random() < 0.06
    soft = plan.outcome == "passed" and rng.random() < 0.05
    seen_scripts = 0
    for step in steps:
        if step.type != "script":
            jobs.append(_other(build, len(jobs), step, rng))
            continue
        is_unlucky = step.stage == 0 and seen_scripts == unlucky
        seen_scripts += 1
        for position in range(step.parallel):
            job = _script(build, len(jobs), step, rng)
            job.parallel = (position, step.parallel) if step.parallel > 1 else None
            jobs.append(job)
            if not (is_unlucky and position == 0):
                continue
            if failing:
                _fail(job, rng)
            elif soft:
                job.outcome, job.soft_failed = "failed", True
            elif retry and job.started_at is not None and job.finished_at is not None:
                jobs.append(_retried(job, len(jobs), rng))
    return jobs


def _window(plan: Plan, step: Step) -> tuple[datetime, datetime] | None:
    """The part of the build's run in which jobs of the step's stage may run."""
    if plan.started_at is None or plan.finished_at is None:
        return None
    length = plan.finished_at - plan.started_at
    if step.stage == 0:
        end = plan.failing_at or plan.canceling_at or plan.started_at + length * 0.6
        return plan.started_at, end
    return plan.started_at + length * 0.65, plan.finished_at


def _script(build: Build, index: int, step: Step, rng: Random) -> Job:
    plan = build.plan
    job = new_job(build, index, step, rng)
    window = _window(plan, step)
    outcome = _scripted_outcome(plan, step, rng)
    job.outcome = outcome
    job.finished_at = plan.finished_at
    if window is None or outcome in _NEVER_RAN or (outcome in ("waiting", "canceled") and step.stage > 0):
        return job
    opens, closes = window
    length = closes - opens
    job.started_at = whole_milliseconds(opens + length * rng.uniform(0.01, 0.3))
    if outcome != "canceled":
        job.finished_at = whole_milliseconds(opens + length * rng.uniform(0.6, 1.0))
    if build.pipeline.organization.agents and rng.random() < 0.9:
        job.agent = rng.choice(build.pipeline.organization.agents)
    return job


def _scripted_outcome(plan: Plan, step: Step, rng: Random) -> str:
    if plan.blocked_state and step.stage > 0:
        return "waiting"
    match plan.outcome:
        case "failed":
            return "passed" if step.stage == 0 else "waiting_failed"
        case "canceled":
            return "passed" if step.stage == 0 and rng.random() < 0.4 else "canceled"
        case "not_run":
            return rng.choice(("broken", "skipped"))
        case "waiting" | "waiting_failed":
            return plan.outcome
        case _:
            return "passed"


def _fail(job: Job, rng: Random) -> None:
    job.outcome = rng.choices(("failed", "timed_out", "expired"), (85, 10, 5))[0]
    if job.outcome == "expired":
        job.started_at = None
        job.agent = None
    job.finished_at = job.build.plan.failing_at


def _retried(first: Job, index: int, rng: Random) -> Job:
    """Makes `first` a failed attempt and returns the one that replaced it, in the rest of the same time."""
    second = new_job(first.build, index, first.step, rng)
    if first.started_at is None or first.finished_at is None:
        return second
    middle = whole_milliseconds(first.started_at + (first.finished_at - first.started_at) * 0.5)
    second.outcome, second.agent, second.parallel = "passed", first.agent, first.parallel
    second.started_at = min(first.finished_at, middle + timedelta(seconds=1))
    second.finished_at = first.finished_at
    second.retry_of, second.retries, first.retried_in = first.id, 1, second.id
    first.outcome, first.finished_at = "failed", middle
    return second


def _other(build: Build, index: int, step: Step, rng: Random) -> Job:
    plan = build.plan
    job = new_job(build, index, step, rng)
    window = _window(plan, step)
    job.finished_at = plan.finished_at
    if step.type == "manual":
        waits = plan.blocked_state != "" or plan.finished_at is None
        ends = {"failed": "blocked_failed", "canceled": "canceled", "not_run": "skipped"}
        job.outcome = "blocked" if waits else ends.get(plan.outcome, "unblocked")
        if job.outcome == "unblocked" and window is not None:
            job.finished_at = whole_milliseconds(window[0])
            job.unblocked_by = rng.choice(build.pipeline.organization.users)
    elif step.type == "trigger":
        job.outcome = _scripted_outcome(plan, step, rng)
        target = build.pipeline.organization.pipeline(step.target or "")
        if job.outcome == "passed" and window is not None and target is not None and target.loaded:
            job.started_at = whole_milliseconds(window[0])
            job.triggered = target.builds[build.ordinal * 7919 % target.loaded]
    return job


def new_job(build: Build, index: int, step: Step, rng: Random) -> Job:
    cluster = build.pipeline.cluster
    return Job(
        build=build,
        id=job_uuid(milliseconds(build.created_at), build.ordinal, index, rng),
        index=index,
        type=step.type,
        step=step,
        outcome="passed",
        label=step.label,
        behind=step.stage > 0,
        queue=cluster.queue(step.queue) if cluster is not None and step.type == "script" else None,
    )


def _museum(build: Build, rng: Random) -> list[Job]:
    """One job in every open state for the build that never ends, one in every other state for the failed one."""
    wanted = _OPEN_STATES if build.plan.finished_at is None else tuple(s for s in JOB_STATES if s not in _OPEN_STATES)
    jobs = [new_job(build, 0, Step("waiter", 0), rng)]
    for state in wanted:
        kind: StepType = "manual" if state in _MANUAL_STATES else "script"
        step = Step(kind, 0, state.replace("_", "-"), state, "make exhibit" if kind == "script" else "")
        job = new_job(build, len(jobs), step, rng)
        job.outcome = state
        if state in _STARTED_STATES:
            job.started_at = build.plan.started_at
        if build.plan.finished_at is not None:
            job.finished_at = build.plan.finished_at
        jobs.append(job)
    return jobs
