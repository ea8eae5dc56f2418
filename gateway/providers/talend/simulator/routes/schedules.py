"""Schedules of several triggers, and what they drive."""

import re
from copy import deepcopy
from itertools import islice

from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import bad_request, bodyless, conflict, forbidden, not_found
from gateway.providers.talend.simulator.exchange import PAGING, Body, Exchange, Route, no_content, page
from gateway.providers.talend.simulator.identifiers import iso
from gateway.providers.talend.simulator.lookups import environment, named_in_body, sees_environment
from gateway.providers.talend.simulator.records import add_schedule
from gateway.providers.talend.simulator.routes.events import SPAN, span_of
from gateway.providers.talend.simulator.timing.recurrence import check_together, merged
from gateway.providers.talend.simulator.timing.triggers import ScheduleTrigger, trigger_document
from gateway.simulation.messages import Response, json_response

SCHEDULES = "/orchestration/schedules"
SCHEDULE = f"{SCHEDULES}/{{scheduleId}}"
_ID = re.compile(r"[0-9a-f]{24}")


class ScheduleToCreate(Body, frozen=True):
    environment_id: str
    trigger: ScheduleTrigger
    description: str | None = None


class Description(Body, frozen=True):
    description: str | None = None


def list_schedules(exchange: Exchange) -> Response:
    offset, limit = exchange.window()
    environment_id, only_bound = exchange.text("environmentId"), exchange.flag("onlyBound")
    pattern = _pattern(exchange.text("descriptionFilter"))
    rows = [
        found
        for found in exchange.tenant.schedules.values()
        if _sees(exchange, found)
        and environment_id in (None, found["environmentId"])
        and (not only_bound or "executableId" in found)
        and (pattern is None or pattern.search(found.get("description", "")) is not None)
    ]
    return page(rows, offset, limit)


def get_schedule(exchange: Exchange) -> Response:
    """A malformed id is 400 without a body."""
    # ASSUMED: that this is what the bodyless 400 means; disproved by a 404 to a malformed id.
    if _ID.fullmatch(exchange.param("scheduleId")) is None:
        raise bodyless(400)
    return json_response(schedule_of_path(exchange))


def create_schedule(exchange: Exchange) -> Response:
    tenant, wanted = exchange.tenant, exchange.body(ScheduleToCreate)
    inside = named_in_body(lambda: environment(exchange, wanted.environment_id))
    triggers = [trigger_document(wanted.trigger)]
    check_together(triggers, exchange.now)
    schedule = add_schedule(tenant, tenant.new_id(), inside["id"], triggers, description=wanted.description)
    return json_response({"id": schedule["id"]}, 201)


def clone_schedule(exchange: Exchange) -> Response:
    """The copy is not in use."""
    tenant, wanted, found = exchange.tenant, exchange.body(Description), schedule_of_path(exchange)
    triggers = deepcopy(found["triggers"])
    copy = add_schedule(tenant, tenant.new_id(), found["environmentId"], triggers, description=wanted.description)
    return json_response({"id": copy["id"]}, 201)


def describe_schedule(exchange: Exchange) -> Response:
    wanted, found = exchange.body(Description), schedule_of_path(exchange)
    found.pop("description", None)
    if wanted.description is not None:
        found["description"] = wanted.description
    return no_content()


def delete_schedule(exchange: Exchange) -> Response:
    found = schedule_of_path(exchange)
    if "executableId" in found:
        raise conflict(f"Schedule {found['id']} is used by {found['executableType'].lower()} {found['executableId']}")
    del exchange.tenant.schedules[found["id"]]
    return no_content()


def list_events(exchange: Exchange) -> Response:
    """A bare array, soonest first."""
    offset, limit = exchange.window()
    start, end = span_of(exchange)
    events = merged(schedule_of_path(exchange)["triggers"], start, end)
    rows = islice(events, offset, offset + limit)
    return json_response([{"datetime": iso(moment), "sourceTriggerName": name} for moment, name in rows])


def schedule_of_path(exchange: Exchange) -> Document:
    return schedule_by_id(exchange, exchange.param("scheduleId"))


def schedule_by_id(exchange: Exchange, schedule_id: str) -> Document:
    found = exchange.tenant.schedules.get(schedule_id)
    if found is None:
        raise not_found("Schedule", schedule_id)
    if not _sees(exchange, found):
        raise forbidden(f"No permission on the environment of schedule {schedule_id}")
    return found


def _sees(exchange: Exchange, schedule: Document) -> bool:
    return sees_environment(exchange, exchange.tenant.environments[schedule["environmentId"]])


def _pattern(text: str | None) -> re.Pattern[str] | None:
    # ASSUMED: the expression may match anywhere in the description; disproved by a list of whole matches only.
    if text is None:
        return None
    try:
        return re.compile(text)
    except re.error:
        raise bad_request("descriptionFilter is not a regular expression") from None


ROUTES = (
    Route("GET", SCHEDULES, list_schedules, PAGING | {"descriptionFilter", "environmentId", "onlyBound"}),
    Route("POST", SCHEDULES, create_schedule, permission=MAY_OPERATE),
    Route("GET", SCHEDULE, get_schedule),
    Route("POST", SCHEDULE, clone_schedule, permission=MAY_OPERATE),
    Route("PATCH", SCHEDULE, describe_schedule, permission=MAY_OPERATE),
    Route("DELETE", SCHEDULE, delete_schedule, permission=MAY_OPERATE),
    Route("GET", f"{SCHEDULE}/events", list_events, PAGING | SPAN),
)
