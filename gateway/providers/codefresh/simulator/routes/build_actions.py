"""What can be done to a build that is there. Two of these GETs write."""

import msgspec

from gateway.providers.codefresh.simulator.bodies import read_body
from gateway.providers.codefresh.simulator.build import TERMINAL, Build
from gateway.providers.codefresh.simulator.data.lifecycles import denied, terminated
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import bad_request, not_found
from gateway.providers.codefresh.simulator.keys import Access
from gateway.providers.codefresh.simulator.routes.builds import find_build
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Response, json_response


class _PullRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    create_on_success: bool | None = None
    merge_on_success: bool | None = None


class _Update(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    pull_request: _PullRequest


def terminate(state: State, asked: Asked) -> Response:
    wanted, now_ms = asked.params["id"], state.now_ms
    build = state.world.builds.with_progress(wanted)
    if build is None and state.settings.terminate_by_build_id:
        build = state.world.builds.get(wanted)
    if build is None:
        raise not_found("progress", wanted)
    status = build.status_at(now_ms)
    if status in TERMINAL:
        if state.settings.refuse_terminating_finished:
            raise bad_request(f"The build is over already: {status}")
    elif status != "terminating":
        build.reschedule(terminated(build.phases, now_ms))
        state.record("build.terminate", build.id, asked.key)
    return json_response(_outcome(state, build))


def approve(state: State, asked: Asked) -> Response:
    build = _waiting(state, asked.params["id"])
    build.reschedule(state.launcher.approve(build, state.now_ms))
    state.record("build.approve", build.id, asked.key)
    return json_response(_outcome(state, build))


def deny(state: State, asked: Asked) -> Response:
    build = _waiting(state, asked.params["id"])
    build.reschedule(denied(build.phases, state.now_ms, state.settings.denied_ends_as))
    state.record("build.deny", build.id, asked.key)
    return json_response(_outcome(state, build))


def update_pull_request(state: State, asked: Asked) -> Response:
    """Accepted and recorded; nothing shows it."""
    build = find_build(state, asked.params["id"])
    read_body(asked, _Update)
    state.record("build.update", build.id, asked.key)
    return json_response(_outcome(state, build))


def _waiting(state: State, build_id: str) -> Build:
    build = find_build(state, build_id)
    status = build.status_at(state.now_ms)
    # ASSUMED: a 400 for a build that waits for nobody; disproved by another status.
    if status != "pending-approval":
        raise bad_request(f"The build is not pending approval: {status}")
    return build


def _outcome(state: State, build: Build) -> Document:
    # ASSUMED: the id and the new status; disproved by a recorded answer. Readers should look at the build instead.
    return {"id": build.id, "status": build.status_at(state.now_ms)}


# ASSUMED: terminations need `build:write`, approvals `workflow:write`; disproved by the accesses the key form offers.
ENDPOINTS = (
    Endpoint("DELETE", "/progress/{id}", terminate, "build", access=Access.WRITE),
    Endpoint("GET", "/workflow/{id}/pending-approval/approve", approve, "workflow", access=Access.WRITE),
    Endpoint("GET", "/workflow/{id}/pending-approval/deny", deny, "workflow", access=Access.WRITE),
    Endpoint("POST", "/builds/{id}/update", update_pull_request, "build", access=Access.WRITE),
)
