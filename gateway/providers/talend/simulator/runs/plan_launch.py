"""Begins runs and re-runs of plans."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from gateway.providers.talend.simulator.data import Tenant
from gateway.providers.talend.simulator.runs.engine import PlanEngine
from gateway.providers.talend.simulator.runs.plan_run import PlanRun, StepRun
from gateway.providers.talend.simulator.runs.request import RunRequest
from gateway.providers.talend.simulator.runs.statuses import PLAN_MISFIRED, PLAN_STARTED, REJECTED, SUCCESS
from gateway.providers.talend.simulator.runs.step import Step, steps_of
from gateway.providers.talend.simulator.runs.store import RunStore
from gateway.providers.talend.simulator.runs.task_launch import TaskLaunch
from gateway.providers.talend.simulator.runs.task_run import TaskRun


class PlanLaunch:
    """Every run ends up in the store, also one that misfires. It is the engine's `Launch` too."""

    def __init__(self, tenant: Tenant, store: RunStore[PlanRun], tasks: TaskLaunch, new_id: Callable[[], str]) -> None:
        self._tenant = tenant
        self._store = store
        self._tasks = tasks
        self._new_id = new_id
        self.engine = PlanEngine(self, new_id)

    def task(self, task_id: str, request: RunRequest, plan_run_id: str) -> TaskRun:
        return self._tasks.run(task_id, request, plan_run_id)

    def plan(self, plan_id: str, request: RunRequest) -> PlanRun:
        """KeyError for an unknown plan."""
        return self.begin(plan_id, request, steps_of(self._tenant, plan_id))

    def rerun(self, run: PlanRun, first: StepRun, request: RunRequest, *, only_failed: bool) -> PlanRun:
        """From a step on; of that step all tasks or those that failed."""
        index = run.steps.index(first)
        step = first.step
        if only_failed:
            step = replace(step, task_ids=tuple(task.task.task_id for task in first.tasks if not _went_well(task)))
        rest = (step, *run.design[index + 1 :])
        return self.begin(run.plan_id, request, tuple(self._without_deleted(each) for each in rest))

    def begin(self, plan_id: str, request: RunRequest, design: tuple[Step, ...]) -> PlanRun:
        workspace = self._tenant.workspace_of(self._tenant.plans[plan_id])
        run = PlanRun(
            id=self._new_id(),
            sequence=len(self._store),
            plan_id=plan_id,
            workspace_id=workspace["id"],
            environment_id=workspace["environment"]["id"],
            request=request,
            design=design,
            success_word=self._tenant.settings.plan_success_word,
        )
        run.misfire = self._misfire(plan_id, request)
        self._store.add(run)
        if run.misfire is None:
            self.engine.begin(run)
        else:
            run.status, run.finished_at = PLAN_MISFIRED, request.at
        return run

    def is_running(self, plan_id: str) -> bool:
        return any(run.status == PLAN_STARTED for run in self._store.of(plan_id))

    def _misfire(self, plan_id: str, request: RunRequest) -> str | None:
        if self._tenant.is_paused(plan_id):
            return "PLAN_EXECUTIONS_PAUSED"
        if not self._tenant.run_configs.get(plan_id, {}).get("parallelExecutionAllowed", False) and self.is_running(plan_id):
            return "PARALLEL_EXECUTIONS_FORBIDDEN"
        since = request.at - timedelta(seconds=self._tenant.settings.queue_window_s)
        queued = sum(run.status == PLAN_STARTED and run.request.at >= since for run in self._store.of(plan_id))
        # ASSUMED: a run beyond the queue's limit misfires for this reason; disproved by such a run with another end.
        return "SIMULTANEOUS_EXECUTIONS_LIMIT_REACHED" if queued >= self._tenant.settings.queue_limit else None

    def _without_deleted(self, step: Step) -> Step:
        return replace(step, task_ids=tuple(each for each in step.task_ids if each in self._tenant.tasks))


def _went_well(task: TaskRun) -> bool:
    return task.phases[-1].status in (SUCCESS, REJECTED)
