"""The step detail of a build: an array of revisions, the newest last."""

from random import Random

from gateway.providers.codefresh.simulator.build import Build
from gateway.providers.codefresh.simulator.data.account import ACCOUNT_ID
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.object_ids import ObjectIds
from gateway.providers.codefresh.simulator.steps import PREPARE, Step, plan_steps
from gateway.providers.codefresh.simulator.times import iso_ms

# This document has words of its own. ASSUMED: the two of builds that go on; disproved by a recorded running build.
_WORDS = {
    "success": "success",
    "error": "failure",
    "denied": "failure",
    "terminated": "terminated",
    "terminating": "running",
    "running": "running",
    "pending-approval": "pending-approval",
}


def context_revisions(build: Build, seed: int, now_ms: int) -> list[Document]:
    """Empty for a build that never began. Otherwise one to three revisions, each a look at an earlier time."""
    state = build.state_at(now_ms)
    if state.started_ms is None:
        return []
    random = Random(f"{seed}:revisions:{build.id}")
    ids = ObjectIds(random)
    seen_ms = now_ms if state.finished_ms is None else state.finished_ms
    count = random.randint(1, 3)
    looks = [state.started_ms + (seen_ms - state.started_ms) * part // count for part in range(1, count + 1)]
    steps = plan_steps(build, seed)
    bare = random.random() < 0.2
    return [_revision(build, steps, look_ms, number, ids.mint(look_ms), bare=bare) for number, look_ms in enumerate(looks, start=1)]


def _revision(build: Build, steps: list[Step], now_ms: int, number: int, revision_id: str, *, bare: bool) -> Document:
    """`bare`: steps that have not begun or were skipped stand there without a status."""
    state = build.state_at(now_ms)
    over = state.finished_ms is not None
    metadata: Document = {"Initializing": {"containerId": revision_id[-8:]}}
    for step in steps:
        if step.begun_at(now_ms):
            metadata[step.name] = _begun(step, now_ms)
        elif over:
            metadata[step.name] = {"type": step.kind} if bare else {"type": step.kind, "status": step.result}
    return {
        "_id": revision_id,
        "context": {"workflowMetadata": _workflow(build, steps, now_ms), "stepsMetadata": metadata},
        "metadata": {
            "account": ACCOUNT_ID,
            "process": build.id,
            "description": "Workflow post operations completed" if over else "Step started",
            "revision": number,
            "annotations": {"event": "workflow.finish-system" if over else "workflow.step", "final": over},
        },
    }


def _begun(step: Step, now_ms: int) -> Document:
    document: Document = {"type": step.kind} if step.kind else {}
    result = step.result_at(now_ms)
    document |= {"status": result, "startTimestamp": iso_ms(step.start_ms or 0)}
    if step.end_ms is not None and step.end_ms <= now_ms:
        document |= {
            "result": result,
            "finishTimestamp": iso_ms(step.end_ms),
            "totalTime": step.end_ms - (step.start_ms or 0),
        }
    if step.name != PREPARE:
        document |= {"maxAttempts": step.attempts, "currentAttempt": step.attempt}
    return document


def _workflow(build: Build, steps: list[Step], now_ms: int) -> Document:
    state = build.state_at(now_ms)
    start_ms = state.started_ms or 0
    prepared_ms = steps[0].end_ms or start_ms
    document: Document = {
        "startTimestamp": iso_ms(start_ms),
        "preStepsStartTimestamp": iso_ms(start_ms),
        "status": _WORDS[state.status],
        "mode": "sequential",
    }
    if prepared_ms <= now_ms:
        document |= {
            "preStepsFinishTimestamp": iso_ms(prepared_ms),
            "preStepsTotalTime": prepared_ms - start_ms,
            "preStepsStatus": "success",
        }
    if state.finished_ms is not None:
        document |= {
            "result": _WORDS[state.status],
            "finishTimestamp": iso_ms(state.finished_ms),
            "totalTime": state.finished_ms - start_ms,
        }
    return document
