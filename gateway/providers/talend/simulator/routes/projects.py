"""Projects. Only personal access tokens may ask."""

from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import conflict, not_found
from gateway.providers.talend.simulator.exchange import PAGING, Body, Exchange, Name, Route, no_content, page
from gateway.providers.talend.simulator.identifiers import iso
from gateway.providers.talend.simulator.lookups import name_matches
from gateway.providers.talend.simulator.records import add_project
from gateway.simulation.messages import Response, json_response

PROJECTS = "/orchestration/projects"
PROJECT = f"{PROJECTS}/{{projectId}}"


class ProjectToCreate(Body, frozen=True):
    owner: Name
    url: Name
    name: Name
    description: str | None = None


class ProjectToUpdate(Body, frozen=True):
    owner: Name | None = None
    description: str | None = None
    url: Name | None = None


def list_projects(exchange: Exchange) -> Response:
    offset, limit = exchange.window()
    wanted = exchange.text("projectName")
    rows = [found for found in exchange.tenant.projects.values() if name_matches(exchange, found, wanted)]
    return page(rows, offset, limit)


def get_project(exchange: Exchange) -> Response:
    return json_response(project_of(exchange))


def create_project(exchange: Exchange) -> Response:
    # ASSUMED: the 409 means the name or the repository of another project; disproved by two projects that share one.
    tenant, wanted = exchange.tenant, exchange.body(ProjectToCreate)
    if any(found["name"] == wanted.name for found in tenant.projects.values()):
        raise conflict(f"Project {wanted.name} exists already")
    _refuse_taken_url(exchange, wanted.url, None)
    created = add_project(
        tenant,
        tenant.new_id(),
        wanted.name,
        owner=wanted.owner,
        author=exchange.caller.id,
        url=wanted.url,
        created=exchange.now,
        description=wanted.description,
    )
    return json_response(created, 201)


def update_project(exchange: Exchange) -> Response:
    # ASSUMED: what the body leaves out stays, as nothing in it is required; disproved by a member that is gone.
    wanted, found = exchange.body(ProjectToUpdate), project_of(exchange)
    if wanted.url is not None:
        _refuse_taken_url(exchange, wanted.url, found["id"])
    given = (("owner", wanted.owner), ("description", wanted.description), ("url", wanted.url))
    found |= {key: value for key, value in given if value is not None}
    found["updateDate"] = iso(exchange.now)
    return json_response(found)


def delete_project(exchange: Exchange) -> Response:
    tenant, project_id = exchange.tenant, project_of(exchange)["id"]
    del tenant.projects[project_id], tenant.project_users[project_id], tenant.project_groups[project_id]
    return no_content()


def project_of(exchange: Exchange) -> Document:
    project_id = exchange.param("projectId")
    found = exchange.tenant.projects.get(project_id)
    if found is None:
        raise not_found("Project", project_id)
    return found


def _refuse_taken_url(exchange: Exchange, url: str, own_id: str | None) -> None:
    if any(found["url"] == url and found["id"] != own_id for found in exchange.tenant.projects.values()):
        raise conflict(f"Another project uses the repository {url}")


ROUTES = (
    Route("GET", PROJECTS, list_projects, PAGING | {"projectName"}, personal_only=True),
    Route("POST", PROJECTS, create_project, permission=MAY_OPERATE, personal_only=True),
    Route("GET", PROJECT, get_project, personal_only=True),
    Route("PUT", PROJECT, update_project, permission=MAY_OPERATE, personal_only=True),
    Route("DELETE", PROJECT, delete_project, permission=MAY_OPERATE, personal_only=True),
)
