"""Who the key belongs to, and the short lists of the account."""

from gateway.providers.codefresh.simulator.data.annotations import ENTITY_TYPES
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import annotation_error, not_found
from gateway.providers.codefresh.simulator.query import parameters
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Response, json_response

CAP = 1_000


def get_user(state: State, _asked: Asked) -> Response:
    return json_response(state.world.inventory.user)


def get_version(_state: State, _asked: Asked) -> Response:
    # ASSUMED: an object with one key; disproved by a recorded answer.
    return json_response({"version": "21.260.7"})


def list_runtime_environments(state: State, asked: Asked) -> Response:
    limit, offset = asked.query.limit(CAP), asked.query.offset()
    return json_response(state.world.inventory.runtime_environments[offset : offset + limit])


def get_runtime_environment(state: State, asked: Asked) -> Response:
    """Version, extension and history are accepted; there is one version of each."""
    return json_response(_named(state.world.inventory.runtime_environments, asked.params["name"]))


def list_annotations(state: State, asked: Asked) -> Response:
    filters = {"id": "_id", "entityId": "entityId", "entityType": "entityType", "key": "key"}
    kind = asked.query.text("entityType")
    if kind is not None and kind not in ENTITY_TYPES:
        raise annotation_error(400, f"entityType must be one of {', '.join(ENTITY_TYPES)}")
    return json_response(
        [
            annotation
            for annotation in state.world.annotations
            if all(asked.query.text(name) in (None, annotation[key]) for name, key in filters.items())
        ]
    )


def list_clusters(state: State, _asked: Asked) -> Response:
    return json_response(state.world.inventory.clusters)


def list_teams(state: State, _asked: Asked) -> Response:
    return json_response(state.world.inventory.teams)


def list_api_keys(state: State, _asked: Asked) -> Response:
    return json_response(state.world.inventory.api_keys)


def list_environments(state: State, _asked: Asked) -> Response:
    # ASSUMED: docs, not a bare array; disproved by a recorded answer.
    return json_response({"docs": state.world.inventory.environments})


def list_step_types(state: State, asked: Asked) -> Response:
    # ASSUMED: docs without a total; disproved by a recorded answer.
    limit, offset = asked.query.limit(CAP), asked.query.offset()
    return json_response({"docs": state.world.inventory.step_types[offset : offset + limit]})


def get_step_type(state: State, asked: Asked) -> Response:
    return json_response(_named(state.world.inventory.step_types, asked.params["name"]))


def _named(documents: list[Document], name: str) -> Document:
    for document in documents:
        metadata = document["metadata"]
        if isinstance(metadata, dict) and metadata["name"] == name:
            return document
    raise not_found("resource", name)


_PAGE = parameters("limit offset")

# ASSUMED: runtimes need `agents`, annotations `view`, teams and keys nothing; disproved by a key that shows otherwise.
ENDPOINTS = (
    Endpoint("GET", "/user", get_user, None),
    Endpoint("GET", "/version", get_version, None),
    Endpoint("GET", "/runtime-environments", list_runtime_environments, "agents", _PAGE),
    Endpoint(
        "GET",
        "/runtime-environments/{name}",
        get_runtime_environment,
        "agents",
        parameters("version extend history"),
    ),
    Endpoint("GET", "/annotations", list_annotations, "view", parameters("id entityId entityType key")),
    Endpoint("GET", "/clusters", list_clusters, "clusters"),
    Endpoint("GET", "/team", list_teams, None),
    Endpoint("GET", "/auth/keys", list_api_keys, None),
    Endpoint("GET", "/environments-v2", list_environments, "environments-v2"),
    Endpoint("GET", "/step-types", list_step_types, "step-types", _PAGE),
    Endpoint("GET", "/step-types/{name}", get_step_type, "step-types"),
)
