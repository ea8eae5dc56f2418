"""Environments: a bare array, filtered by FIQL."""

from typing import Annotated

import msgspec

from gateway.providers.talend.simulator.credentials import MAY_MANAGE
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import VendorError, conflict, refusal
from gateway.providers.talend.simulator.exchange import Body, Exchange, Name, Route, no_content
from gateway.providers.talend.simulator.fiql import parse
from gateway.providers.talend.simulator.lookups import environment, sees_environment
from gateway.providers.talend.simulator.records import add_environment, add_workspace
from gateway.providers.talend.simulator.removal import remove_environment
from gateway.providers.talend.simulator.usage import users_of_environment
from gateway.simulation.messages import Response, json_response

ENVIRONMENTS = "/orchestration/environments"
ENVIRONMENT = f"{ENVIRONMENTS}/{{Id}}"
SELECTORS = frozenset({"id", "name", "description", "default", "maxCloudContainers"})

Containers = Annotated[int, msgspec.Meta(ge=0)]


class EnvironmentToCreate(Body, frozen=True):
    name: Name
    workspace_name: Name
    description: str | None = None
    owner: str | None = None
    max_cloud_containers: Containers = 0


class EnvironmentToUpdate(Body, frozen=True):
    name: Name
    description: str | None = None
    max_cloud_containers: Containers | None = None


def list_environments(exchange: Exchange) -> Response:
    query = exchange.text("query")
    matches = parse(query, SELECTORS) if query is not None else None
    rows = [found for found in exchange.tenant.environments.values() if sees_environment(exchange, found)]
    return json_response([row for row in rows if matches is None or matches(row)])


def create_environment(exchange: Exchange) -> Response:
    """With one custom workspace in it."""
    tenant, wanted = exchange.tenant, exchange.body(EnvironmentToCreate)
    _refuse_taken_name(exchange, wanted.name)
    created = add_environment(
        tenant, tenant.new_id(), wanted.name, description=wanted.description, containers=wanted.max_cloud_containers
    )
    owner = wanted.owner or exchange.caller.id
    add_workspace(tenant, tenant.new_id(), wanted.workspace_name, created["id"], owner=owner, created=exchange.now)
    return json_response(created, 201)


def update_environment(exchange: Exchange) -> Response:
    # ASSUMED: what the body leaves out stays; disproved by a description that is gone after such an update.
    wanted, found = exchange.body(EnvironmentToUpdate), environment(exchange, exchange.param("Id"))
    if wanted.name != found["name"]:
        _refuse_taken_name(exchange, wanted.name)
    found["name"] = wanted.name
    if wanted.description is not None:
        found["description"] = wanted.description
    if wanted.max_cloud_containers is not None:
        found["maxCloudContainers"] = wanted.max_cloud_containers
    return no_content()


def delete_environment(exchange: Exchange) -> Response:
    """Everything inside goes too. Engines and promotions are in the way."""
    found = environment(exchange, exchange.param("Id"))
    users = users_of_environment(exchange.tenant, found["id"])
    if users:
        raise _in_use(exchange, found, users)
    remove_environment(exchange.tenant, found["id"])
    return no_content()


def _in_use(exchange: Exchange, found: Document, users: list[str]) -> VendorError:
    form, listed = exchange.tenant.settings.environment_refusal, ", ".join(users)
    if form == "403 usage details":
        return VendorError(403, {"Usage Details": listed})
    return refusal(int(form), f"Environment {found['name']} is used by {listed}")


def _refuse_taken_name(exchange: Exchange, name: str) -> None:
    if any(found["name"] == name for found in exchange.tenant.environments.values()):
        raise conflict(f"Environment {name} exists already")


ROUTES = (
    Route("GET", ENVIRONMENTS, list_environments, frozenset({"query"})),
    Route("POST", ENVIRONMENTS, create_environment, permission=MAY_MANAGE),
    Route("PUT", ENVIRONMENT, update_environment, permission=MAY_MANAGE),
    Route("DELETE", ENVIRONMENT, delete_environment, permission=MAY_MANAGE),
)
