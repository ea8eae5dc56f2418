"""Workspaces: a bare array, filtered by FIQL. There is no operation that reads one."""

from gateway.providers.talend.simulator.credentials import MAY_MANAGE
from gateway.providers.talend.simulator.errors import bad_request, conflict
from gateway.providers.talend.simulator.exchange import Body, Exchange, Name, Route, no_content
from gateway.providers.talend.simulator.fiql import parse
from gateway.providers.talend.simulator.identifiers import iso
from gateway.providers.talend.simulator.lookups import environment, named_in_body, sees_environment, workspace_info
from gateway.providers.talend.simulator.names import full_name
from gateway.providers.talend.simulator.records import add_workspace
from gateway.providers.talend.simulator.removal import remove_workspace
from gateway.providers.talend.simulator.usage import users_elsewhere
from gateway.simulation.messages import Response, json_response

WORKSPACES = "/orchestration/workspaces"
WORKSPACE = f"{WORKSPACES}/{{id}}"
SELECTORS = frozenset({"id", "name", "description", "owner", "type", "environment.id", "environment.name", "environment.default"})


class WorkspaceToCreate(Body, frozen=True):
    name: Name
    environment_id: str
    description: str | None = None
    owner: str | None = None


class WorkspaceToUpdate(Body, frozen=True):
    name: Name
    description: str | None = None
    owner: str | None = None
    protected_artifact_update: bool = False


def list_workspaces(exchange: Exchange) -> Response:
    query = exchange.text("query")
    matches = parse(query, SELECTORS) if query is not None else None
    infos = exchange.tenant.workspace_infos.values()
    rows = [found for found in infos if sees_environment(exchange, found["environment"])]
    return json_response([row for row in rows if matches is None or matches(row)])


def create_workspace(exchange: Exchange) -> Response:
    tenant, wanted = exchange.tenant, exchange.body(WorkspaceToCreate)
    inside = named_in_body(lambda: environment(exchange, wanted.environment_id))
    if _is_taken(exchange, wanted.name, inside["id"]):
        raise conflict(f"Workspace {wanted.name} exists already in environment {inside['name']}")
    created = add_workspace(
        tenant,
        tenant.new_id(),
        wanted.name,
        inside["id"],
        owner=wanted.owner or exchange.caller.id,
        created=exchange.now,
        description=wanted.description,
    )
    return json_response(created, 201)


def update_workspace(exchange: Exchange) -> Response:
    # ASSUMED: what the body leaves out stays, except the protection, which has a default; disproved by a description
    # that is gone after such an update.
    wanted, info = exchange.body(WorkspaceToUpdate), workspace_info(exchange, exchange.param("id"))
    # ASSUMED: a taken name is 400 here, as 409 is not among the documented statuses; disproved by a 409.
    if wanted.name != info["name"] and _is_taken(exchange, wanted.name, info["environment"]["id"]):
        raise bad_request(f"Workspace {wanted.name} exists already in environment {info['environment']['name']}")
    detail = exchange.tenant.workspaces[info["id"]]
    for shown in (info, detail):
        shown["name"] = wanted.name
        if wanted.description is not None:
            shown["description"] = wanted.description
        if wanted.owner is not None:
            shown["owner"] = wanted.owner
    info["protectedArtifactUpdate"] = wanted.protected_artifact_update
    detail["ownerFullName"] = full_name(detail["owner"])
    detail["updateDate"] = iso(exchange.now)
    return no_content()


def delete_workspace(exchange: Exchange) -> Response:
    """Everything inside goes too."""
    info = workspace_info(exchange, exchange.param("id"))
    # ASSUMED: a workspace that is not custom is refused with 400; disproved by another status.
    if info["type"] != "custom":
        raise bad_request("Only custom workspaces can be deleted")
    users = users_elsewhere(exchange.tenant, info["id"])
    if users:
        raise conflict(f"Workspace {info['name']} is used by {', '.join(sorted({user['name'] for user in users}))}")
    remove_workspace(exchange.tenant, info["id"])
    return no_content()


def _is_taken(exchange: Exchange, name: str, environment_id: str) -> bool:
    infos = exchange.tenant.workspace_infos.values()
    return any(found["name"] == name and found["environment"]["id"] == environment_id for found in infos)


ROUTES = (
    Route("GET", WORKSPACES, list_workspaces, frozenset({"query"})),
    Route("POST", WORKSPACES, create_workspace, permission=MAY_MANAGE),
    Route("PUT", WORKSPACE, update_workspace, permission=MAY_MANAGE),
    Route("DELETE", WORKSPACE, delete_workspace, permission=MAY_MANAGE),
)
