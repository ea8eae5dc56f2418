"""Projects: `{"projects": [...]}` without a total."""

from gateway.providers.codefresh.simulator.documents import named_response, object_response
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import not_found
from gateway.providers.codefresh.simulator.query import parameters
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Response

CAP = 1_000


def list_projects(state: State, asked: Asked) -> Response:
    # ASSUMED: name is a part of the project's name, and all tags must be there; disproved by a real filtered list.
    name, tags = asked.query.text("name"), set(asked.query.texts("tags"))
    limit, offset = asked.query.limit(CAP), asked.query.offset()
    found = [
        project for project in state.world.projects.all if (name is None or name in project.name) and tags <= set(project.tags)
    ]
    return named_response("projects", (project.row.body for project in found[offset : offset + limit]))


def get_project(state: State, asked: Asked) -> Response:
    project = state.world.projects.get(asked.params["id"])
    if project is None:
        raise not_found("project", asked.params["id"])
    return object_response(project.stored.body)


def get_project_by_name(state: State, asked: Asked) -> Response:
    project = state.world.projects.named(asked.params["name"])
    if project is None or not set(asked.query.texts("tags")) <= set(project.tags):
        raise not_found("project", asked.params["name"])
    return object_response(project.stored.body)


ENDPOINTS = (
    Endpoint("GET", "/projects", list_projects, "project", parameters("limit offset name", repeated="tags")),
    Endpoint("GET", "/projects/{id}", get_project, "project"),
    Endpoint("GET", "/projects/name/{name}", get_project_by_name, "project", parameters(repeated="tags")),
)
