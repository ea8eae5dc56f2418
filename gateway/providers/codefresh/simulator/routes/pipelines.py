"""Pipelines: `{"docs": [...], "count": N}`, where the count is that of all matches."""

import msgspec

from gateway.providers.codefresh.simulator.documents import docs_response, object_response
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import forbidden, not_found
from gateway.providers.codefresh.simulator.pipeline import Pipeline
from gateway.providers.codefresh.simulator.query import Query, parameters
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Response

CAP = 1_000

_FILTERS = parameters("limit offset projectId includeBuilds", repeated="id", nested="labels")


def list_pipelines(state: State, asked: Asked) -> Response:
    # ASSUMED: includeBuilds adds nothing here; disproved by a row that holds builds.
    asked.query.flag("includeBuilds")
    found = _search(state, asked.query)
    limit, offset = asked.query.limit(CAP), asked.query.offset()
    return docs_response((pipeline.stored.body for pipeline in found[offset : offset + limit]), len(found))


def list_pipeline_names(state: State, asked: Asked) -> Response:
    # ASSUMED: rows of id, name and projectId in the shape of the full list; disproved by a recorded answer.
    asked.query.flag("includeBuilds")
    found = _search(state, asked.query)
    limit, offset = asked.query.limit(CAP), asked.query.offset()
    rows = (msgspec.json.encode(pipeline.name_row) for pipeline in found[offset : offset + limit])
    return docs_response(rows, len(found))


def get_pipeline(state: State, asked: Asked) -> Response:
    pipeline = state.world.pipelines.get(asked.params["name"])
    decrypt = asked.query.flag("decryptVariables")
    if pipeline is None:
        raise not_found("pipeline", asked.params["name"])
    if not decrypt:
        return object_response(pipeline.stored.body)
    if state.settings.forbid_decrypt:
        raise forbidden("Decryption of variables is disabled for this account")
    return object_response(pipeline.stored.decrypted)


def _search(state: State, query: Query) -> list[Pipeline]:
    # ASSUMED: `id` finds an exact id or a part of the full name in any case, and several are alternatives, so that
    # a reader who wants one name has to compare it; disproved by a search for `deploy` that lacks `shop/deploy`.
    words = [word.lower() for word in query.texts("id")]
    project_id = query.text("projectId")
    # ASSUMED: of several tags each must be there, and other label keys match nothing; disproved by a real list.
    labels = query.nested("labels")
    return [
        pipeline
        for pipeline in state.world.pipelines.all
        if (not words or any(word == pipeline.id or word in pipeline.name.lower() for word in words))
        and (project_id is None or pipeline.project_id == project_id)
        and all(key == "tags" and tag in pipeline.tags for key, tag in labels)
    ]


ENDPOINTS = (
    Endpoint("GET", "/pipelines", list_pipelines, "pipeline", _FILTERS),
    Endpoint("GET", "/pipelines/names", list_pipeline_names, "pipeline", _FILTERS),
    Endpoint("GET", "/pipelines/{name}", get_pipeline, "pipeline", parameters("decryptVariables")),
)
