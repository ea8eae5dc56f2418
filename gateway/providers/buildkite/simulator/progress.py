"""How a build moves: a plan fixed at creation, and the state it gives at a moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from gateway.providers.buildkite.simulator.timestamps import whole_milliseconds

FILTER_STATES = frozenset(
    {
        "creating",
        "scheduled",
        "running",
        "passed",
        "failing",
        "failed",
        "blocked",
        "canceling",
        "canceled",
        "skipped",
        "not_run",
        "finished",
    }
)
TERMINAL_STATES = frozenset({"passed", "failed", "canceled", "skipped", "not_run"})
FINISHED_STATES = frozenset({"passed", "failed", "blocked", "canceled"})


@dataclass(frozen=True, slots=True)
class Plan:
    """When things happen to one build. `finished_at` None: it stays in `outcome` from its creation on."""

    outcome: str  # the native state once finished
    scheduled_at: datetime | None = None
    started_at: datetime | None = None
    failing_at: datetime | None = None
    canceling_at: datetime | None = None
    finished_at: datetime | None = None
    blocked_state: str = ""  # not empty: finished means waiting for a person, with `blocked: true`
    shows_finish: bool = True  # False: skipped, not_run and blocked while running
    resumed: str = ""  # not empty: the state until it finishes, since a write set it going again


@dataclass(frozen=True, slots=True)
class Progress:
    """A plan seen at a moment: what has happened by then."""

    state: str
    settled: bool  # nothing will change any more by itself
    blocked_state: str
    scheduled_at: datetime | None
    started_at: datetime | None
    failing_at: datetime | None
    finished_at: datetime | None

    @property
    def blocked(self) -> bool:
        return self.blocked_state != ""

    @property
    def filter_state(self) -> str:
        """What the state filter compares with: a blocked build is `blocked` there, and only there."""
        # ASSUMED: state=passed leaves out blocked builds that show passed; disproved by such a row in that list.
        return "blocked" if self.blocked else self.state


def progress_at(plan: Plan, now: datetime) -> Progress:
    ended = plan.finished_at is None or plan.finished_at <= now
    return Progress(
        state=plan.outcome if ended else _open_state(plan, now),
        settled=ended,
        blocked_state=plan.blocked_state if ended else "",
        scheduled_at=_past(plan.scheduled_at, now),
        started_at=_past(plan.started_at, now),
        failing_at=_past(plan.failing_at, now),
        finished_at=plan.finished_at if ended and plan.shows_finish else None,
    )


def _past(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and moment <= now else None


def _open_state(plan: Plan, now: datetime) -> str:
    if plan.resumed:
        return plan.resumed
    for moment, state in (
        (plan.canceling_at, "canceling"),
        (plan.failing_at, "failing"),
        (plan.started_at, "running"),
        (plan.scheduled_at, "scheduled"),
    ):
        if moment is not None and moment <= now:
            return state
    return "creating"


def finished_plan(outcome: str, created_at: datetime, rng: Random) -> Plan:
    """A build that takes at most 17 minutes; `blocked` is an outcome here, over any state that it may hide."""
    if outcome == "blocked":
        outcome = rng.choices(("blocked", "blocked:failed", "blocked:running"), (80, 12, 8))[0]
    scheduled_at = created_at + timedelta(milliseconds=rng.randint(0, 900))
    if outcome in ("skipped", "not_run"):
        return Plan(outcome, scheduled_at=scheduled_at, finished_at=scheduled_at, shows_finish=False)
    started_at = scheduled_at + timedelta(milliseconds=rng.randint(800, 60_000))
    return run_plan(outcome, scheduled_at, started_at, timedelta(milliseconds=rng.randint(5_000, 900_000)))


def run_plan(outcome: str, scheduled_at: datetime, started_at: datetime, length: timedelta) -> Plan:
    """From scheduled over running to the outcome; failing or canceling for the last stretch where that applies.

    `blocked` ends as passed and waiting for a person, `blocked:failed` and `blocked:running` as those.
    """
    word, _, hidden = outcome.partition(":")
    blocked_state = (hidden or "passed") if word == "blocked" else ""
    state = blocked_state or outcome
    finished_at = started_at + length
    late = whole_milliseconds(started_at + length * 0.8)
    return Plan(
        outcome=state,
        scheduled_at=scheduled_at,
        started_at=started_at,
        failing_at=late if state == "failed" else None,
        canceling_at=late if state == "canceled" else None,
        finished_at=whole_milliseconds(finished_at),
        blocked_state=blocked_state,
        shows_finish=state != "running",
    )


def recent_plan(kind: str, start: datetime, created_at: datetime, rng: Random, *, blocking: bool) -> Plan:
    """A build that is in state `kind` at `start` and goes on from there; waiting ones stay."""
    if kind in ("waiting", "waiting_failed"):
        return Plan(kind, scheduled_at=created_at)
    outcome = rng.choice(("passed", "passed", "failed", "blocked" if blocking else "passed"))
    if kind == "creating":
        scheduled_at = start + timedelta(seconds=rng.randint(3, 10))
        started_at = scheduled_at + timedelta(seconds=rng.randint(3, 20))
        return run_plan(outcome, scheduled_at, started_at, timedelta(seconds=rng.randint(60, 300)))
    scheduled_at = created_at + timedelta(milliseconds=rng.randint(1, 400))
    if kind == "scheduled":
        started_at = start + timedelta(seconds=rng.randint(5, 60))
        return run_plan(outcome, scheduled_at, started_at, timedelta(seconds=rng.randint(60, 600)))
    started_at = scheduled_at + timedelta(milliseconds=rng.randint(500, 9_000))
    elapsed = start - started_at
    if kind == "running":
        return run_plan(outcome, scheduled_at, started_at, elapsed * 1.3 + timedelta(seconds=rng.randint(20, 600)))
    return run_plan("failed" if kind == "failing" else "canceled", scheduled_at, started_at, elapsed * 1.1)
