"""Pipelines are created, replaced whole and deleted; there is no partial update and no archive."""

from gateway.providers.codefresh.simulator.bodies import as_object, read_object
from gateway.providers.codefresh.simulator.definitions import remove, save
from gateway.providers.codefresh.simulator.documents import object_response
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import api_error, not_found
from gateway.providers.codefresh.simulator.keys import Access
from gateway.providers.codefresh.simulator.pipeline import Pipeline
from gateway.providers.codefresh.simulator.query import parameters
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Response


def create_pipeline(state: State, asked: Asked) -> Response:
    pipeline = save(state, read_object(asked), None)
    state.record("pipeline.create", pipeline.name, asked.key, made=pipeline.id)
    return object_response(pipeline.stored.body)


def replace_pipeline(state: State, asked: Asked) -> Response:
    skip, unchecked = asked.query.flag("skipTriggerValidation"), asked.query.flag("disableRevisionCheck")
    old = _find(state, asked)
    sent = read_object(asked)
    revision = as_object(old.stored.document["metadata"])["revision"]
    sent_revision = as_object(sent.get("metadata")).get("revision")
    # ASSUMED: 409 for any other revision and for none; disproved by another status or a save without one.
    if not unchecked and sent_revision != revision:
        raise api_error(409, f"The pipeline is at revision {revision}, the definition is of {sent_revision or 'none'}")
    pipeline = save(state, sent, old, check_triggers=not skip)
    state.record("pipeline.replace", pipeline.id, asked.key)
    return object_response(pipeline.stored.body)


def delete_pipeline(state: State, asked: Asked) -> Response:
    pipeline = _find(state, asked)
    remove(state, pipeline)
    state.record("pipeline.delete", pipeline.id, asked.key)
    # ASSUMED: the answer is empty; disproved by a recorded one.
    return Response(content_type=None)


def _find(state: State, asked: Asked) -> Pipeline:
    pipeline = state.world.pipelines.get(asked.params["name"])
    if pipeline is None:
        raise not_found("pipeline", asked.params["name"])
    return pipeline


ENDPOINTS = (
    Endpoint("POST", "/pipelines", create_pipeline, "pipeline", access=Access.WRITE),
    Endpoint(
        "PUT",
        "/pipelines/{name}",
        replace_pipeline,
        "pipeline",
        parameters("skipTriggerValidation disableRevisionCheck"),
        Access.WRITE,
    ),
    Endpoint("DELETE", "/pipelines/{name}", delete_pipeline, "pipeline", access=Access.WRITE),
)
