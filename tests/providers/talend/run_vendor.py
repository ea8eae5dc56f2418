"""The vendor's run lists in memory: overlapping windows, no order, pages, and totals that may be missing."""

import random
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import msgspec

from gateway.providers.talend import runs_wire
from gateway.providers.talend.execution_filter import ExecutionFilter
from gateway.providers.talend.execution_lists import ExecutionLists
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.rows import Listing
from gateway.providers.talend.runs_client import RunsClient, TimesRefusedError
from gateway.providers.talend.vendor_clock import VendorClock

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ORIGIN = Origin("talend-eu", "https://cloud.talend.com")
DAY = timedelta(days=1)
SIMPLE = {
    "EXECUTION_SUCCESS": "execution_successful",
    "EXECUTION_FAILED": "execution_failed",
    "STARTING_FLOW_EXECUTION": "executing",
}


class TaskRun(msgspec.Struct, frozen=True):
    id: str
    task: str
    triggered: datetime
    started: datetime | None
    finished: datetime | None
    status: str = "EXECUTION_SUCCESS"
    plan_run: str | None = None

    def overlaps(self, oldest: datetime, newest: datetime) -> bool:
        return (self.started or self.triggered) <= newest and (self.finished or NOW) >= oldest

    def row(self) -> runs_wire.ListedTaskRun:
        return runs_wire.ListedTaskRun(
            execution_id=self.id,
            task_id=self.task,
            trigger_timestamp=self.triggered,
            start_timestamp=self.started,
            finish_timestamp=self.finished,
            execution_status=self.status,
            status=SIMPLE[self.status],
            plan_id=self.plan_run,
        )


class RunVendor:
    """What `ExecutionPages` needs of a client. `order`: newest, oldest, random (the same at each call)."""

    def __init__(
        self,
        runs: Sequence[TaskRun],
        *,
        order: str = "random",
        totals: bool = True,
        takes_times: bool = True,
        heeds_offset: bool = True,
    ) -> None:
        keys = {
            "newest": lambda run: -run.triggered.timestamp(),
            "oldest": lambda run: run.triggered,
            "random": lambda run: zlib.crc32(run.id.encode()),
        }
        self.runs = sorted(runs, key=keys[order])
        self._of: dict[str, list[TaskRun]] = {}
        for run in self.runs:
            self._of.setdefault(run.task, []).append(run)
        self.calls: list[tuple[int, dict[str, str]]] = []
        self.clock = VendorClock(lambda: NOW)
        self._totals = totals
        self._takes_times = takes_times
        self._heeds_offset = heeds_offset

    def lists(self, matching: ExecutionFilter) -> ExecutionLists:
        return ExecutionLists(cast("RunsClient", self), ORIGIN, matching)

    async def list_task_runs(self, offset: int, filters: Sequence[tuple[str, str]]) -> Listing[runs_wire.ListedTaskRun]:
        return self._page(self.runs, offset, dict(filters))

    async def list_task_runs_of(
        self, task: str, offset: int, filters: Sequence[tuple[str, str]]
    ) -> Listing[runs_wire.ListedTaskRun]:
        if not self._takes_times and "from" in dict(filters):
            self.calls.append((offset, dict(filters)))
            raise TimesRefusedError("from is not known", provider="talend-eu")
        return self._page(self._of.get(task, []), offset, dict(filters))

    def _page(self, runs: Sequence[TaskRun], offset: int, filters: dict[str, str]) -> Listing[runs_wire.ListedTaskRun]:
        self.calls.append((offset, filters))
        newest = _moment(filters["to"]) if "to" in filters else NOW
        oldest = _moment(filters["from"]) if "from" in filters else newest - 60 * DAY
        assert newest - oldest <= 60 * DAY, "the vendor would refuse this"
        found = [run for run in runs if run.overlaps(oldest, newest)]
        if "status" in filters:
            found = [run for run in found if SIMPLE[run.status] == filters["status"]]
        begin = offset if self._heeds_offset else 0
        return Listing([run.row() for run in found[begin : begin + 100]], len(found) if self._totals else None)


def _moment(ms: str) -> datetime:
    return datetime.fromtimestamp(int(ms) / 1000, UTC)


def history(
    tasks: Sequence[str], rates_a_day: Sequence[float], dice: random.Random, *, days: float = 58, failing: float = 0.1
) -> list[TaskRun]:
    """Runs that wait up to ten minutes and mostly take minutes, at times days."""
    runs: list[TaskRun] = []
    for task, rate in zip(tasks, rates_a_day, strict=True):
        age = 0.0
        while rate > 0 and (age := age + dice.expovariate(rate)) < days:
            runs.append(_run(f"{task}-{len(runs):05}", task, NOW - timedelta(seconds=round(age * 86_400, 3)), dice, failing))
    return runs


def _run(run_id: str, task: str, triggered: datetime, dice: random.Random, failing: float) -> TaskRun:
    triggered = triggered.replace(microsecond=triggered.microsecond // 1000 * 1000)
    status = "EXECUTION_FAILED" if dice.random() < failing else "EXECUTION_SUCCESS"
    started = triggered + timedelta(seconds=dice.choice((1, 5, 30, 600)))
    if started > NOW:
        return TaskRun(run_id, task, triggered, None, None, "STARTING_FLOW_EXECUTION")
    finished = started + timedelta(minutes=5_000 if dice.random() < 0.02 else dice.choice((1, 2, 5, 5, 10, 60)))
    if finished > NOW:
        return TaskRun(run_id, task, triggered, started, None, "STARTING_FLOW_EXECUTION")
    return TaskRun(run_id, task, triggered, started, finished, status)
