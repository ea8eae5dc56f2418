"""Remote engines: a bare array, filtered by FIQL. They belong to the Processing API, though they are definitions."""

from gateway.providers.talend.simulator.exchange import Exchange, Route
from gateway.providers.talend.simulator.fiql import parse
from gateway.providers.talend.simulator.lookups import visible
from gateway.simulation.messages import Response, json_response

SELECTORS = frozenset({"id", "name", "availability", "clusterId", "workspace.id", "workspace.environment.id"})


def list_engines(exchange: Exchange) -> Response:
    # ASSUMED: id, name, workspace and clusterId stand beside the availability; disproved by the vendor's own object.
    query = exchange.text("query")
    matches = parse(query, SELECTORS) if query is not None else None
    rows = visible(exchange, exchange.tenant.engines.values())
    return json_response([row for row in rows if matches is None or matches(row)])


ROUTES = (Route("GET", "/processing/runtimes/remote-engines", list_engines, frozenset({"query"})),)
