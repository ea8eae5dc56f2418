"""What a build did, step by step: made up from its phases on demand, never stored."""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from gateway.providers.codefresh.simulator.build import TERMINAL, Build

PREPARE = "Initializing Process"
APPROVAL = "approval"

_FALLBACK_STEPS = ("main_clone", "build_image", "deploy")
_TYPES = ("freestyle", "build", "push", "git-clone", "deploy")

# What the status after an approval says of the answer. Any other: nobody gave one.
_ANSWERS = {"running": "approved", "error": "denied", "denied": "denied"}
# How the step that runs when the build ends is said to have ended.
_LAST_RESULT = {"success": "success", "error": "failure", "terminated": "terminated", "denied": "denied"}


@dataclass(frozen=True, slots=True)
class Step:
    """`end_ms` None: no end is planned. Skipped steps have no times."""

    name: str
    kind: str
    start_ms: int | None
    end_ms: int | None
    result: str
    attempt: int = 1
    attempts: int = 1

    def result_at(self, now_ms: int) -> str:
        if self.end_ms is None or self.end_ms <= now_ms:
            return self.result
        return "pending-approval" if self.kind == "pending-approval" else "running"

    def begun_at(self, now_ms: int) -> bool:
        return self.start_ms is not None and self.start_ms <= now_ms


def plan_steps(build: Build, seed: int) -> list[Step]:
    """In order of start, those still to come included; empty for a build that never runs."""
    random = Random(f"{seed}:steps:{build.id}")
    # Neighbouring phases as (status, start, end, what comes next); the final one has no length.
    spans = [(phase.status, phase.at_ms, after.at_ms, after.status) for phase, after in pairwise(build.phases)]
    working = [(start, end) for status, start, end, _ in spans if status == "running"]
    if not working:
        return []
    ending = build.phases[-1].status
    names = list(build.step_names or _FALLBACK_STEPS)
    shares = _shares(names, len(working))
    steps: list[Step] = []
    for status, start_ms, end_ms, after in spans:
        if status == "running":
            if not steps:
                ready_ms = start_ms + (end_ms - start_ms) // 8
                steps.append(Step(PREPARE, "", start_ms, ready_ms, "success"))
                steps += _work(shares.pop(0), ready_ms, end_ms, random)
            else:
                steps += _work(shares.pop(0), start_ms, end_ms, random)
        elif status == "pending-approval":
            steps.append(Step(APPROVAL, "pending-approval", start_ms, end_ms, _ANSWERS.get(after, "terminated")))
        elif status == "terminating":
            steps[-1] = _ended(steps[-1], end_ms, steps[-1].result)
    last = steps[-1]
    if last.kind != "pending-approval":
        steps[-1] = _ended(last, last.end_ms, _LAST_RESULT[ending] if ending in TERMINAL else "success")
    if ending != "success" and random.random() < 0.5:
        steps.append(Step("cleanup", "freestyle", None, None, "skipped"))
    return steps


def _shares(names: list[str], parts: int) -> list[list[str]]:
    """The step names dealt out to the stretches of work, at least one to each."""
    size = max(1, len(names) // parts)
    shares = [names[part * size : (part + 1) * size] or [f"after_approval_{part}"] for part in range(parts)]
    shares[-1] += names[parts * size :]
    return shares


def _work(names: list[str], start_ms: int, end_ms: int, random: Random) -> list[Step]:
    """Steps one after another that fill the stretch; now and then one needed a second attempt."""
    cuts = sorted(random.randint(start_ms, end_ms) for _ in names[1:])
    edges = [start_ms, *cuts, end_ms]
    steps = []
    for name, (begin_ms, over_ms) in zip(names, pairwise(edges), strict=True):
        retried = random.random() < 0.1
        attempts = {"attempt": 2, "attempts": 3} if retried else {}
        steps.append(Step(name, random.choice(_TYPES), begin_ms, over_ms, "success", **attempts))
    return steps


def _ended(step: Step, end_ms: int | None, result: str) -> Step:
    return Step(step.name, step.kind, step.start_ms, end_ms, result, step.attempt, step.attempts)
