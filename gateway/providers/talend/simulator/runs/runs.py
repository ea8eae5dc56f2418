"""The runs of a tenant: those it has had, those that begin while the simulator serves."""

from datetime import datetime

from gateway.providers.talend.simulator.credentials import FULL_TOKEN
from gateway.providers.talend.simulator.data import Tenant
from gateway.providers.talend.simulator.identifiers import seeded, uuid4
from gateway.providers.talend.simulator.runs.ending import Ending
from gateway.providers.talend.simulator.runs.history import TaskHistory
from gateway.providers.talend.simulator.runs.plan_history import PlanHistory
from gateway.providers.talend.simulator.runs.plan_launch import PlanLaunch
from gateway.providers.talend.simulator.runs.plan_run import PlanRun
from gateway.providers.talend.simulator.runs.promotion_runs import PromotionRuns
from gateway.providers.talend.simulator.runs.request import RunRequest
from gateway.providers.talend.simulator.runs.scripts import Scripts
from gateway.providers.talend.simulator.runs.statuses import PLAN_MISFIRED, PLAN_STATUS
from gateway.providers.talend.simulator.runs.store import RunStore
from gateway.providers.talend.simulator.runs.task_launch import TaskLaunch
from gateway.providers.talend.simulator.runs.task_run import TaskRun
from gateway.simulation.control import Control
from gateway.simulation.rate_window import RateWindow


class Runs:
    """`profile` is that of the tenant: it decides what has run before. Used under `tenant.lock`, as handlers are;
    the methods for tests (`script`, `script_always`, `insert`) take the lock themselves."""

    def __init__(self, tenant: Tenant, profile: str = "uneven", control: Control | None = None) -> None:
        self.tenant = tenant
        self.control = control
        self.scripts = Scripts()
        self.tasks: RunStore[TaskRun] = RunStore()
        self.plans: RunStore[PlanRun] = RunStore()
        self.promotions = PromotionRuns(tenant)
        self.status_reads = RateWindow(tenant.clock, limit=tenant.settings.run_status_limit)
        self._random = seeded(tenant.seed, "runs begun later")
        self.task_launch = TaskLaunch(tenant, self.tasks, self.scripts, self.new_id)
        self.plan_launch = PlanLaunch(tenant, self.plans, self.task_launch, self.new_id)
        if tenant.settings.past_runs:
            self._remember(profile)
        tenant.plan_status = self.plan_status

    def new_id(self) -> str:
        return uuid4(self._random)

    def settle(self) -> None:
        """Plans and promotions have gone on to where they are now. To be called before anything is read or changed."""
        now = self.tenant.now()
        self.plan_launch.engine.settle(now)
        self.promotions.settle(now)

    def plan_status(self, plan_id: str) -> str | None:
        """The simple status of the plan's latest run that was not a misfire."""
        latest = next((run for run in self.plans.of(plan_id) if run.status != PLAN_MISFIRED), None)
        return None if latest is None else PLAN_STATUS.get(latest.status)

    def script(self, task_id: str, ending: Ending) -> None:
        """How the next run of a task will go; several calls stand in a queue."""
        with self.tenant.lock:
            self.scripts.push(task_id, ending)

    def script_always(self, task_id: str, ending: Ending | None) -> None:
        """How all runs of a task will go from now on; None: well again."""
        with self.tenant.lock:
            self.scripts.keep(task_id, ending)

    def insert(self, task_id: str, count: int = 1, ending: Ending | None = None) -> list[str]:
        """Runs that are triggered now by the schedule, and that go well unless told; their ids, oldest first.

        No check applies. KeyError for an unknown task.
        """
        with self.tenant.lock:
            self.settle()
            request = _scheduled(self.tenant.now())
            return [self.task_launch.run_unchecked(task_id, request, ending).id for _ in range(count)]

    def insert_plan_run(self, plan_id: str) -> str:
        """A run that the schedule triggers now, with the checks that such a run meets. KeyError for an unknown plan."""
        with self.tenant.lock:
            self.settle()
            return self.plan_launch.plan(plan_id, _scheduled(self.tenant.now())).id

    def _remember(self, profile: str) -> None:
        tasks = TaskHistory(self.tenant)
        if profile == "even":
            self.tasks.add_many(tasks.even())
            return
        plans = PlanHistory(self.tenant, tasks)
        tasks.uneven()
        self.plans.add_many(plans.uneven())
        self.tasks.add_many(tasks.runs)
        for run in plans.engine.active:
            self.plan_launch.engine.adopt(run)


def _scheduled(at: datetime) -> RunRequest:
    caller = FULL_TOKEN.caller
    return RunRequest(at, caller.id, caller.type, "SCHEDULED")
