"""Runs: what comes back is the new build's id as a JSON string and nothing else."""

from gateway.providers.codefresh.simulator import yaml_text
from gateway.providers.codefresh.simulator.build import Build
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import bad_request, not_found
from gateway.providers.codefresh.simulator.keys import Access
from gateway.providers.codefresh.simulator.routes.builds import find_build
from gateway.providers.codefresh.simulator.run_request import find_trigger, read_run_request
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Response, json_response


def run_pipeline(state: State, asked: Asked) -> Response:
    build = _run_saved(state, asked)
    state.record("pipeline.run", str(build.pipeline_id), asked.key, made=build.id)
    return _started(state, build)


def debug_pipeline(state: State, asked: Asked) -> Response:
    """The debugger itself is out of scope: an ordinary build."""
    build = _run_saved(state, asked)
    state.record("pipeline.debug", str(build.pipeline_id), asked.key, made=build.id)
    return _started(state, build)


def run_bare_yaml(state: State, asked: Asked) -> Response:
    request, sent = read_run_request(state, asked)
    text = request.user_yaml_descriptor
    if text is None:
        raise bad_request("userYamlDescriptor is required")
    # ASSUMED: there is no trigger to borrow from; disproved by a bare run that takes one.
    if request.trigger is not None:
        raise bad_request(f"trigger is not valid: {request.trigger}")
    facts = state.launcher.facts(None, None, request.branch, request.sha)
    steps, waits = request.steps_of(yaml_text.step_names(text)), yaml_text.asks_approval(text)
    build = state.launcher.launch(facts, sent, steps, state.now_ms, asks_approval=waits)
    state.record("yaml.run", "", asked.key, made=build.id)
    return _started(state, build)


def rebuild(state: State, asked: Asked) -> Response:
    """A GET that writes: a new build like the old one, which stays as it is."""
    old = find_build(state, asked.params["id"])
    pipeline = None
    if old.pipeline_id is not None:
        # ASSUMED: what a deleted pipeline ran cannot be run again; disproved by a new build of one.
        pipeline = state.world.pipelines.get(old.pipeline_id)
        if pipeline is None:
            raise not_found("pipeline", old.pipeline_id)
    text = str((old.request or {}).get("userYamlDescriptor") or "")
    waits = yaml_text.asks_approval(text) if text or pipeline is None else pipeline.asks_approval
    build = state.launcher.rebuild(old, state.now_ms, asks_approval=waits)
    state.record("build.rebuild", old.id, asked.key, made=build.id)
    return json_response(build.id)


def _run_saved(state: State, asked: Asked) -> Build:
    pipeline = state.world.pipelines.get(asked.params["name"])
    if pipeline is None:
        raise not_found("pipeline", asked.params["name"])
    request, sent = read_run_request(state, asked)
    facts = state.launcher.facts(pipeline, find_trigger(pipeline, request.trigger), request.branch, request.sha)
    text = request.user_yaml_descriptor
    names = pipeline.step_names if text is None else yaml_text.step_names(text)
    waits = pipeline.asks_approval if text is None else yaml_text.asks_approval(text)
    return state.launcher.launch(facts, sent, request.steps_of(names), state.now_ms, asks_approval=waits)


def _started(state: State, build: Build) -> Response:
    # ASSUMED: the address of the build's status is that of the build, in full; disproved by a recorded header.
    return json_response(build.id, headers={"Location": f"{state.origin}/api/builds/{build.id}"})


# ASSUMED: runs need `pipeline:run`, a rebuild `build:write`; disproved by the accesses that the key form offers.
ENDPOINTS = (
    Endpoint("POST", "/pipelines/run", run_bare_yaml, "pipeline", access=Access.RUN),
    Endpoint("POST", "/pipelines/run/{name}", run_pipeline, "pipeline", access=Access.RUN),
    Endpoint("POST", "/pipelines/debug/{name}", debug_pipeline, "pipeline", access=Access.RUN),
    Endpoint("GET", "/builds/rebuild/{id}", rebuild, "build", access=Access.WRITE),
)
