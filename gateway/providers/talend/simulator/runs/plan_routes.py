"""Runs of plans: begin, re-run, read with their steps, list. Nothing stops a plan run but the end of its task runs."""

from collections.abc import Iterable
from datetime import timedelta

from gateway.providers.talend.simulator.errors import bad_request, not_found, refusal
from gateway.providers.talend.simulator.exchange import Body, Exchange, Route
from gateway.providers.talend.simulator.lookups import find
from gateway.providers.talend.simulator.runs.asked import (
    MAY_RUN,
    OF_ALL,
    OF_ONE,
    count_status_read,
    guard_place,
    reading,
    requested,
    run_page,
)
from gateway.providers.talend.simulator.runs.plan_run import PlanRun, StepRun
from gateway.providers.talend.simulator.runs.run_filter import Place, Window, one_of
from gateway.providers.talend.simulator.runs.runs import Runs
from gateway.providers.talend.simulator.runs.statuses import PLAN_FAILED, PLAN_FILTERS, PLAN_STATUS
from gateway.providers.talend.simulator.runs.step import steps_of
from gateway.providers.talend.simulator.runs.task_facts import is_configured
from gateway.simulation.messages import Response, json_response

RUNS = "/processing/executions/plans"
RUN = f"{RUNS}/{{planExecutionId}}"
STEPS = f"{RUN}/steps"
STEP = f"{STEPS}/{{stepExecutionId}}"
HANDLER = f"{STEP}/error-handler"
ALL = "/processing/executables/plans/executions"
OF_PLAN = "/processing/executables/plans/{planId}/executions"

# ASSUMED: "too old" to be re-run means older than what lists show; disproved by a re-run refused earlier or done later.
OLDEST_RERUN = timedelta(days=60)


class RunPlan(Body, frozen=True):
    """PlanExecutable. A re-run names the plan run and one of its step runs."""

    executable: str
    execution_plan_id: str | None = None
    step_id: str | None = None
    rerun_only_failed_tasks: bool = False


class PlanRoutes:
    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def table(self) -> list[Route]:
        return [
            Route("POST", RUNS, self.run, permission=MAY_RUN),
            Route("GET", RUN, self.get),
            Route("GET", STEPS, self.list_steps),
            Route("GET", STEP, self.get_step),
            Route("GET", HANDLER, self.get_error_handler),
            Route("GET", ALL, self.list_all, OF_ALL),
            Route("GET", OF_PLAN, self.list_of_plan, OF_ONE),
        ]

    def run(self, exchange: Exchange) -> Response:
        """201, also for a run that misfires at once. A re-run is a run of its own, with an id of its own."""
        # ASSUMED: a re-run has a new id; disproved by one that keeps the id of the run it repeats.
        asked = exchange.body(RunPlan)
        plan_id, tenant = asked.executable, exchange.tenant
        find(exchange, tenant.plans, "Plan", plan_id)
        if tenant.is_paused(plan_id):
            raise refusal(405, f"Plan {plan_id} is paused and cannot be executed")
        steps = steps_of(tenant, plan_id)
        # ASSUMED: a plan is configured when all its tasks are, its own run configuration being only a schedule;
        # disproved by a 501 for a plan without one.
        missing = [task_id for step in steps for task_id in step.task_ids if not is_configured(tenant, task_id)]
        if not steps or missing:
            raise refusal(501, f"Plan {plan_id} is not configured: {', '.join(missing) or 'it has no steps'}")
        launch = self._runs.plan_launch
        if asked.execution_plan_id is None:
            if asked.step_id is not None or asked.rerun_only_failed_tasks:
                raise bad_request("executionPlanId is missing")
            return json_response({"executionId": launch.plan(plan_id, requested(exchange)).id}, 201)
        run, step = self._to_repeat(exchange, asked)
        again = launch.rerun(run, step, requested(exchange), only_failed=asked.rerun_only_failed_tasks)
        return json_response({"executionId": again.id}, 201)

    def get(self, exchange: Exchange) -> Response:
        count_status_read(self._runs, exchange)
        return json_response(self._found(exchange).detail(reading(exchange)))

    def list_steps(self, exchange: Exchange) -> Response:
        """In the order of the design, which is that of running."""
        # ASSUMED: only steps that have begun; disproved by a running plan whose later steps are there too.
        return json_response([step.row() for step in self._found(exchange).steps])

    def get_step(self, exchange: Exchange) -> Response:
        return json_response(self._found_step(exchange).detail(reading(exchange)))

    def get_error_handler(self, exchange: Exchange) -> Response:
        step = self._found_step(exchange)
        if step.handler is None:
            raise not_found("Error handler of step execution", step.id)
        return json_response(step.handler.detail(reading(exchange)))

    def list_all(self, exchange: Exchange) -> Response:
        place = Place.of(exchange, exchange.text("environmentId"), exchange.text("workspaceId"), refuse_unknown=False)
        return self._page(exchange, (run for run in self._runs.plans if place.holds(run.workspace_id, run.environment_id)))

    def list_of_plan(self, exchange: Exchange) -> Response:
        plan_id = exchange.param("planId")
        find(exchange, exchange.tenant.plans, "Plan", plan_id)
        return self._page(exchange, self._runs.plans.of(plan_id))

    def _page(self, exchange: Exchange, runs: Iterable[PlanRun]) -> Response:
        # ASSUMED: the window has the limits that it has for tasks; disproved by a longer one that is answered.
        window, paging = Window.asked(exchange), exchange.window()
        status = one_of("status", exchange.text("status"), PLAN_FILTERS)
        found, view = window.select(runs, exchange.now), reading(exchange)
        if status is not None:
            found = [run for run in found if PLAN_STATUS.get(run.status) == status]
        return run_page(exchange, found, paging, lambda run: run.row(view))

    def _to_repeat(self, exchange: Exchange, asked: RunPlan) -> tuple[PlanRun, StepRun]:
        run = self._runs.plans.get(asked.execution_plan_id or "")
        if run is None:
            raise not_found("Plan execution", str(asked.execution_plan_id))
        if run.plan_id != asked.executable:
            raise bad_request(f"Plan execution {run.id} is not one of plan {asked.executable}")
        if asked.step_id is None:
            raise bad_request("stepId is missing")
        if run.status != PLAN_FAILED:
            raise refusal(422, f"Plan execution {run.id} did not fail")
        if exchange.now - run.request.at > OLDEST_RERUN:
            raise refusal(422, f"Plan execution {run.id} is too old")
        step = next((step for step in run.steps if step.id == asked.step_id), None)
        if step is None:
            raise bad_request(f"{asked.step_id} is no step execution of plan execution {run.id}")
        return run, step

    def _found(self, exchange: Exchange) -> PlanRun:
        run_id = exchange.param("planExecutionId")
        run = self._runs.plans.get(run_id)
        if run is None:
            raise not_found("Plan execution", run_id)
        guard_place(exchange, run.id, run.environment_id)
        return run

    def _found_step(self, exchange: Exchange) -> StepRun:
        run, step_id = self._found(exchange), exchange.param("stepExecutionId")
        step = next((step for step in run.steps if step.id == step_id), None)
        if step is None:
            raise not_found("Step execution", step_id)
        return step
