"""The triggers of a schedule, known by their names."""

from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import bad_request, not_found
from gateway.providers.talend.simulator.exchange import Exchange, Route, no_content
from gateway.providers.talend.simulator.routes.schedules import SCHEDULE, schedule_of_path
from gateway.providers.talend.simulator.timing.recurrence import check_together
from gateway.providers.talend.simulator.timing.triggers import ScheduleTrigger, trigger_document
from gateway.simulation.messages import Response

TRIGGERS = f"{SCHEDULE}/triggers"


def append_trigger(exchange: Exchange) -> Response:
    schedule, trigger = schedule_of_path(exchange), trigger_document(exchange.body(ScheduleTrigger))
    return _keep(exchange, schedule, [*schedule["triggers"], trigger])


def replace_trigger(exchange: Exchange) -> Response:
    """The one with the same name."""
    schedule, trigger = schedule_of_path(exchange), trigger_document(exchange.body(ScheduleTrigger))
    _position(schedule, trigger["name"])
    return _keep(exchange, schedule, [trigger if old["name"] == trigger["name"] else old for old in schedule["triggers"]])


def remove_trigger(exchange: Exchange) -> Response:
    schedule, name = schedule_of_path(exchange), exchange.text("name")
    if name is None:
        raise bad_request("name is needed")
    del schedule["triggers"][_position(schedule, name)]
    return no_content()


def _keep(exchange: Exchange, schedule: Document, triggers: list[Document]) -> Response:
    """Answers 200 without a body."""
    # ASSUMED: so, as the answer has no described body; disproved by one that shows the schedule.
    check_together(triggers, exchange.now)
    schedule["triggers"] = triggers
    return Response(200, content_type=None)


def _position(schedule: Document, name: str) -> int:
    for position, trigger in enumerate(schedule["triggers"]):
        if trigger["name"] == name:
            return position
    raise not_found("Trigger", name)


ROUTES = (
    Route("POST", TRIGGERS, append_trigger, permission=MAY_OPERATE),
    Route("PUT", TRIGGERS, replace_trigger, permission=MAY_OPERATE),
    Route("DELETE", TRIGGERS, remove_trigger, frozenset({"name"}), permission=MAY_OPERATE),
)
