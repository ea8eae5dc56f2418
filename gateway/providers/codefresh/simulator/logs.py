"""The log document of a finished build, in each of the forms that readers have to expect."""

from random import Random

from gateway.providers.codefresh.simulator.build import Build
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.steps import PREPARE, Step, plan_steps
from gateway.providers.codefresh.simulator.times import SECOND_MS

LONG_LOG_LINES = 4_000

_GREEN, _RED, _OFF = "\x1b[32m", "\x1b[1;31m", "\x1b[0m"
_LINES = (
    "Pulling image\n",
    f"{_GREEN}✓{_OFF} 214 tests passed\n",
    "Downloading packages ...\r\n",
    "warning: the lock file is older than its manifest\n",
    "Uploading layer 4 of 9\n",
    "Ready\n",
)


def log_document(build: Build, seed: int, progress_id: str) -> Document:
    """Two switches drawn per build: steps as list or keyed by id, lines as list or keyed by id. One build in fifty
    has a step with thousands of lines."""
    random = Random(f"{seed}:log:{build.id}")
    keyed_steps, keyed_lines, long = random.random() < 0.5, random.random() < 0.5, random.random() < 0.02
    over_ms = build.phases[-1].at_ms
    steps = [step for step in plan_steps(build, seed) if step.start_ms is not None]
    entries = [_entry(step, over_ms, random, keyed_lines=keyed_lines, long=long and step is steps[-1]) for step in steps]
    ids = [f"{build.id[:8]}{number:016x}" for number in range(len(entries))]
    shown: object = dict(zip(ids, entries, strict=True)) if keyed_steps else entries
    started_ms = build.state_at(over_ms).started_ms
    data: Document = {"finished": over_ms // SECOND_MS}
    if started_ms is not None:
        data["started"] = started_ms // SECOND_MS
    return {"id": progress_id, "steps": shown, "data": data}


def _entry(step: Step, over_ms: int, random: Random, *, keyed_lines: bool, long: bool) -> Document:
    count = LONG_LOG_LINES if long else random.randint(1, 12)
    lines = [random.choice(_LINES) for _ in range(count)]
    if step.result == "failure":
        lines.append(f"{_RED}1 failed{_OFF}\n")
    logs: object = {f"-L{number:06d}": line for number, line in enumerate(lines)} if keyed_lines else lines
    # ASSUMED: here a failed step is an error, as the build is; disproved by a log document with another word.
    status = {"failure": "error", "approved": "success"}.get(step.result, step.result)
    entry: Document = {
        "name": step.name,
        "status": status,
        "creationTimeStamp": (step.start_ms or 0) // SECOND_MS,
        "finishTimeStamp": (step.end_ms or over_ms) // SECOND_MS,
    }
    return entry if step.name == PREPARE and count % 4 == 0 else entry | {"logs": logs}
