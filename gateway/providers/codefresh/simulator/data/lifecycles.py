"""The phases a build goes through, finished ones and ones that go on after the simulator started."""

from collections.abc import Sequence
from random import Random

from gateway.providers.codefresh.simulator.build import Phase
from gateway.providers.codefresh.simulator.times import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS

Phases = tuple[Phase, ...]

# ASSUMED: an approval that nobody gives ends the build as terminated after the default 168 hours;
# disproved by a build that ended otherwise.
APPROVAL_TIMEOUT_MS = 168 * HOUR_MS
DELAY_TIMEOUT_MS = 7 * DAY_MS

# ASSUMED: how long a termination takes; disproved by the times of a real one.
TERMINATION_MS = 3_000

_ENDINGS = ("success",) * 78 + ("error",) * 15 + ("terminated",) * 5 + ("denied",) * 2


def finished(created_ms: int, latest_ms: int, random: Random) -> Phases:
    """A build that is over by `latest_ms`."""
    ending = random.choice(_ENDINGS)
    began_ms = created_ms + random.randint(1_000, 30_000)
    if ending in ("error", "terminated") and random.random() < 0.15:
        return (Phase(created_ms, "pending"), Phase(min(began_ms, latest_ms), ending))
    length_ms = int(min(random.lognormvariate(11.8, 0.9), 2 * HOUR_MS)) + 5_000
    over_ms = min(began_ms + length_ms, latest_ms)
    phases = [Phase(created_ms, "pending"), Phase(began_ms, "running")]
    middle_ms = (began_ms + over_ms) // 2
    if ending == "denied":
        phases.append(Phase(middle_ms, "pending-approval"))
    elif ending == "success" and random.random() < 0.05:
        phases += [Phase(middle_ms, "pending-approval"), Phase((middle_ms + over_ms) // 2, "running")]
    elif ending == "terminated":
        phases.append(Phase(max(middle_ms, over_ms - 3_000), "terminating"))
    return (*phases, Phase(over_ms, ending))


def unfinished(status: str, created_ms: int, now_ms: int, random: Random) -> Phases:
    """A build that has this status at `now_ms` and goes on from there. Needs 40 s between the two times."""
    queued = Phase(created_ms, "pending")
    chosen = Phase(created_ms + 4_000, "elected")
    began = Phase(created_ms + 9_000, "running")
    soon_ms = now_ms + random.randint(5, 40) * SECOND_MS
    match status:
        case "pending":
            return (queued, Phase(soon_ms, "elected"), *_run(soon_ms + 5_000, random))
        case "elected":
            return (queued, Phase(now_ms - 2_000, "elected"), *_run(soon_ms, random))
        case "delayed":
            free_ms = min(now_ms + random.randint(10, 30) * MINUTE_MS, created_ms + DELAY_TIMEOUT_MS)
            return (queued, Phase(created_ms + 2_000, "delayed"), *_run(free_ms, random))
        case "running":
            return (queued, chosen, began, Phase(now_ms + random.randint(20, 600) * SECOND_MS, _outcome(random)))
        case "terminating":
            return (queued, chosen, began, Phase(now_ms - 5_000, "terminating"), Phase(soon_ms, "terminated"))
        case "pending-approval":
            asked_ms = created_ms + 30_000
            return (
                queued,
                chosen,
                began,
                Phase(asked_ms, "pending-approval"),
                Phase(asked_ms + APPROVAL_TIMEOUT_MS, "terminated"),
            )
        case _:
            raise ValueError(f"{status!r} is a final status")


def fresh(created_ms: int, random: Random) -> Phases:
    """A build that is created now: elected after 5 s, running after 10 s, over within 5 minutes."""
    return (
        Phase(created_ms, "pending"),
        Phase(created_ms + 5_000, "elected"),
        *_run(created_ms + 10_000, random),
    )


def launched(created_ms: int, random: Random, *, outcome: str | None, asks_approval: bool) -> Phases:
    """As a fresh one. With an approval in its way it waits for that 30 s after it began to run.

    `outcome` None: success or, now and then, error.
    """
    queued, chosen, *run = fresh(created_ms, random)
    if asks_approval:
        asked_ms = run[0].at_ms + 30_000
        waits = (Phase(asked_ms, "pending-approval"), Phase(asked_ms + APPROVAL_TIMEOUT_MS, "terminated"))
        return (queued, chosen, run[0], *waits)
    return (queued, chosen, *_ending(run, outcome))


def terminated(phases: Phases, now_ms: int) -> Phases:
    over_ms = now_ms + TERMINATION_MS
    return (*_past(phases, now_ms), Phase(now_ms, "terminating"), Phase(over_ms, "terminated"))


def approved(phases: Phases, now_ms: int, random: Random, *, outcome: str | None) -> Phases:
    return (*_past(phases, now_ms), *_ending(_run(now_ms, random), outcome))


def denied(phases: Phases, now_ms: int, ending: str) -> Phases:
    return (*_past(phases, now_ms), Phase(now_ms, ending))


def _past(phases: Phases, now_ms: int) -> Phases:
    return tuple(phase for phase in phases if phase.at_ms <= now_ms)


def _ending(run: Sequence[Phase], outcome: str | None) -> Sequence[Phase]:
    return run if outcome is None else (*run[:-1], run[-1]._replace(status=outcome))


def _run(began_ms: int, random: Random) -> Phases:
    return (Phase(began_ms, "running"), Phase(began_ms + random.randint(60, 290) * SECOND_MS, _outcome(random)))


def _outcome(random: Random) -> str:
    return "success" if random.random() < 0.8 else "error"
