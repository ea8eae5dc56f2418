"""Begins runs of tasks: the checks that a run meets after it was accepted, and the receipts of services."""

from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.providers.talend.simulator.data import Tenant
from gateway.providers.talend.simulator.identifiers import seeded
from gateway.providers.talend.simulator.runs.ending import Ending, misfired
from gateway.providers.talend.simulator.runs.request import RunRequest
from gateway.providers.talend.simulator.runs.scripts import Scripts
from gateway.providers.talend.simulator.runs.store import RunStore
from gateway.providers.talend.simulator.runs.task_facts import TaskFacts, is_configured, task_facts
from gateway.providers.talend.simulator.runs.task_run import TaskRun

_AFTER_RECEIPT = timedelta(milliseconds=500)


class TaskLaunch:
    """Every run ends up in the store, also one that never starts."""

    def __init__(self, tenant: Tenant, store: RunStore[TaskRun], scripts: Scripts, new_id: Callable[[], str]) -> None:
        self._tenant = tenant
        self._store = store
        self._scripts = scripts
        self._new_id = new_id

    def run(self, task_id: str, request: RunRequest, plan_run_id: str | None = None) -> TaskRun:
        """KeyError for an unknown task."""
        task = task_facts(self._tenant, task_id)
        return self._begin(task, request, plan_run_id=plan_run_id)

    def run_unchecked(self, task_id: str, request: RunRequest, ending: Ending | None) -> TaskRun:
        """A run that nothing keeps from starting. KeyError for an unknown task."""
        task = task_facts(self._tenant, task_id)
        return self._begin(task, request, ending=ending or Ending(running_s=30.0, processed_rows=1_000))

    def run_by_receipt(self, task_id: str, request: RunRequest) -> str:
        """The id returned is no run's. The real run, on a cluster one per engine, is listed later."""
        settings = self._tenant.settings
        task = task_facts(self._tenant, task_id)
        receipt = self._new_id()
        listed_from = request.at + timedelta(seconds=settings.receipt_delay_s)
        later = RunRequest(
            request.at + _AFTER_RECEIPT, request.user, request.user_type, "MANUAL", request.api_version, request.timeout_min
        )
        reason = self._misfire(task, later.at)
        for _ in range(1 if reason is not None else self._engines_of(task)):
            self._begin(task, later, ending=reason, listed_from=listed_from)
        return receipt

    def is_running(self, task_id: str, at: datetime) -> bool:
        return any(run.is_active_at(at) for run in self._store.of(task_id))

    def _begin(
        self,
        task: TaskFacts,
        request: RunRequest,
        *,
        plan_run_id: str | None = None,
        ending: Ending | None = None,
        listed_from: datetime | None = None,
    ) -> TaskRun:
        run_id = self._new_id()
        if ending is None:
            reason = self._misfire(task, request.at) if listed_from is None else None
            ending = reason or self._scripts.next_for(task, seeded(self._tenant.seed, run_id))
        timeout_min = task.timeout_min if request.timeout_min is None else request.timeout_min
        run = TaskRun(
            id=run_id,
            sequence=len(self._store),
            task=task,
            request=request,
            ending=ending,
            phases=ending.phases(request.at, timeout_min),
            account_id=self._tenant.account_id,
            plan_run_id=plan_run_id,
            listed_from=listed_from,
        )
        self._store.add(run)
        return run

    def _misfire(self, task: TaskFacts, at: datetime) -> Ending | None:
        """What keeps an accepted run from starting."""
        if self._tenant.is_paused(task.task_id):
            return misfired("TASK_IS_PAUSED", "The task is paused")
        if not is_configured(self._tenant, task.task_id):
            # ASSUMED: only a plan can get here, and the reason is UNKNOWN; disproved by another reason in such a run.
            return misfired("UNKNOWN", "The task has no run configuration")
        engine = self._tenant.engines.get(task.runtime.get("id") or "")
        if task.destination == "REMOTE_ENGINE" and engine is not None and engine.get("availability") != "AVAILABLE":
            return misfired("REMOTE_ENGINE_UNAVAILABLE", f"Remote engine {engine['id']} is not available")
        if not task.parallel_allowed and self.is_running(task.task_id, at):
            return misfired("PARALLEL_EXECUTION_FORBIDDEN", "The task is running already, parallel runs are not allowed")
        if self._queued(task.task_id, at) >= self._tenant.settings.queue_limit:
            # ASSUMED: the reason of a run beyond the queue's limit; disproved by another reason in such a run.
            return misfired("MAX_PARALLEL_TASKS_LIMIT_REACHED", "Too many runs of the task are in the queue")
        return None

    def _queued(self, task_id: str, at: datetime) -> int:
        since = at - timedelta(seconds=self._tenant.settings.queue_window_s)
        count = 0
        for run in self._store.of(task_id):
            if run.request.at < since:
                break
            count += run.is_active_at(at)
        return count

    def _engines_of(self, task: TaskFacts) -> int:
        cluster = self._tenant.clusters.get(task.runtime.get("id") or "")
        if task.destination != "REMOTE_ENGINE_CLUSTER" or cluster is None:
            return 1
        return max(1, len(cluster.get("engines", ())))
