"""Pipelines: listed, read, changed, deleted. None can be made through the API."""

import msgspec

from gateway.providers.nuvo.simulator.documents import data_response
from gateway.providers.nuvo.simulator.endpoint import Asked, Endpoint, State
from gateway.providers.nuvo.simulator.errors import VendorError, absent, bad_request
from gateway.providers.nuvo.simulator.listing import list_response
from gateway.providers.nuvo.simulator.pipeline import Pipeline
from gateway.providers.nuvo.simulator.timestamps import whole_ms
from gateway.providers.nuvo.simulator.world import may_see
from gateway.simulation.messages import Response, json_response


class _ErrorConfig(msgspec.Struct):
    error_threshold: int | None = None


class _Configuration(msgspec.Struct):
    error_config: _ErrorConfig | None = None
    developer_mode: bool | None = None


class _Update(msgspec.Struct):
    name: str | None = None
    active: bool | None = None
    configuration: _Configuration | None = None


def list_pipelines(state: State, asked: Asked) -> Response:
    with state.world.lock:
        seen = [pipeline for pipeline in state.world.pipelines if may_see(asked.identity, pipeline.owner)]
    return list_response(asked.request, state.settings, seen, Pipeline.plain, lambda pipeline: pipeline.row(state.settings))


def get_pipeline(state: State, asked: Asked) -> Response:
    return data_response(_find(state, asked).document(state.settings))


def update_pipeline(state: State, asked: Asked) -> Response:
    pipeline, wanted = _find(state, asked), asked.body(_Update)
    # ASSUMED: the whole object is wanted; disproved by a body of one member that is accepted.
    if state.settings.put_body == "full" and (wanted.name is None or wanted.configuration is None):
        raise bad_request("name and configuration are required")
    with state.world.lock:
        pipeline.name = pipeline.name if wanted.name is None else wanted.name
        pipeline.active = pipeline.active if wanted.active is None else wanted.active
        _configure(pipeline, wanted.configuration)
        pipeline.updated_at, pipeline.updated_by = whole_ms(state.now), asked.identity
    return data_response(pipeline.document(state.settings))


def delete_pipeline(state: State, asked: Asked) -> Response:
    """Its executions stay."""
    pipeline = _find(state, asked)
    with state.world.lock:
        state.world.pipelines.remove(pipeline)
    # ASSUMED: the answer that deleting a token has; disproved by a recorded one.
    return json_response({"message": "success"}) if state.settings.delete_answer == "message" else Response(204)


def _find(state: State, asked: Asked) -> Pipeline:
    pipeline = state.world.pipeline(asked.params["id"])
    if pipeline is None:
        raise absent("pipeline", asked.params["id"])
    if not may_see(asked.identity, pipeline.owner):
        raise VendorError(state.settings.foreign_status, f"There is no pipeline with the id {pipeline.id}")
    return pipeline


def _configure(pipeline: Pipeline, wanted: _Configuration | None) -> None:
    if wanted is None:
        return
    if wanted.developer_mode is not None:
        pipeline.developer_mode = wanted.developer_mode
    if wanted.error_config is not None and wanted.error_config.error_threshold is not None:
        pipeline.error_threshold = wanted.error_config.error_threshold


ENDPOINTS = (
    Endpoint("GET", "/pipeline", list_pipelines),
    Endpoint("GET", "/pipeline/{id}", get_pipeline),
    Endpoint("PUT", "/pipeline/{id}", update_pipeline),
    Endpoint("DELETE", "/pipeline/{id}", delete_pipeline),
)
