"""The plan runs of the past, made by the same engine as those that begin later."""

from datetime import datetime, timedelta

from gateway.providers.talend.simulator.credentials import FULL_TOKEN, RUNNER_ACCOUNT
from gateway.providers.talend.simulator.data import Tenant
from gateway.providers.talend.simulator.identifiers import seeded, uuid4
from gateway.providers.talend.simulator.runs.ending import Ending
from gateway.providers.talend.simulator.runs.engine import PlanEngine
from gateway.providers.talend.simulator.runs.history import TaskHistory, spread
from gateway.providers.talend.simulator.runs.past_endings import drawn
from gateway.providers.talend.simulator.runs.plan_run import PlanRun
from gateway.providers.talend.simulator.runs.request import RunRequest
from gateway.providers.talend.simulator.runs.statuses import (
    PLAN_FINISHED,
    PLAN_MISFIRED,
    PLAN_MISFIRES,
    PLAN_SUCCESS,
    PLAN_UNDEFINED,
)
from gateway.providers.talend.simulator.runs.step import Step, steps_of
from gateway.providers.talend.simulator.runs.task_facts import task_facts
from gateway.providers.talend.simulator.runs.task_run import TaskRun

_COUNTS = (160, 60, 45, 24, 9, 1, 0)  # by the plan's place in the list; further plans have a few
_FURTHER = 3  # plans that handle errors of others have as many of their own
_FAILING = 0.08


class PlanHistory:
    """An engine's `Launch` that asks no questions: what happened, happened."""

    def __init__(self, tenant: Tenant, tasks: TaskHistory) -> None:
        self._tenant = tenant
        self._tasks = tasks
        self._start = tenant.clock.start
        self._random = seeded(tenant.seed, "plan runs")
        self.engine = PlanEngine(self, lambda: uuid4(self._random))
        self.runs: list[PlanRun] = []

    def uneven(self) -> list[PlanRun]:
        """Those that still run are in the engine."""
        handlers = {plan_id for each in self._tenant.plans for step in steps_of(self._tenant, each) for plan_id in _fallbacks(step)}
        plans = [plan_id for plan_id in self._tenant.plans if plan_id not in handlers]
        counts = dict.fromkeys(self._tenant.plans, _FURTHER) | dict(zip(plans, _COUNTS, strict=False))
        for plan_id, count in counts.items():
            for at in spread(self._random, self._start, count, timedelta(hours=2)):
                self.plan(plan_id, self._request(at))
                self.engine.settle(self._start)
        if plans:
            self._oddities(plans[0], plans[min(1, len(plans) - 1)])
        return self.runs

    def task(self, task_id: str, request: RunRequest, plan_run_id: str) -> TaskRun:
        facts = task_facts(self._tenant, task_id)
        ending = drawn(self._random, failing=_FAILING, with_rejected=self._tenant.settings.rejected_rows)
        if self._start - request.at < timedelta(minutes=10):
            ending = Ending(running_s=self._random.uniform(600, 1200))  # still runs when the simulator starts
        return self._tasks.add(facts, request.at, ending, plan_run_id=plan_run_id, request=request)

    def plan(self, plan_id: str, request: RunRequest) -> PlanRun:
        run = self._new(plan_id, request)
        self.engine.begin(run)
        return run

    def _new(self, plan_id: str, request: RunRequest) -> PlanRun:
        workspace = self._tenant.workspace_of(self._tenant.plans[plan_id])
        run = PlanRun(
            id=uuid4(self._random),
            sequence=len(self.runs),
            plan_id=plan_id,
            workspace_id=workspace["id"],
            environment_id=workspace["environment"]["id"],
            request=request,
            design=steps_of(self._tenant, plan_id),
            success_word=PLAN_FINISHED if self._random.random() < 0.1 else PLAN_SUCCESS,
        )
        self.runs.append(run)
        return run

    def _oddities(self, busiest: str, running: str) -> None:
        """Every reason for a misfire, a run whose state is lost, one that is under way."""
        for number, reason in enumerate(PLAN_MISFIRES):
            run = self._new(busiest, self._request(self._start - timedelta(days=3 + number, minutes=7)))
            run.status, run.misfire, run.finished_at = PLAN_MISFIRED, reason, run.request.at
        lost = self._new(busiest, self._request(self._start - timedelta(days=41, minutes=3)))
        lost.status = PLAN_UNDEFINED
        self.plan(running, self._request(self._start - timedelta(minutes=4)))
        self.engine.settle(self._start)

    def _request(self, at: datetime) -> RunRequest:
        user = FULL_TOKEN.caller if self._random.random() < 0.8 else RUNNER_ACCOUNT.caller
        return RunRequest(at, user.id, user.type, "SCHEDULED" if user.type == "HUMAN" else "MANUAL")


def _fallbacks(step: Step) -> tuple[str, ...]:
    return () if step.handler is None else step.handler.plan_ids
