"""How a build goes on that a write made or changed: what is left of its jobs gets times, from that moment on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from gateway.providers.buildkite.simulator.data import Build, Job
from gateway.providers.buildkite.simulator.identifiers import seeded
from gateway.providers.buildkite.simulator.job_plans import new_job
from gateway.providers.buildkite.simulator.progress import Plan
from gateway.providers.buildkite.simulator.timestamps import whole_milliseconds

_LEFT = frozenset({"waiting", "waiting_failed"})
_FAILED = frozenset({"failed", "timed_out", "expired"})
_BLOCKED = frozenset({"blocked", "blocked_failed"})


def fresh_jobs(build: Build, seed: int) -> list[Job]:
    """One per step and parallel place, none of them with times."""
    rng = seeded(seed, "jobs", build.id)
    jobs: list[Job] = []
    for step in build.pipeline.steps:
        for position in range(step.parallel):
            job = new_job(build, len(jobs), step, rng)
            job.outcome = "blocked" if step.type == "manual" else "waiting"
            job.parallel = (position, step.parallel) if step.parallel > 1 else None
            jobs.append(job)
    return jobs


def go_on(build: Build, jobs: list[Job], seed: int, now: datetime) -> None:
    """Plans the jobs that are left, up to the next block step or the end, and the build with them.

    Jobs that have times keep them. If the pipeline's verdict is failed, so does the first script that is planned.
    """
    latest = [job for job in jobs if job.retried_in is None]
    rng = seeded(seed, "course", build.id, len(jobs), now)
    failed = any(_fails(job) for job in latest)
    course = _Course(now, rng, unlucky=build.pipeline.verdict == "failed", failed=failed, stopped=failed)
    for job in latest:
        course.place(job)
    build.plan = _plan(build.plan, latest, course, now)
    build.jobs = jobs
    build.touch()


def _fails(job: Job) -> bool:
    return job.outcome in _FAILED and not job.soft_failed


@dataclass(slots=True)
class _Course:
    ready: datetime  # when the present stage begins
    rng: Random
    unlucky: bool
    failed: bool
    stopped: bool  # by a failure in a stage before
    blocked: bool = False
    end: datetime | None = None  # of what is planned so far

    def place(self, job: Job) -> None:
        if job.type in ("waiter", "manual"):
            self.ready = max(self.ready, self.end or self.ready)
            self.stopped = self.failed
        if job.type == "manual":
            self._place_manual(job)
        elif job.type != "waiter" and job.started_at is None and job.outcome in _LEFT:
            self._place_left(job)
        if job.finished_at is not None:
            self.end = max(job.finished_at, self.end or job.finished_at)

    def _place_manual(self, job: Job) -> None:
        if job.outcome in _BLOCKED and not self.blocked:
            self.blocked = not self.stopped
            job.outcome = "blocked" if self.blocked else "blocked_failed"
            job.finished_at = None if self.blocked else self.ready

    def _place_left(self, job: Job) -> None:
        job.finished_at = None
        if self.blocked:
            job.outcome = "waiting"
        elif self.stopped and job.retry_of is None:
            job.outcome, job.finished_at = "waiting_failed", self.ready
        else:
            self._run(job)

    def _run(self, job: Job) -> None:
        pipeline = job.build.pipeline
        job.queued_at = job.queued_at or self.ready
        job.started_at = whole_milliseconds(self.ready + timedelta(seconds=self.rng.uniform(2, 6)))
        job.finished_at = whole_milliseconds(job.started_at + timedelta(seconds=self.rng.uniform(20, 90)))
        job.outcome = "passed"
        if job.type == "trigger":
            target = pipeline.organization.pipeline(job.step.target or "")
            job.triggered = target.builds[-1] if target is not None and target.builds else None
            return
        job.agent = self.rng.choice(pipeline.organization.agents) if pipeline.organization.agents else None
        if self.unlucky:
            job.outcome, self.unlucky, self.failed = "failed", False, True


def _plan(before: Plan, jobs: list[Job], course: _Course, now: datetime) -> Plan:
    begun = before.started_at is not None and before.started_at <= now
    starts = [job.started_at for job in jobs if job.started_at is not None]
    failures = [job.finished_at for job in jobs if _fails(job) and job.finished_at is not None]
    plan = replace(
        before,
        outcome="failed" if course.failed else "passed",
        started_at=before.started_at if begun else min(starts, default=None),
        # Once in the past it stays, even if a retry passes (REST, builds, timestamps).
        failing_at=before.failing_at if _past(before.failing_at, now) else min(failures, default=None),
        finished_at=max(now, course.end or now),
        blocked_state="passed" if course.blocked else "",
        shows_finish=True,
        resumed="",
    )
    if any(job.started_at is not None and job.finished_at is None for job in jobs):
        return replace(plan, outcome="running", finished_at=None, blocked_state="")
    if begun:
        return replace(plan, resumed="failing" if any(moment <= now for moment in failures) else "running")
    return plan


def _past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
