"""The control routes of this vendor: for tests in other processes, and for whoever plays with the demo."""

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

from gateway.providers.nuvo.simulator.endpoint import State
from gateway.providers.nuvo.simulator.execution import Ending, Execution, Trigger
from gateway.providers.nuvo.simulator.identities import IDENTITIES, OPS, Identity
from gateway.providers.nuvo.simulator.launch import end_now, fix, launch
from gateway.providers.nuvo.simulator.pipeline import Pipeline
from gateway.providers.nuvo.simulator.settings import SimulatorSettings
from gateway.simulation.messages import Request, Response, json_response

PREFIX = "/__control/"


class _Launch(msgspec.Struct, forbid_unknown_fields=True):
    pipeline: str
    trigger: Trigger = "MANUAL"
    by: str = OPS.identifier


class _Script(msgspec.Struct, forbid_unknown_fields=True):
    pipeline: str
    files: int | None = None
    endings: list[Ending] = []
    seconds: float | None = None


class _Fix(msgspec.Struct, forbid_unknown_fields=True):
    execution: str
    ending: Literal["SUCCESSFUL", "FAILED"] = "SUCCESSFUL"
    seconds: float = 30.0
    by: str = OPS.identifier


class _End(msgspec.Struct, forbid_unknown_fields=True):
    execution: str
    ending: Literal["SUCCESSFUL", "FAILED"] = "SUCCESSFUL"


_Handler: TypeAlias = Callable[[State, bytes], Response]


def serve_control(state: State, request: Request) -> Response | None:
    """None when the route is not one of these. 400 for a bad body, 404 for an unknown id, 409 for a wrong state."""
    handler = _HANDLERS.get((request.method, request.raw_path.removeprefix(PREFIX)))
    if handler is None:
        return None
    try:
        return handler(state, request.body)
    except msgspec.MsgspecError as error:
        return json_response({"error": str(error)}, 400)
    except KeyError as error:
        return json_response({"error": f"unknown: {error.args[0]}"}, 404)
    except ValueError as error:
        return json_response({"error": str(error)}, 409)


def change_settings(settings: SimulatorSettings, changes: bytes) -> None:
    """`changes` is a JSON object of some settings; msgspec's ValidationError, and nothing changed, if one is wrong."""
    merged = msgspec.to_builtins(settings) | msgspec.json.decode(changes, type=dict[str, object])
    changed = msgspec.convert(merged, SimulatorSettings)
    for name in SimulatorSettings.__struct_fields__:
        setattr(settings, name, getattr(changed, name))


def _get_settings(state: State, _body: bytes) -> Response:
    return json_response(state.settings)


def _post_settings(state: State, body: bytes) -> Response:
    change_settings(state.settings, body)
    return json_response(state.settings)


def _launch(state: State, body: bytes) -> Response:
    wanted = msgspec.json.decode(body, type=_Launch)
    created = launch(state, _pipeline(state, wanted.pipeline), _identity(wanted.by), wanted.trigger)
    return json_response({"ids": [execution.id for execution in created]}, 201)


def _script(state: State, body: bytes) -> Response:
    wanted = msgspec.json.decode(body, type=_Script)
    script = _pipeline(state, wanted.pipeline).script
    script.files, script.endings, script.seconds = wanted.files, list(wanted.endings), wanted.seconds
    return Response(204)


def _fix(state: State, body: bytes) -> Response:
    wanted = msgspec.json.decode(body, type=_Fix)
    fix(state, _execution(state, wanted.execution), _identity(wanted.by), wanted.ending, wanted.seconds)
    return Response(204)


def _end(state: State, body: bytes) -> Response:
    wanted = msgspec.json.decode(body, type=_End)
    end_now(state, _execution(state, wanted.execution), wanted.ending)
    return Response(204)


def _revoke(state: State, _body: bytes) -> Response:
    state.tokens.revoke_all()
    return Response(204)


def _pipeline(state: State, id_or_name: str) -> Pipeline:
    for pipeline in state.world.pipelines:
        if id_or_name in (pipeline.id, pipeline.name):
            return pipeline
    raise KeyError(id_or_name)


def _execution(state: State, execution_id: str) -> Execution:
    found = state.world.execution(execution_id)
    if found is None:
        raise KeyError(execution_id)
    return found


def _identity(identifier: str) -> Identity:
    for identity in IDENTITIES:
        if identity.identifier == identifier:
            return identity
    raise KeyError(identifier)


_HANDLERS: dict[tuple[str, str], _Handler] = {
    ("GET", "settings"): _get_settings,
    ("POST", "settings"): _post_settings,
    ("POST", "executions"): _launch,
    ("POST", "scripts"): _script,
    ("POST", "fixes"): _fix,
    ("POST", "endings"): _end,
    ("DELETE", "tokens"): _revoke,
}
