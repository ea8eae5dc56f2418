"""Resources: files and folders that tasks read."""

from collections.abc import Mapping

import msgspec

from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import bad_request, conflict, refusal
from gateway.providers.talend.simulator.exchange import PAGING, Body, Exchange, Name, Route, no_content, page
from gateway.providers.talend.simulator.lookups import find, in_scope, name_matches, refuse_other_environment, workspace_info
from gateway.providers.talend.simulator.multipart import form_parts
from gateway.providers.talend.simulator.records import add_resource
from gateway.providers.talend.simulator.usage import tasks_with
from gateway.simulation.messages import Response, json_response

RESOURCES = "/orchestration/resources"
RESOURCE = f"{RESOURCES}/{{resourceId}}"


class ResourceToCreate(Body, frozen=True):
    """`file` is the name under which the content is kept."""

    name: Name
    workspace_id: str
    description: str | None = None
    file: str | None = None


class ResourceToUpdate(Body, frozen=True):
    name: Name | None = None
    description: str | None = None


def list_resources(exchange: Exchange) -> Response:
    offset, limit = exchange.window()
    name = exchange.text("name")
    inside = in_scope(exchange, exchange.tenant.resources.values(), refuse_unknown=True)
    return page([found for found in inside if name_matches(exchange, found, name)], offset, limit)


def get_resource(exchange: Exchange) -> Response:
    return json_response(_resource(exchange))


def create_resource(exchange: Exchange) -> Response:
    """Answers 200 or 201: both are documented."""
    tenant, parts = exchange.tenant, form_parts(exchange.request)
    try:
        wanted = msgspec.json.decode(parts.get("resource", b""), type=ResourceToCreate)
    except msgspec.DecodeError as error:
        raise bad_request(f"The part named resource is not valid: {error}") from None
    _check_content(exchange, parts, needed=wanted.file is not None)
    workspace = workspace_info(exchange, wanted.workspace_id)
    _refuse_taken_name(exchange, wanted.name, workspace["id"])
    created = add_resource(
        tenant, tenant.new_id(), wanted.name, workspace["id"], description=wanted.description, is_file="file" in parts
    )
    return json_response(created, tenant.settings.created_status)


def update_resource(exchange: Exchange) -> Response:
    wanted, found = exchange.body(ResourceToUpdate), _resource(exchange)
    given = (("name", wanted.name), ("description", wanted.description))
    found |= {key: value for key, value in given if value is not None}
    return no_content()


def delete_resource(exchange: Exchange) -> Response:
    found = _resource(exchange)
    users = tasks_with(exchange.tenant, "resources", found["id"])
    if users:
        raise conflict(f"Resource {found['name']} is used by {', '.join(task['name'] for task in users)}")
    del exchange.tenant.resources[found["id"]]
    return no_content()


def upload_file(exchange: Exchange) -> Response:
    found = _resource(exchange)
    _check_content(exchange, form_parts(exchange.request), needed=True)
    found["file"] = True
    return no_content()


def move_resource(exchange: Exchange) -> Response:
    found, target = _resource(exchange), workspace_info(exchange, exchange.param("targetWorkspaceId"))
    refuse_other_environment(found["workspaceInfo"], target)
    if target["id"] != found["workspaceInfo"]["id"]:
        _refuse_taken_name(exchange, found["name"], target["id"])
        found["workspaceInfo"] = target
    return json_response(found)


def _resource(exchange: Exchange) -> Document:
    return find(exchange, exchange.tenant.resources, "Resource", exchange.param("resourceId"))


def _check_content(exchange: Exchange, parts: Mapping[str, bytes], *, needed: bool) -> None:
    if needed and "file" not in parts:
        raise bad_request("A part named file is missing")
    if len(parts.get("file", b"")) > exchange.tenant.settings.largest_resource_bytes:
        raise refusal(413, "The file is too large")


def _refuse_taken_name(exchange: Exchange, name: str, workspace_id: str) -> None:
    # ASSUMED: the 409 means a name that the workspace has already; disproved by two resources of one name.
    for found in exchange.tenant.resources.values():
        if found["name"] == name and found["workspaceInfo"]["id"] == workspace_id:
            raise conflict(f"Resource {name} exists already in workspace {found['workspaceInfo']['name']}")


ROUTES = (
    Route("GET", RESOURCES, list_resources, PAGING | {"name", "environmentId", "workspaceId"}),
    Route("POST", RESOURCES, create_resource, permission=MAY_OPERATE),
    Route("GET", RESOURCE, get_resource),
    Route("PATCH", RESOURCE, update_resource, permission=MAY_OPERATE),
    Route("DELETE", RESOURCE, delete_resource, permission=MAY_OPERATE),
    Route("PUT", f"{RESOURCE}/upload", upload_file, permission=MAY_OPERATE),
    Route("PUT", f"{RESOURCE}/move/{{targetWorkspaceId}}", move_resource, permission=MAY_OPERATE),
)
