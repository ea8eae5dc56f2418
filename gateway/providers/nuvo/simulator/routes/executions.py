"""Executions: started, read, listed."""

import msgspec

from gateway.providers.nuvo.simulator.documents import data_response
from gateway.providers.nuvo.simulator.endpoint import Asked, Endpoint, State
from gateway.providers.nuvo.simulator.errors import VendorError, absent, bad_request
from gateway.providers.nuvo.simulator.launch import launch
from gateway.providers.nuvo.simulator.listing import list_response
from gateway.providers.nuvo.simulator.world import may_see
from gateway.simulation.messages import Response, json_response


class _Create(msgspec.Struct, forbid_unknown_fields=True):
    pipeline_id: str


def create_execution(state: State, asked: Asked) -> Response:
    wanted = asked.body(_Create)
    pipeline = state.world.pipeline(wanted.pipeline_id)
    if pipeline is None:
        raise absent("pipeline", wanted.pipeline_id)
    if not may_see(asked.identity, pipeline.owner):
        raise VendorError(state.settings.foreign_status, f"There is no pipeline with the id {wanted.pipeline_id}")
    if not pipeline.active and not state.settings.inactive_pipelines_run:
        raise bad_request("The pipeline is not active")
    created = launch(state, pipeline, asked.identity, "MANUAL")
    rows = [execution.receipt(state.settings) for execution in created]
    if state.settings.create_shape == "object" and rows:
        return data_response(rows[0], state.settings.create_status)
    return data_response(rows, state.settings.create_status)


def get_execution(state: State, asked: Asked) -> Response:
    execution = state.world.execution(asked.params["id"])
    if execution is None:
        raise absent("execution", asked.params["id"])
    if not may_see(asked.identity, execution.owner):
        raise VendorError(state.settings.foreign_status, f"There is no execution with the id {execution.id}")
    return data_response(execution.row(state.now, state.settings, detail=True))


def list_executions(state: State, asked: Asked) -> Response:
    now, settings = state.now, state.settings
    with state.world.lock:
        seen = [execution for execution in state.world.executions if may_see(asked.identity, execution.owner)]
    return list_response(
        asked.request, settings, seen, lambda execution: execution.plain(now), lambda execution: execution.row(now, settings)
    )


def refuse(_state: State, asked: Asked) -> Response:
    # ASSUMED: 405 for what executions cannot do; disproved by a 404.
    return json_response({"message": f"{asked.request.method} is not allowed here", "status": 405}, 405)


ENDPOINTS = (
    Endpoint("POST", "/execution", create_execution),
    Endpoint("GET", "/execution", list_executions),
    Endpoint("GET", "/execution/{id}", get_execution),
    Endpoint("DELETE", "/execution/{id}", refuse),
    Endpoint("PUT", "/execution/{id}", refuse),
)
