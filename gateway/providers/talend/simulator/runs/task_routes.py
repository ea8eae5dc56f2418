"""Runs of tasks: begin, read, stop, list."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Literal

import msgspec

from gateway.providers.talend.simulator.errors import bad_request, not_found, refusal
from gateway.providers.talend.simulator.exchange import Body, Exchange, Route, checked_window
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
from gateway.providers.talend.simulator.runs.run_filter import Place, Window, has_tags, one_of
from gateway.providers.talend.simulator.runs.runs import Runs
from gateway.providers.talend.simulator.runs.statuses import TASK_FILTERS, TASK_STATUS, matches_task_filter
from gateway.providers.talend.simulator.runs.task_facts import is_configured, task_facts
from gateway.providers.talend.simulator.runs.task_run import TaskRun
from gateway.simulation.messages import Response, json_response

RUNS = "/processing/executions"
RUN = f"{RUNS}/{{executionId}}"
ALL = "/processing/executables/tasks/executions"
OF_TASK = "/processing/executables/tasks/{taskId}/executions"


class RunTask(Body, frozen=True):
    """Executabletask."""

    executable: str
    parameters: dict[str, str] = msgspec.field(default_factory=dict)
    log_level: Literal["OFF", "ERROR", "WARN", "INFO"] = "WARN"
    timeout: Annotated[int, msgspec.Meta(ge=1)] | None = None  # minutes


class RunFilters(Body, frozen=True):
    """TaskExecutionsFilters."""

    environment_id: str | None = None
    workspace_id: str | None = None
    status: str | None = None
    tags: tuple[str, ...] = ()
    last_days: int | None = None
    from_: int | None = msgspec.field(default=None, name="from")
    to: int | None = None
    limit: int | None = None
    offset: int | None = None


class TaskRoutes:
    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def table(self) -> list[Route]:
        return [
            Route("POST", RUNS, self.run, permission=MAY_RUN),
            Route("GET", RUN, self.get),
            Route("DELETE", RUN, self.terminate, permission=MAY_RUN),
            Route("GET", ALL, self.list_all, OF_ALL),
            Route("POST", ALL, self.search),
            Route("GET", OF_TASK, self.list_of_task, OF_ONE),
        ]

    def run(self, exchange: Exchange) -> Response:
        """201, also for a run that misfires at once."""
        asked = exchange.body(RunTask)
        task_id, tenant = asked.executable, exchange.tenant
        find(exchange, tenant.tasks, "Task", task_id)
        if tenant.is_paused(task_id):
            raise refusal(405, f"Task {task_id} is paused and cannot be executed")
        if not is_configured(tenant, task_id):
            raise refusal(501, f"Task {task_id} is not configured: it has no run configuration")
        facts, launch = task_facts(tenant, task_id), self._runs.task_launch
        if (
            tenant.settings.parallel_forbidden == "refuse"
            and not facts.parallel_allowed
            and launch.is_running(task_id, exchange.now)
        ):
            raise bad_request(f"Task {task_id} is running already, parallel runs are not allowed")
        request = requested(exchange, asked.timeout)
        if facts.service and tenant.settings.service_receipts:
            return json_response({"executionId": launch.run_by_receipt(task_id, request)}, 201)
        return json_response({"executionId": launch.run(task_id, request).id}, 201)

    def get(self, exchange: Exchange) -> Response:
        count_status_read(self._runs, exchange)
        return json_response(self._found(exchange).detail(reading(exchange)))

    def terminate(self, exchange: Exchange) -> Response:
        run = self._found(exchange)
        if not run.is_active_at(exchange.now) and exchange.tenant.settings.terminate_finished == 400:
            raise bad_request(f"Execution {run.id} is finished")
        run.stop(exchange.now)
        return Response(204)

    def list_all(self, exchange: Exchange) -> Response:
        window, paging = Window.asked(exchange), exchange.window()
        status = one_of("status", exchange.text("status"), TASK_FILTERS)
        place = Place.of(exchange, exchange.text("environmentId"), exchange.text("workspaceId"), refuse_unknown=False)
        return self._page(exchange, (run for run in self._runs.tasks if _in(place, run)), window, status, paging)

    def search(self, exchange: Exchange) -> Response:
        asked = exchange.body(RunFilters)
        window = Window.of(exchange.now, asked.last_days, asked.from_, asked.to)
        paging = checked_window(asked.offset, asked.limit)
        status = one_of("status", asked.status, TASK_FILTERS)
        place = Place.of(exchange, asked.environment_id, asked.workspace_id, refuse_unknown=True)
        wanted = (
            run
            for run in self._runs.tasks
            if _in(place, run) and (not asked.tags or has_tags(exchange.tenant, run.task.task_id, asked.tags))
        )
        return self._page(exchange, wanted, window, status, paging)

    def list_of_task(self, exchange: Exchange) -> Response:
        task_id = exchange.param("taskId")
        if exchange.tenant.settings.refuse_from_and_limit and {"from", "limit"} & {name for name, _ in exchange.request.query}:
            raise bad_request("from and limit are not known")
        window, paging = Window.asked(exchange), exchange.window()
        status = one_of("status", exchange.text("status"), TASK_FILTERS)
        find(exchange, exchange.tenant.tasks, "Task", task_id)
        return self._page(exchange, self._runs.tasks.of(task_id), window, status, paging)

    def _page(
        self, exchange: Exchange, runs: Iterable[TaskRun], window: Window, status: str | None, paging: tuple[int, int]
    ) -> Response:
        now, view = exchange.now, reading(exchange)
        found, shown_days = window.select(runs, now), exchange.tenant.settings.services_vanish_after_days
        if shown_days is not None:
            # Users of the API report that services which run for weeks leave the lists.
            oldest = now - timedelta(days=shown_days)
            found = [run for run in found if not (run.task.service and run.is_active_at(now) and run.request.at < oldest)]
        if status is not None:
            found = [run for run in found if matches_task_filter(status, TASK_STATUS[run.state_at(now).status])]
        return run_page(exchange, found, paging, lambda run: run.row(view))

    def _found(self, exchange: Exchange) -> TaskRun:
        run_id = exchange.param("executionId")
        run = self._runs.tasks.get(run_id)
        if run is None or not run.exists_at(exchange.now):
            raise not_found("Execution", run_id)
        guard_place(exchange, run.id, run.task.environment_id)
        return run


def _in(place: Place, run: TaskRun) -> bool:
    return place.holds(run.task.workspace_id, run.task.environment_id)
