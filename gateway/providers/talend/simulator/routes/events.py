"""When tasks and plans are due next."""

from datetime import UTC, datetime, timedelta

import msgspec

from gateway.providers.talend.simulator.data import Document, Tenant
from gateway.providers.talend.simulator.errors import bad_request
from gateway.providers.talend.simulator.exchange import PAGING, Body, Exchange, Route, checked_window, page
from gateway.providers.talend.simulator.identifiers import iso
from gateway.providers.talend.simulator.lookups import environment, placed
from gateway.providers.talend.simulator.records import schedule_of
from gateway.providers.talend.simulator.routes.plans import PLAN, plan_of
from gateway.providers.talend.simulator.routes.run_configs import Runtime, config_of
from gateway.providers.talend.simulator.routes.tasks import TASK, task_of
from gateway.providers.talend.simulator.timing.recurrence import merged, occurrences
from gateway.simulation.messages import Response, json_response

SPAN = frozenset({"from", "to"})
# ASSUMED: a longer look ahead is refused; disproved by an answer to one. It keeps a simulated answer short.
LONGEST = timedelta(days=1_830)
_LATEST_MS = 253_402_300_799_000  # the end of the year 9999


class EventSearch(Body, frozen=True):
    environment_id: str
    to: int
    from_: int | None = msgspec.field(name="from", default=None)
    workspace_ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    runtime: Runtime | None = None
    limit: int | None = None
    offset: int | None = None


def list_task_events(exchange: Exchange) -> Response:
    return _config_events(exchange, task_of(exchange)["id"])


def list_plan_events(exchange: Exchange) -> Response:
    return _config_events(exchange, plan_of(exchange)["executable"])


def search_events(exchange: Exchange) -> Response:
    """Of tasks and plans together, soonest first."""
    tenant, wanted = exchange.tenant, exchange.body(EventSearch)
    offset, limit = checked_window(wanted.offset, wanted.limit)
    start, end = checked_span(exchange, wanted.from_, wanted.to)
    environment(exchange, wanted.environment_id)
    tasks = placed(exchange, tenant.tasks.values(), wanted.environment_id, None)
    plans = placed(exchange, tenant.plans.values(), wanted.environment_id, None)
    chosen = [(task["id"], "TASK", task) for task in tasks if set(wanted.tags) <= set(task.get("tags", ()))]
    # ASSUMED: plans have neither tags nor a runtime, so filters by these leave them out; disproved by one that stays.
    if not wanted.tags and wanted.runtime is None:
        chosen += [(plan["executable"], "PLAN", plan) for plan in plans]
    events = [
        {"id": key, "sourceTriggerName": name, "date": iso(moment), "type": kind}
        for key, kind, found in chosen
        if (not wanted.workspace_ids or found["workspace"]["id"] in wanted.workspace_ids)
        and (wanted.runtime is None or _runs_on(tenant, key, wanted.runtime))
        for moment, name in _due(tenant, key, start, end)
    ]
    return page(sorted(events, key=lambda event: (event["date"], event["id"])), offset, limit)


def span_of(exchange: Exchange) -> tuple[datetime, datetime]:
    """`from` is now unless told, `to` is needed; both in milliseconds."""
    end = exchange.integer("to")
    if end is None:
        raise bad_request("to is needed")
    return checked_span(exchange, exchange.integer("from"), end)


def checked_span(exchange: Exchange, from_ms: int | None, to_ms: int) -> tuple[datetime, datetime]:
    if not all(0 <= moment <= _LATEST_MS for moment in (from_ms or 0, to_ms)):
        raise bad_request("from and to are milliseconds since 1970")
    start = exchange.now if from_ms is None else _moment(from_ms)
    end = _moment(to_ms)
    if end < start:
        raise bad_request("to must not be before from")
    if end - start > LONGEST:
        raise bad_request(f"from and to must not be more than {LONGEST.days} days apart")
    return start, end


def _moment(at_ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)


def _config_events(exchange: Exchange, executable_id: str) -> Response:
    offset, limit = exchange.window()
    start, end = span_of(exchange)
    config_of(exchange.tenant.run_configs, executable_id)
    moments = [iso(moment) for moment, _ in _due(exchange.tenant, executable_id, start, end)]
    items = moments[offset : offset + limit]
    return json_response({"items": items, "limit": limit, "offset": offset, "total": len(moments)})


def _due(tenant: Tenant, executable_id: str, start: datetime, end: datetime) -> list[tuple[datetime, str]]:
    # ASSUMED: a paused task or plan keeps its events; disproved by an empty answer for one.
    schedule = schedule_of(tenant, executable_id)
    if schedule is not None:
        return list(merged(schedule["triggers"], start, end))
    trigger: Document | None = tenant.run_configs.get(executable_id, {}).get("trigger")
    # ASSUMED: the trigger of a run configuration, which has no name, is shown by its type; disproved by another text.
    return [] if trigger is None else [(moment, trigger["type"]) for moment in occurrences(trigger, start, end)]


def _runs_on(tenant: Tenant, task_id: str, wanted: Runtime) -> bool:
    runtime = tenant.run_configs.get(task_id, {}).get("runtime", {})
    filters: Document = msgspec.to_builtins(wanted)
    return all(runtime.get(key) == value for key, value in filters.items())


ROUTES = (
    Route("GET", f"{TASK}/run-config/events", list_task_events, PAGING | SPAN),
    Route("GET", f"{PLAN}/run-config/events", list_plan_events, PAGING | SPAN),
    Route("POST", "/orchestration/executables/events/search", search_events),
)
