"""Retrying, unblocking and reprioritizing jobs, by both forms of a job's path."""

from gateway.providers.buildkite.simulator import build_changes
from gateway.providers.buildkite.simulator.bodies import Members
from gateway.providers.buildkite.simulator.build_changes import RETRYABLE
from gateway.providers.buildkite.simulator.build_content import content_of
from gateway.providers.buildkite.simulator.build_writes import CANCELED_BUILD, refuse_archived
from gateway.providers.buildkite.simulator.data import Build
from gateway.providers.buildkite.simulator.errors import ApiError, not_found
from gateway.providers.buildkite.simulator.exchange import Exchange, Route
from gateway.providers.buildkite.simulator.job_routes import JOB_PATHS
from gateway.providers.buildkite.simulator.jobs import job_row
from gateway.providers.buildkite.simulator.resources import User
from gateway.simulation.messages import Response, json_response

NOT_RETRYABLE = "Only failed, timed out or canceled jobs can be retried"
PARENT_CANCELED = "This job can't be retried because this build was triggered by a synchronous trigger step in a canceled build"


def _canceled(build: Build, x: Exchange) -> bool:
    return build.progress(x.now).state in ("canceled", "canceling")


def _retry(x: Exchange) -> Response:
    job = x.job()
    build = job.build
    refuse_archived(build.pipeline)
    # ASSUMED: the build is looked at before the job; disproved by a recorded answer to a passed job of a canceled build.
    if _canceled(build, x):
        raise ApiError(422, CANCELED_BUILD)
    # ASSUMED: an expired job is retried like a failed one, as retrying all failed jobs takes it, and the second retry
    # of a job is refused in the same words as that of a passed one; disproved by a recorded answer to either.
    if job.type != "script" or job.state_at(x.now) not in RETRYABLE or job.retried_in is not None:
        raise ApiError(400, NOT_RETRYABLE)
    # Which steps were synchronous is not simulated: every triggered build counts as one that was waited for.
    if build.triggered_from is not None and _canceled(build.triggered_from, x):
        raise ApiError(422, PARENT_CANCELED)
    [made] = build_changes.retry([job], x.user, x.world, x.now)
    return json_response(job_row(made, x.base, x.now))


def _unblock(x: Exchange) -> Response:
    job = x.job()
    build = job.build
    refuse_archived(build.pipeline)
    if job.type != "manual":
        raise ApiError(400, "This job type cannot be unblocked")
    if _canceled(build, x):
        raise ApiError(422, "Jobs from canceled builds cannot be unblocked")
    # ASSUMED: a block step that was unblocked, or never will be, is 422 in these words; disproved by a recorded answer.
    if job.state_at(x.now) != "blocked":
        raise ApiError(422, "This job is not blocked")
    members = Members(x.body)
    unblocker = _unblocker(members.text("unblocker"), x)
    fields = members.text_map("fields") or {}
    members.check()
    content = build_changes.with_meta_data(content_of(build, x.world.seed), fields)
    return json_response(job_row(build_changes.unblock(job, unblocker, content, x.world, x.now), x.base, x.now))


def _unblocker(user_id: str | None, x: Exchange) -> User:
    if user_id is None:
        return x.user
    for user in x.organization().users:
        if user.id == user_id:
            return user
    raise ApiError(422, "Unblocker is not a valid user id for this organization")


def _reprioritize(x: Exchange) -> Response:
    job = x.job()
    priority = x.body.get("priority")
    if not isinstance(priority, int) or isinstance(priority, bool):
        raise ApiError(400, "Priority must be an integer")
    # ASSUMED: only script jobs have a priority, and for others there is no such job; disproved by a recorded answer.
    if job.type != "script":
        raise not_found("job")
    return json_response(job_row(build_changes.reprioritize(job, priority, x.world), x.base, x.now))


ROUTES = tuple(
    route
    for path in JOB_PATHS
    for route in (
        Route("PUT", path + "/retry", "write_builds", _retry),
        Route("PUT", path + "/unblock", "write_builds", _unblock, body=frozenset({"unblocker", "fields"})),
        Route("PUT", path + "/reprioritize", "write_builds", _reprioritize, body=frozenset({"priority"})),
    )
)
