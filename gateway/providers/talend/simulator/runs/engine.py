"""Plans in motion: steps one after the other, the tasks of a step at once, error handlers after a failed step."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from gateway.providers.talend.simulator.runs.plan_run import PlanRun, StepRun
from gateway.providers.talend.simulator.runs.request import RunRequest
from gateway.providers.talend.simulator.runs.statuses import PLAN_FAILED, PLAN_STARTED, REJECTED, SUCCESS
from gateway.providers.talend.simulator.runs.step import ALL_SUCCEEDED, ALWAYS_PROCEED_ON, Step
from gateway.providers.talend.simulator.runs.task_run import TaskRun

# ASSUMED: rejected rows do not fail a step; disproved by a plan that stops after such a run.
_GOOD = frozenset({SUCCESS, REJECTED})


class Launch(Protocol):
    """Begins the runs that a step asks for."""

    def task(self, task_id: str, request: RunRequest, plan_run_id: str) -> TaskRun: ...

    def plan(self, plan_id: str, request: RunRequest) -> PlanRun:
        """Begun already."""


class PlanEngine:
    """Nothing moves by itself: `settle` catches up with the clock, event by event, each at its own time."""

    def __init__(self, launch: Launch, new_id: Callable[[], str]) -> None:
        self._launch = launch
        self._new_id = new_id
        self._active: dict[str, PlanRun] = {}

    @property
    def active(self) -> list[PlanRun]:
        return list(self._active.values())

    def begin(self, run: PlanRun) -> None:
        """Starts the first step at the time of the request. Without steps the run is over at once."""
        self._active[run.id] = run
        if run.design:
            run.steps.append(self._step(run, run.design[0], run.request.at))
        else:
            self._finish(run, run.request.at, succeeded=True)

    def adopt(self, run: PlanRun) -> None:
        """A run that another engine began."""
        self._active[run.id] = run

    def settle(self, now: datetime) -> None:
        """Everything that is due up to now has happened afterwards, in the order of its time."""
        while True:
            due = [(at, run.id) for run in self._active.values() if (at := self._next_event(run)) is not None and at <= now]
            if not due:
                return
            at, run_id = min(due)
            self._advance(self._active[run_id], at)

    def _next_event(self, run: PlanRun) -> datetime | None:
        """When the step or handler that runs now ends."""
        return _running(run).ends_at()

    def _advance(self, run: PlanRun, at: datetime) -> None:
        step = run.steps[-1]
        if step.handler is not None:
            step.handler.finished_at, step.handler.succeeded = at, _all_good(step.handler)
            self._finish(run, at, succeeded=False)
            return
        step.finished_at, step.succeeded = at, _may_go_on(step)
        if not step.succeeded:
            self._fail(run, step, at)
        elif len(run.steps) < len(run.design):
            run.steps.append(self._step(run, run.design[len(run.steps)], at))
        else:
            self._finish(run, at, succeeded=True)

    def _fail(self, run: PlanRun, step: StepRun, at: datetime) -> None:
        # ASSUMED: a plan ends as failed after its error handler, even a successful one; disproved by a run that goes on.
        if step.step.handler is None:
            self._finish(run, at, succeeded=False)
        else:
            step.handler = self._step(run, step.step.handler, at)

    def _step(self, run: PlanRun, step: Step, at: datetime) -> StepRun:
        request = RunRequest(at, run.request.user, run.request.user_type, "PLAN", run.request.api_version)
        return StepRun(
            id=self._new_id(),
            step=step,
            started_at=at,
            tasks=[self._launch.task(task_id, request, run.id) for task_id in step.task_ids],
            plans=[self._launch.plan(plan_id, request) for plan_id in step.plan_ids],
        )

    def _finish(self, run: PlanRun, at: datetime, *, succeeded: bool) -> None:
        run.finished_at = at
        run.status = run.success_word if succeeded else PLAN_FAILED
        self._active.pop(run.id, None)


def _running(run: PlanRun) -> StepRun:
    step = run.steps[-1]
    return step if step.handler is None else step.handler


def _all_good(step: StepRun) -> bool:
    return all(task.phases[-1].status in _GOOD for task in step.tasks) and all(
        plan.status not in (PLAN_FAILED, PLAN_STARTED) for plan in step.plans
    )


def _may_go_on(step: StepRun) -> bool:
    """Whether the step's condition holds."""
    # ASSUMED: a step's condition is about its own tasks, and a plan that went on has succeeded whatever failed in it;
    # disproved by a run of such a plan with another status.
    if step.step.condition == ALWAYS_PROCEED_ON:
        return True
    if step.step.condition == ALL_SUCCEEDED:
        return _all_good(step)
    return not step.tasks or any(task.phases[-1].status in _GOOD for task in step.tasks)
