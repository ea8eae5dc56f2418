"""Pausing and resuming tasks and plans: 202 when that changes something, 204 when it does not."""

from typing import Literal

from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.exchange import Body, Exchange, Route, no_content
from gateway.providers.talend.simulator.records import set_pause
from gateway.providers.talend.simulator.routes.plans import PLAN, plan_of
from gateway.providers.talend.simulator.routes.tasks import TASK, task_of
from gateway.simulation.messages import Response


class PauseDetails(Body, frozen=True):
    """Who and when is the vendor's to say; what the body tells of it counts for nothing."""

    pause: bool
    pause_context: str | None = None
    user: str | None = None
    user_type: Literal["HUMAN", "SERVICE"] | None = None
    pause_date: str | None = None


def pause_task(exchange: Exchange) -> Response:
    return _pause(exchange, task_of(exchange)["id"])


def pause_plan(exchange: Exchange) -> Response:
    return _pause(exchange, plan_of(exchange)["executable"])


def _pause(exchange: Exchange, executable_id: str) -> Response:
    tenant, caller, wanted = exchange.tenant, exchange.caller, exchange.body(PauseDetails)
    if tenant.is_paused(executable_id) == wanted.pause:
        return no_content()
    context, at = wanted.pause_context, exchange.now
    set_pause(tenant, executable_id, paused=wanted.pause, context=context, user=caller.id, user_type=caller.type, at=at)
    return Response(202, content_type=None)


ROUTES = (
    Route("PUT", f"{TASK}/pause", pause_task, permission=MAY_OPERATE),
    Route("PUT", f"{PLAN}/pause", pause_plan, permission=MAY_OPERATE),
)
