"""Projects are created, changed in part and deleted; there is no replacement as a whole."""

import msgspec

from gateway.providers.codefresh.simulator.bodies import check_form, read_object
from gateway.providers.codefresh.simulator.data.account import ACCOUNT_ID
from gateway.providers.codefresh.simulator.definition_form import Variable
from gateway.providers.codefresh.simulator.definitions import move_into_renamed
from gateway.providers.codefresh.simulator.documents import Document, Stored, object_response
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import bad_request, not_found
from gateway.providers.codefresh.simulator.kept_secrets import keep_variables
from gateway.providers.codefresh.simulator.keys import Access
from gateway.providers.codefresh.simulator.pipeline import Project, mask_variables
from gateway.providers.codefresh.simulator.state import State
from gateway.providers.codefresh.simulator.times import iso_ms
from gateway.simulation.messages import Response


class _Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    project_name: str | msgspec.UnsetType = msgspec.UNSET
    tags: list[str] = []
    variables: list[Variable] = []


class _New(_Change, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    project_name: str


def create_project(state: State, asked: Asked) -> Response:
    sent = read_object(asked)
    wanted = check_form(sent, _New)
    _check_name(state, wanted.project_name, None)
    document: Document = {
        "id": state.mint_id(),
        "projectName": wanted.project_name,
        "accountId": ACCOUNT_ID,
        "tags": wanted.tags,
        "favorite": False,
        "pipelinesNumber": 0,
        "variables": sent.get("variables", []),
        "updatedAt": iso_ms(state.now_ms),
    }
    stored, row = Stored(document, mask_variables), Stored(document, mask_variables)
    project = Project(str(document["id"]), wanted.project_name, tuple(wanted.tags), stored, row)
    state.world.projects.add(project)
    state.record("project.create", project.name, asked.key, made=project.id)
    return object_response(project.stored.body)


def change_project(state: State, asked: Asked) -> Response:
    """Each list that is sent takes the place of the one that was there."""
    project = _find(state, asked)
    sent = read_object(asked)
    wanted = check_form(sent, _Change)
    if isinstance(wanted.project_name, str):
        _check_name(state, wanted.project_name, project)
    if state.settings.stars_keep_secrets:
        sent = keep_variables(sent, project.stored.document)
    project.change(sent | {"updatedAt": iso_ms(state.now_ms)})
    if "tags" in sent:
        project.tags = tuple(wanted.tags)
    if isinstance(wanted.project_name, str) and wanted.project_name != project.name:
        state.world.projects.rename(project, wanted.project_name)
        move_into_renamed(state, project)
    state.record("project.change", project.id, asked.key)
    return object_response(project.stored.body)


def delete_project(state: State, asked: Asked) -> Response:
    project = _find(state, asked)
    # ASSUMED: a project has to be empty first; disproved by one that takes its pipelines along.
    if any(pipeline.project_id == project.id for pipeline in state.world.pipelines.all):
        raise bad_request(f"The project still has pipelines: {project.name}")
    state.world.projects.remove(project)
    state.record("project.delete", project.id, asked.key)
    # ASSUMED: the answer is empty; disproved by a recorded one.
    return Response(content_type=None)


def _check_name(state: State, name: str, project: Project | None) -> None:
    # ASSUMED: neither blank nor with a slash, which parts project and pipeline; disproved by such a project.
    if not name.strip() or "/" in name:
        raise bad_request(f"Project name is not valid: {name!r}")
    holder = state.world.projects.named(name)
    # ASSUMED: a name that is taken is a 400; disproved by a 409.
    if holder is not None and holder is not project:
        raise bad_request(f"Project name is already in use: {name}")


def _find(state: State, asked: Asked) -> Project:
    project = state.world.projects.get(asked.params["id"])
    if project is None:
        raise not_found("project", asked.params["id"])
    return project


ENDPOINTS = (
    Endpoint("POST", "/projects", create_project, "project", access=Access.WRITE),
    Endpoint("PATCH", "/projects/{id}", change_project, "project", access=Access.WRITE),
    Endpoint("DELETE", "/projects/{id}", delete_project, "project", access=Access.WRITE),
)
