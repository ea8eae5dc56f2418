"""Builds: `{"workflows": {"docs": [...]}, "pagination": {...}}`, read page by page in a session."""

import msgspec

from gateway.providers.codefresh.simulator.build import Build
from gateway.providers.codefresh.simulator.build_filter import BuildFilter
from gateway.providers.codefresh.simulator.context_revisions import context_revisions
from gateway.providers.codefresh.simulator.data.account import ACCOUNT_ID
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import bad_request, not_found
from gateway.providers.codefresh.simulator.paging import SESSION_HEADER, Direction, PageRequest, SessionName
from gateway.providers.codefresh.simulator.query import Query, parameters
from gateway.providers.codefresh.simulator.state import State
from gateway.providers.codefresh.simulator.times import SECOND_MS
from gateway.simulation.messages import Response, join_rows, json_response

CAP = 100


def list_builds(state: State, asked: Asked) -> Response:
    now_ms = state.now_ms
    only = BuildFilter.read(asked.query, now_ms)
    wanted = PageRequest(
        page=asked.query.integer("page", 0) if asked.query.text("page") is not None else None,
        reset=asked.query.flag("paginationReset"),
        direction=_direction(asked.query),
        limit=asked.query.limit(CAP),
    )
    header = asked.headers.get(SESSION_HEADER, "")
    name = SessionName(asked.key.id, header)
    page = state.sessions.read(name, wanted, only, reread=state.settings.reread_page)
    # ASSUMED: without the header the session is shown under the key's id; disproved by a recorded answer.
    pagination = msgspec.json.encode({"sessionId": header or asked.key.id, "nextPage": page.has_next})
    rows = join_rows(build.body_at(now_ms) for build in page.rows)
    return Response(body=b'{"workflows":{"docs":' + rows + b'},"pagination":' + pagination + b"}")


def get_build(state: State, asked: Asked) -> Response:
    """The row of the list and a few keys more."""
    build, now_ms = find_build(state, asked.params["id"]), state.now_ms
    if build.request is not None and now_ms < build.key.created_ms + state.settings.new_build_hidden_s * SECOND_MS:
        raise not_found("build", build.id)
    document = build.document_at(now_ms)
    # ASSUMED: noAccount leaves out the account's id; disproved by an answer that still has it.
    if not asked.query.flag("noAccount"):
        document["accountId"] = ACCOUNT_ID
    descriptor = (build.request or {}).get("userYamlDescriptor")
    if descriptor is not None:
        document["userYamlDescriptor"] = descriptor
    elif build.step_names:
        document["userYamlDescriptor"] = "steps:\n" + "".join(f"  {name}: {{}}\n" for name in build.step_names)
    return json_response(document)


def list_context_revisions(state: State, asked: Asked) -> Response:
    build = find_build(state, asked.params["id"])
    return json_response(context_revisions(build, state.seed, state.now_ms))


def find_build(state: State, build_id: str) -> Build:
    # ASSUMED: text that is no id is not found either; disproved by another status for it.
    build = state.world.builds.get(build_id)
    if build is None:
        raise not_found("build", build_id)
    return build


def _direction(query: Query) -> Direction | None:
    match query.text("paginationDirection"):
        case None:
            return None
        case "next":
            return "next"
        case "prev":
            return "prev"
        case other:
            raise bad_request(f"paginationDirection must be next or prev, got {other!r}")


# ASSUMED: lists and builds need the scope `build`, step detail `workflow`; disproved by the key form's own words.
ENDPOINTS = (
    Endpoint(
        "GET",
        "/workflow",
        list_builds,
        "build",
        parameters(
            "limit page paginationReset paginationDirection startDate endDate",
            repeated="status trigger pipeline revision branchName pipelineTriggerId",
        ),
    ),
    Endpoint("GET", "/builds/{id}", get_build, "build", parameters("noAccount")),
    Endpoint("GET", "/workflow/{id}/context-revision", list_context_revisions, "workflow"),
)
