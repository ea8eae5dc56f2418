"""Creating, canceling and rebuilding builds, and retrying their failed jobs."""

import re
from dataclasses import replace

from gateway.providers.buildkite.simulator import build_changes
from gateway.providers.buildkite.simulator.bodies import Members
from gateway.providers.buildkite.simulator.build_changes import RETRYABLE, Order
from gateway.providers.buildkite.simulator.build_content import content_of
from gateway.providers.buildkite.simulator.build_parts import BuildContent
from gateway.providers.buildkite.simulator.build_rows import build_row
from gateway.providers.buildkite.simulator.builds import PIPELINE, view_of
from gateway.providers.buildkite.simulator.data import Build, Job, Pipeline
from gateway.providers.buildkite.simulator.errors import FORBIDDEN, ApiError, invalid
from gateway.providers.buildkite.simulator.exchange import Exchange, Route
from gateway.providers.buildkite.simulator.jobs import jobs_of, latest_only
from gateway.providers.buildkite.simulator.progress import TERMINAL_STATES
from gateway.simulation.messages import Response

RETRY_STATES = ("canceled", "expired", "failed", "soft_failed", "timed_out")
CANCELED_BUILD = "Jobs from canceled builds cannot be retried"
# The vendor's own command line tool compares with this sentence (buildkite/cli, preflight).
ALREADY_FINISHED = "Build can't be canceled because it's already finished."
_CANCELABLE = frozenset({"scheduled", "running", "failing"})
_CREATE = frozenset(
    {
        *("commit", "branch", "message", "author", "env", "meta_data", "clean_checkout", "ignore_pipeline_branch_filters"),
        *("pull_request_base_branch", "pull_request_id", "pull_request_labels", "pull_request_repository"),
    }
)


def refuse_archived(pipeline: Pipeline) -> None:
    # ASSUMED: an archived pipeline runs nothing any more, whichever way it is asked, and says only this; disproved by
    # a recorded answer to a build, retry or unblock there.
    if pipeline.archived_at is not None:
        raise ApiError(403, FORBIDDEN)


def _create(x: Exchange) -> Response:
    pipeline = x.pipeline()
    refuse_archived(pipeline)
    members = Members(x.body)
    commit, branch = members.required("commit"), members.required("branch")
    content = _content(members)
    members.flag("clean_checkout", default=False)
    unfiltered = members.flag("ignore_pipeline_branch_filters", default=False)
    members.check()
    if not unfiltered and not _takes(pipeline, branch):
        # ASSUMED: a filtered branch is 422 in this form; disproved by a recorded answer to one.
        raise invalid(("branch", "is not built by this pipeline"))
    return _row(x, build_changes.create(Order(pipeline, branch, commit, content, x.user), x.world, x.now), status=201)


def _content(members: Members) -> BuildContent:
    # ASSUMED: without an author there is none, the caller being the creator; disproved by a recorded answer with one.
    author = members.text_map("author")
    if author is not None and not set(author) <= {"name", "email"}:
        members.refuse("author", "must have only name and email")
    number = members.integer("pull_request_id", least=1)
    base, repository = members.text("pull_request_base_branch"), members.text("pull_request_repository")
    labels = members.texts("pull_request_labels")
    pull_request: dict[str, object] | None = None
    if number is not None:
        pull_request = {"id": str(number), "base": base, "repository": repository}
        pull_request |= {"labels": labels} if labels is not None else {}
    return BuildContent(
        message=members.text("message"),
        author=author,
        env=members.text_map("env") or {},
        meta_data=members.text_map("meta_data") or {},
        pull_request=pull_request,
        merge_queue=None,
        tag=None,
    )


def _takes(pipeline: Pipeline, branch: str) -> bool:
    """Patterns parted by blanks; `*` is a wildcard, a leading `!` excludes."""
    patterns = str(pipeline.fields.get("branch_configuration") or "").split()
    excluded = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    included = [pattern for pattern in patterns if not pattern.startswith("!")]
    return not any(_matches(each, branch) for each in excluded) and (
        not included or any(_matches(each, branch) for each in included)
    )


def _matches(pattern: str, branch: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), branch) is not None


def _row(x: Exchange, build: Build, *, status: int = 200) -> Response:
    return Response(status, build_row(build, x.world, x.now, view_of(x)))


def _cancel(x: Exchange) -> Response:
    build = x.build()
    progress = build.progress(x.now)
    if progress.state in TERMINAL_STATES and not progress.blocked:
        raise ApiError(422, ALREADY_FINISHED)
    # ASSUMED: creating, canceling and blocked builds are refused too, in this sentence; disproved by a recorded answer to
    # such a build.
    if progress.blocked or progress.state not in _CANCELABLE:
        raise ApiError(422, "Only scheduled, running and failing builds can be canceled")
    build_changes.cancel(build, x.world, x.now)
    return _row(x, build)


def _rebuild(x: Exchange) -> Response:
    before = x.build()
    pipeline = before.pipeline
    refuse_archived(pipeline)
    # ASSUMED: both refusals and their sentences; disproved by a rebuild of a running build that is accepted, or by a
    # recorded answer of a pipeline that does not allow rebuilds.
    if not pipeline.fields.get("allow_rebuilds", True):
        raise ApiError(422, "Rebuilds are not allowed for this pipeline")
    if not before.progress(x.now).settled:
        raise ApiError(422, "Only finished builds can be rebuilt")
    # ASSUMED: meta-data is not among what is copied, as it is not in the documented list; disproved by a recorded one.
    content = replace(content_of(before, x.world.seed), meta_data={})
    order = Order(pipeline, before.branch, before.commit, content, x.user, rebuilt_from=before)
    return _row(x, build_changes.create(order, x.world, x.now))


def _retry_failed(x: Exchange) -> Response:
    build = x.build()
    members = Members(x.body)
    text = members.text("states")
    members.check()
    wanted = {state.strip() for state in (text or "").split(",")} - {""}
    unknown = sorted(wanted - set(RETRY_STATES))
    if unknown:
        raise ApiError(400, f"Invalid states: {', '.join(unknown)}. Valid states are {', '.join(RETRY_STATES)}.")
    refuse_archived(build.pipeline)
    # ASSUMED: a canceled build refuses this as it refuses the retry of one job, and nothing to retry is no error;
    # disproved by a recorded answer to either.
    if build.progress(x.now).state in ("canceled", "canceling"):
        raise ApiError(422, CANCELED_BUILD)
    jobs = [job for job in latest_only(jobs_of(build, x.world, x.now)) if _failure(job, x) in (wanted or RETRY_STATES)]
    made = build_changes.retry(jobs, x.user, x.world, x.now)
    row = build_row(build, x.world, x.now, view_of(x))
    return Response(202, row[:-1] + b',"retried_jobs_count":%d}' % len(made))


def _failure(job: Job, x: Exchange) -> str:
    """Which of the retry states a job is in; "" for none."""
    state = job.state_at(x.now)
    if job.type != "script" or state not in RETRYABLE:
        return ""
    return "soft_failed" if job.soft_failed else state


_BUILD = PIPELINE + "/builds/{number}"

ROUTES = (
    Route("POST", PIPELINE + "/builds", "write_builds", _create, body=_CREATE),
    Route("PUT", _BUILD + "/cancel", "write_builds", _cancel),
    Route("PUT", _BUILD + "/rebuild", "write_builds", _rebuild),
    Route("PUT", _BUILD + "/retry_failed_jobs", "write_builds", _retry_failed, body=frozenset({"states"})),
)
