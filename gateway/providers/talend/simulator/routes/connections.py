"""Connections of tasks to data."""

from gateway.providers.talend.simulator.canary import CANARY
from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import conflict
from gateway.providers.talend.simulator.exchange import PAGING, Body, Exchange, Name, Route, no_content, page
from gateway.providers.talend.simulator.lookups import (
    find,
    in_scope,
    name_matches,
    named_in_body,
    refuse_other_environment,
    workspace_info,
)
from gateway.providers.talend.simulator.records import add_connection
from gateway.providers.talend.simulator.usage import tasks_with
from gateway.simulation.messages import Response, json_response

CONNECTIONS = "/orchestration/connections"
CONNECTION = f"{CONNECTIONS}/{{connectionId}}"


class Parameter(Body, frozen=True):
    name: Name
    value: str | None = None
    encrypted: bool = False


class ConnectionToCreate(Body, frozen=True):
    name: Name
    workspace_id: str
    app: Name
    parameters: list[Parameter]


class ConnectionToUpdate(Body, frozen=True):
    name: Name | None = None
    parameters: list[Parameter] | None = None


def list_connections(exchange: Exchange) -> Response:
    offset, limit = exchange.window()
    name = exchange.text("name")
    inside = in_scope(exchange, exchange.tenant.connections.values(), refuse_unknown=True)
    return page([found for found in inside if name_matches(exchange, found, name)], offset, limit)


def get_connection(exchange: Exchange) -> Response:
    return json_response(_connection(exchange))


def create_connection(exchange: Exchange) -> Response:
    """Answers 200 or 201: both are documented."""
    tenant, wanted = exchange.tenant, exchange.body(ConnectionToCreate)
    workspace = named_in_body(lambda: workspace_info(exchange, wanted.workspace_id))
    _refuse_taken_name(exchange, wanted.name, workspace["id"])
    parameters = [_shown(parameter) for parameter in wanted.parameters]
    created = add_connection(tenant, tenant.new_id(), wanted.name, wanted.app, workspace["id"], parameters, exchange.now)
    return json_response(created, tenant.settings.created_status)


def update_connection(exchange: Exchange) -> Response:
    # ASSUMED: given parameters take the place of all there were; disproved by one that survives such an update.
    wanted, found = exchange.body(ConnectionToUpdate), _connection(exchange)
    if wanted.name is not None and wanted.name != found["name"]:
        _refuse_taken_name(exchange, wanted.name, found["workspace"]["id"])
        found["name"] = wanted.name
    if wanted.parameters is not None:
        found["parameters"] = [_shown(parameter) for parameter in wanted.parameters]
    return json_response(found)


def delete_connection(exchange: Exchange) -> Response:
    found = _connection(exchange)
    users = tasks_with(exchange.tenant, "connections", found["id"])
    if users:
        raise conflict(f"Connection {found['name']} is used by {', '.join(task['name'] for task in users)}")
    del exchange.tenant.connections[found["id"]]
    return no_content()


def move_connection(exchange: Exchange) -> Response:
    found, target = _connection(exchange), workspace_info(exchange, exchange.param("targetWorkspaceId"))
    refuse_other_environment(found["workspace"], target)
    if target["id"] != found["workspace"]["id"]:
        _refuse_taken_name(exchange, found["name"], target["id"])
        found["workspace"] = target
    return json_response(found)


def _connection(exchange: Exchange) -> Document:
    return find(exchange, exchange.tenant.connections, "Connection", exchange.param("connectionId"))


def _shown(parameter: Parameter) -> Document:
    """A secret comes back as cipher text only, in which clear text cannot be found."""
    value = f"{{cipher}}{CANARY}" if parameter.encrypted else parameter.value
    shown: Document = {"name": parameter.name, "encrypted": parameter.encrypted}
    return shown if value is None else {**shown, "value": value}


def _refuse_taken_name(exchange: Exchange, name: str, workspace_id: str) -> None:
    for found in exchange.tenant.connections.values():
        if found["name"] == name and found["workspace"]["id"] == workspace_id:
            raise conflict(f"Connection {name} exists already in workspace {found['workspace']['name']}")


ROUTES = (
    Route("GET", CONNECTIONS, list_connections, PAGING | {"name", "environmentId", "workspaceId"}),
    Route("POST", CONNECTIONS, create_connection, permission=MAY_OPERATE),
    Route("GET", CONNECTION, get_connection),
    Route("PUT", CONNECTION, update_connection, permission=MAY_OPERATE),
    Route("DELETE", CONNECTION, delete_connection, permission=MAY_OPERATE),
    Route("PUT", f"{CONNECTION}/move/{{targetWorkspaceId}}", move_connection, permission=MAY_OPERATE),
)
