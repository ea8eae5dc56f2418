"""The build reads."""

from collections.abc import Sequence

from gateway.providers.buildkite.simulator.build_rows import View, build_row
from gateway.providers.buildkite.simulator.data import Build
from gateway.providers.buildkite.simulator.errors import TOO_DEEP, ApiError
from gateway.providers.buildkite.simulator.exchange import Exchange, Route
from gateway.providers.buildkite.simulator.filters import BUILD_VIEW, LIST_QUERY, filtered
from gateway.providers.buildkite.simulator.job_plans import JOB_STATES
from gateway.providers.buildkite.simulator.links import link_header, page_of
from gateway.simulation.messages import Response, join_rows


def _list_all(x: Exchange) -> Response:
    organizations = x.organizations()
    if len(organizations) == 1:
        return _list(x, organizations[0].newest_first)
    rows = [build for organization in organizations for build in organization.newest_first]
    return _list(x, sorted(rows, key=lambda build: build.order))


def _list_organization(x: Exchange) -> Response:
    return _list(x, x.organization().newest_first)


def _list_pipeline(x: Exchange) -> Response:
    return _list(x, x.pipeline().newest_first)


def _list(x: Exchange, builds: Sequence[Build]) -> Response:
    page = page_of(x.request)
    if page.last_row > x.settings.deepest_build_row:
        raise ApiError(400, TOO_DEEP)
    view = view_of(x)
    found = filtered(x, builds)
    rows = [build_row(build, x.world, x.now, view) for build in page.cut(found)]
    return Response(body=join_rows(rows), headers=link_header(x.request, page, len(found), x.origin))


def _get(x: Exchange) -> Response:
    build = x.build()
    states = frozenset(x.request.values("job_states[]"))
    # ASSUMED: an unknown job state is 400 here, as in the list of jobs; disproved by a vendor answer to one.
    unknown = states - set(JOB_STATES)
    if unknown:
        raise ApiError(400, f"Invalid states: {', '.join(sorted(unknown))}")
    test_engine = x.flag("include_test_engine", default=False)
    return Response(body=build_row(build, x.world, x.now, view_of(x, single=True, states=states, engine=test_engine)))


def view_of(x: Exchange, *, single: bool = False, states: frozenset[str] = frozenset(), engine: bool = False) -> View:
    return View(
        base=x.base,
        jobs=not x.flag("exclude_jobs", default=False),
        pipeline=not x.flag("exclude_pipeline", default=False),
        retried=x.flag("include_retried_jobs", default=False),
        paused=x.flag("include_paused", default=True),
        webhook=x.sees_webhook_urls,
        single=single,
        test_engine=engine,
        job_states=states,
    )


PIPELINE = "/organizations/{org}/pipelines/{pipeline}"

ROUTES = (
    Route("GET", "/builds", "read_builds", _list_all, LIST_QUERY),
    Route("GET", "/organizations/{org}/builds", "read_builds", _list_organization, LIST_QUERY),
    Route("GET", PIPELINE + "/builds", "read_builds", _list_pipeline, LIST_QUERY),
    Route(
        "GET",
        PIPELINE + "/builds/{number}",
        "read_builds",
        _get,
        BUILD_VIEW | {"include_test_engine", "job_states[]"},
    ),
)
