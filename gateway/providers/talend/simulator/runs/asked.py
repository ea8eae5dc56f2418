"""What the routes of all kinds of runs share: how runs are shown, paged and guarded."""

from collections.abc import Callable
from typing import TypeVar

from gateway.providers.talend.simulator.access import VERSION_HEADER, VERSION_PARAMETER
from gateway.providers.talend.simulator.credentials import ENGINE_USE, OPERATOR
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import forbidden, not_found, too_many_requests
from gateway.providers.talend.simulator.exchange import PAGING, Exchange
from gateway.providers.talend.simulator.lookups import sees_environment
from gateway.providers.talend.simulator.runs.reading import DEFAULT_API_VERSION, Reading
from gateway.providers.talend.simulator.runs.request import RunRequest
from gateway.providers.talend.simulator.runs.run_filter import Listed
from gateway.providers.talend.simulator.runs.runs import Runs
from gateway.simulation.messages import Response, json_response

WINDOW = frozenset({"lastDays", "from", "to"})
OF_ONE = PAGING | WINDOW | {"status"}
OF_ALL = OF_ONE | {"environmentId", "workspaceId"}

# ASSUMED: plans need the permission that tasks need; disproved by a 403 that names another one.
MAY_RUN = frozenset({ENGINE_USE, OPERATOR})

L = TypeVar("L", bound=Listed)


def reading(exchange: Exchange) -> Reading:
    return Reading(exchange.now, exchange.tenant.settings, _api_version(exchange))


def requested(exchange: Exchange, timeout_min: int | None = None) -> RunRequest:
    """A run that the caller asks for now."""
    caller = exchange.caller
    return RunRequest(exchange.now, caller.id, caller.type, "MANUAL", _api_version(exchange), timeout_min)


def guard_place(exchange: Exchange, run_id: str, environment_id: str) -> None:
    """403 for a run in an environment that the caller does not see, 404 for one whose environment is gone."""
    environment = exchange.tenant.environments.get(environment_id)
    if environment is None:
        raise not_found("Execution", run_id)
    if not sees_environment(exchange, environment):
        raise forbidden(f"No permission on the environment of execution {run_id}")


def count_status_read(runs: Runs, exchange: Exchange) -> None:
    """429 is documented for the reads of one run; refused while the control enables limits."""
    settings = exchange.tenant.settings
    runs.status_reads.limit = settings.run_status_limit
    usage = runs.status_reads.hit(exchange.caller.id)
    if runs.control is not None and runs.control.rate_limit_enabled and usage.exceeded:
        raise too_many_requests(usage.reset_s if settings.retry_after_header else None)


def run_page(exchange: Exchange, found: list[L], window: tuple[int, int], row: Callable[[L], Document]) -> Response:
    """`found` is newest first; only the rows of the page are made."""
    offset, limit = window
    if exchange.tenant.settings.run_list_order == "none":
        found = sorted(found, key=lambda run: run.id)
    items = [row(run) for run in found[offset : offset + limit]]
    return json_response({"items": items, "limit": limit, "offset": offset, "total": len(found)})


def _api_version(exchange: Exchange) -> str:
    request = exchange.request
    return request.headers.get(VERSION_HEADER) or request.value(VERSION_PARAMETER) or DEFAULT_API_VERSION
