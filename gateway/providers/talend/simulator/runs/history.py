"""The runs that the tenant has had when the simulator starts: a function of profile, seed and the clock's start."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from gateway.providers.talend.simulator.credentials import FULL_TOKEN, ONE_ENVIRONMENT_TOKEN, RUNNER_ACCOUNT
from gateway.providers.talend.simulator.data import Tenant
from gateway.providers.talend.simulator.identifiers import seeded, uuid4
from gateway.providers.talend.simulator.runs.ending import Ending, Phase
from gateway.providers.talend.simulator.runs.past_endings import TIMEOUT_MIN, drawn, rarities
from gateway.providers.talend.simulator.runs.request import ExecutionType, RunRequest
from gateway.providers.talend.simulator.runs.statuses import DISPATCHING, RECEIVED, STARTING, STOPPING, TERMINATED, TIMED_OUT
from gateway.providers.talend.simulator.runs.task_facts import TaskFacts, is_configured, task_facts
from gateway.providers.talend.simulator.runs.task_run import TaskRun

DAYS = 60
_BUSIEST = 420
_POWER = 0.95
_WITHOUT_RUNS = 3  # tasks
_NEWEST = timedelta(minutes=15)  # finished runs were triggered before this
_OLDEST = timedelta(days=DAYS, minutes=-20)

_EVEN_RUNS = 10
_EVEN_STEP = timedelta(minutes=20)

_USERS = (FULL_TOKEN.caller, RUNNER_ACCOUNT.caller, ONE_ENVIRONMENT_TOKEN.caller)
# Trigger types of run configurations that are not schedules.
_UNSCHEDULED: dict[str, ExecutionType] = {"MANUAL": "MANUAL", "WEBHOOK": "WEBHOOK"}


class TaskHistory:
    """Runs of tasks on their own; those of plans come from the plans' history."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._start = tenant.clock.start
        self._random = seeded(tenant.seed, "task runs")
        self.runs: list[TaskRun] = []

    def even(self) -> list[TaskRun]:
        """Round after round all tasks in the same order, one every twenty minutes; all went well."""
        tasks = [task_facts(self._tenant, task_id) for task_id in self._tenant.tasks]
        first = self._start - _EVEN_STEP * len(tasks) * _EVEN_RUNS
        for index in range(len(tasks) * _EVEN_RUNS):
            ending = Ending(running_s=self._random.uniform(20, 280), processed_rows=self._random.randint(100, 5_000))
            self.add(tasks[index % len(tasks)], first + _EVEN_STEP * index, ending)
        return self.runs

    def uneven(self) -> list[TaskRun]:
        """Hundreds for a few tasks, none for some, every status and every reason for a misfire at least once."""
        tasks = [task_facts(self._tenant, task_id) for task_id in self._tenant.tasks if is_configured(self._tenant, task_id)]
        endless = [task for task in tasks if task.service or task.streaming]
        batch = [task for task in tasks if not (task.service or task.streaming)]
        self._random.shuffle(batch)
        batch = batch[: max(1, len(batch) - _WITHOUT_RUNS)]
        for rank, task in enumerate(batch):
            self._batch(task, max(1, int(_BUSIEST / (rank + 1) ** _POWER)), failing=self._random.choice((0.02, 0.06, 0.12, 0.3)))
        for task in endless:
            self._endless(task)
        self._rare(batch[0])
        # The busiest tasks stay free, so that they can be run at once.
        for task, status in zip(batch[::-1], (RECEIVED, DISPATCHING, STARTING, STOPPING, STARTING), strict=False):
            self._unfinished(task, status)
        return self.runs

    def add(
        self,
        task: TaskFacts,
        at: datetime,
        ending: Ending,
        *,
        timeout_min: int | None = None,
        plan_run_id: str | None = None,
        request: RunRequest | None = None,
    ) -> TaskRun:
        if request is None:
            request = self._request(task, at, timeout_min)
        run = TaskRun(
            id=uuid4(self._random),
            sequence=len(self.runs),
            task=task,
            request=request,
            ending=ending,
            phases=ending.phases(at, task.timeout_min if timeout_min is None else timeout_min),
            account_id=self._tenant.account_id,
            plan_run_id=plan_run_id,
        )
        self.runs.append(run)
        return run

    def _batch(self, task: TaskFacts, count: int, *, failing: float) -> None:
        with_rejected = self._tenant.settings.rejected_rows
        for at in spread(self._random, self._start, count):
            ending = drawn(self._random, failing=failing, with_rejected=with_rejected)
            longest_s = (self._start - at - timedelta(seconds=30)).total_seconds()
            if ending.running_s is not None and ending.running_s > longest_s:
                ending = replace(ending, running_s=longest_s)
            self.add(task, at, ending)

    def _endless(self, task: TaskFacts) -> None:
        """Weeks each, and one that still runs."""
        for from_day, to_day in ((57, 31), (30, 19)):
            at = self._start - timedelta(days=from_day, minutes=self._random.randint(0, 600))
            length_s = timedelta(days=from_day - to_day).total_seconds()
            status = "EXECUTION_SUCCESS" if task.service else TERMINATED
            self.add(task, at, Ending(status=status, running_s=length_s))
        self.add(task, self._start - timedelta(days=18, minutes=self._random.randint(0, 600)), Ending(running_s=None))

    def _rare(self, task: TaskFacts) -> None:
        endings = rarities(self._random, with_rejected=self._tenant.settings.rejected_rows)
        for number, ending in enumerate(endings):
            at = self._start - timedelta(days=2 + number * 2, minutes=self._random.randint(0, 900))
            self.add(task, at, ending, timeout_min=TIMEOUT_MIN if ending.status == TIMED_OUT else None)
        # One that spans whole days.
        self.add(task, self._start - timedelta(days=12), Ending(running_s=timedelta(hours=52).total_seconds()))

    def _unfinished(self, task: TaskFacts, status: str) -> None:
        """Has this status now, and goes on from there."""
        now, second = self._start, timedelta(seconds=1)
        match status:
            case "EXECUTION_EVENT_RECEIVED":
                self.add(task, now - second, Ending(received_s=20, dispatching_s=5, running_s=90))
            case "DISPATCHING_FLOW":
                self.add(task, now - 5 * second, Ending(received_s=1, dispatching_s=30, running_s=150))
            case "STOPPING_FLOW_EXECUTION":
                run = self.add(task, now - 300 * second, Ending(running_s=None))
                run.phases = (*run.phases, Phase(now - second, STOPPING), Phase(now + 10 * second, TERMINATED))
            case _:
                self.add(task, now - 240 * second, Ending(running_s=900, processed_rows=61_044))

    def _request(self, task: TaskFacts, at: datetime, timeout_min: int | None) -> RunRequest:
        trigger = self._tenant.run_configs.get(task.task_id, {}).get("trigger", {}).get("type", "MANUAL")
        kind = _UNSCHEDULED.get(trigger, "SCHEDULED")
        if kind == "SCHEDULED" and self._random.random() < 0.1:
            kind = "MANUAL"
        user = self._random.choice(_USERS) if kind == "MANUAL" else _USERS[0]
        version = "2026-01" if kind == "MANUAL" and user.type == "SERVICE" else None
        return RunRequest(at, user.id, user.type, kind, version, timeout_min)


def spread(random: Random, start: datetime, count: int, newest: timedelta = _NEWEST) -> list[datetime]:
    """Oldest first, over the sixty days before the start; at regular distances with some disorder."""
    step = (_OLDEST - newest) / max(1, count)
    return [start - _OLDEST + step * index + step * random.uniform(0, 0.9) for index in range(count)]
