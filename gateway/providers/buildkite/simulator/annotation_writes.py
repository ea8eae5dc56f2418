"""Creating and deleting annotations, of a build or of one of its jobs."""

from dataclasses import replace

from gateway.providers.buildkite.simulator.annotations import annotations_of, row_of
from gateway.providers.buildkite.simulator.bodies import Members
from gateway.providers.buildkite.simulator.build_parts import Annotation
from gateway.providers.buildkite.simulator.data import Build
from gateway.providers.buildkite.simulator.errors import not_found
from gateway.providers.buildkite.simulator.exchange import Exchange, Route
from gateway.providers.buildkite.simulator.job_routes import BUILD, JOB_PATHS
from gateway.providers.buildkite.simulator.timestamps import whole_milliseconds
from gateway.simulation.messages import Response, json_response

STYLES = ("success", "info", "warning", "error")
DEFAULT_PRIORITY = 3
# ASSUMED: without a context it is this one, as the agent's own command has it; disproved by a recorded answer.
DEFAULT_CONTEXT = "default"
_MEMBERS = frozenset({"body", "style", "context", "priority", "append"})


def _create_of_build(x: Exchange) -> Response:
    return _create(x, x.build(), None)


def _create_of_job(x: Exchange) -> Response:
    job = x.job()
    return _create(x, job.build, job.id)


def _create(x: Exchange, build: Build, job_id: str | None) -> Response:
    members = Members(x.body)
    # ASSUMED: wrong members are 422 in this form, and the style `default` of the other API is wrong here; disproved
    # by a recorded answer to either.
    body, style = members.required("body"), members.one_of("style", STYLES)
    priority = members.integer("priority", least=1, most=10)
    context = members.text("context") or DEFAULT_CONTEXT
    append = members.flag("append", default=False)
    members.check()
    moment = whole_milliseconds(x.now)
    before = next((a for a in annotations_of(x, build) if (a.context, a.job_id) == (context, job_id)), None)
    if before is None:
        new_id = x.world.new_id(moment)
        # ASSUMED: without a style it is null; disproved by a recorded answer to a body without one.
        made = Annotation(new_id, context, style, job_id, priority or DEFAULT_PRIORITY, body, moment, moment)
    elif append:
        # ASSUMED: what an appending call does not name stays; disproved by a recorded answer that resets it.
        text = before.body + body
        made = replace(before, body=text, style=style or before.style, priority=priority or before.priority, updated_at=moment)
    else:
        made = replace(before, body=body, style=style, priority=priority or DEFAULT_PRIORITY, updated_at=moment)
    build.annotations[made.id] = made
    return json_response(row_of(made, omit_body=False), 201)


def _delete_of_build(x: Exchange) -> Response:
    # ASSUMED: below a build every annotation of it can be deleted, those of its jobs too; disproved by a 404 for one.
    return _delete(x, x.build(), None)


def _delete_of_job(x: Exchange) -> Response:
    job = x.job()
    return _delete(x, job.build, job.id)


def _delete(x: Exchange, build: Build, job_id: str | None) -> Response:
    for found in annotations_of(x, build):
        if found.id == x.request.params["annotation"] and job_id in (None, found.job_id):
            build.annotations[found.id] = None
            return Response(204, content_type=None)
    raise not_found("annotation")


ROUTES = (
    Route("POST", BUILD + "/annotations", "write_builds", _create_of_build, body=_MEMBERS),
    Route("DELETE", BUILD + "/annotations/{annotation}", "write_builds", _delete_of_build),
    *(
        route
        for path in JOB_PATHS
        for route in (
            Route("POST", path + "/annotations", "write_builds", _create_of_job, body=_MEMBERS),
            Route("DELETE", path + "/annotations/{annotation}", "write_builds", _delete_of_job),
        )
    ),
)
