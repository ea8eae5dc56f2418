"""Which schedule drives a task or plan."""

from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import bad_request, forbidden, not_found
from gateway.providers.talend.simulator.exchange import Body, Exchange, Route, no_content
from gateway.providers.talend.simulator.records import bind_schedule, schedule_of, unbind_schedule
from gateway.providers.talend.simulator.routes.plans import PLAN, plan_of
from gateway.providers.talend.simulator.routes.schedules import schedule_by_id
from gateway.providers.talend.simulator.routes.tasks import TASK, task_of
from gateway.simulation.messages import Response, json_response


class Link(Body, frozen=True):
    schedule_id: str


def get_task_schedule(exchange: Exchange) -> Response:
    return json_response(_linked(exchange, task_of(exchange)["id"]))


def get_plan_schedule(exchange: Exchange) -> Response:
    return json_response(_linked(exchange, plan_of(exchange)["executable"]))


def link_task(exchange: Exchange) -> Response:
    task = task_of(exchange)
    return _link(exchange, task, task["id"])


def link_plan(exchange: Exchange) -> Response:
    plan = plan_of(exchange)
    return _link(exchange, plan, plan["executable"])


def unlink_task(exchange: Exchange) -> Response:
    return _unlink(exchange, task_of(exchange)["id"])


def unlink_plan(exchange: Exchange) -> Response:
    return _unlink(exchange, plan_of(exchange)["executable"])


def _linked(exchange: Exchange, executable_id: str) -> Document:
    schedule = schedule_of(exchange.tenant, executable_id)
    if schedule is None:
        raise not_found("A schedule of", executable_id)
    return schedule


def _link(exchange: Exchange, executable: Document, executable_id: str) -> Response:
    """403 if the schedule drives something else; a schedule that was linked here before is free afterwards."""
    schedule = schedule_by_id(exchange, exchange.body(Link).schedule_id)
    if schedule.get("executableId", executable_id) != executable_id:
        raise forbidden(f"Schedule {schedule['id']} is linked to another task or plan")
    if schedule["environmentId"] != exchange.tenant.environment_of(executable)["id"]:
        raise bad_request("The schedule belongs to another environment")
    # ASSUMED: what cannot run yet can be linked already; disproved by a refusal.
    before = schedule_of(exchange.tenant, executable_id)
    if before is not None:
        unbind_schedule(exchange.tenant, before["id"])
    bind_schedule(exchange.tenant, schedule["id"], executable_id)
    return Response(200, content_type=None)


def _unlink(exchange: Exchange, executable_id: str) -> Response:
    unbind_schedule(exchange.tenant, _linked(exchange, executable_id)["id"])
    return no_content()


ROUTES = tuple(
    route
    for template, get, link, unlink in (
        (f"{TASK}/schedule", get_task_schedule, link_task, unlink_task),
        (f"{PLAN}/schedule", get_plan_schedule, link_plan, unlink_plan),
    )
    for route in (
        Route("GET", template, get),
        Route("PUT", template, link, permission=MAY_OPERATE),
        Route("DELETE", template, unlink, permission=MAY_OPERATE),
    )
)
