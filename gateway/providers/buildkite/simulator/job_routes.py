"""The job reads, by both forms of a job's path."""

import base64
import binascii

from gateway.providers.buildkite.simulator import logs
from gateway.providers.buildkite.simulator.catalogue import CANARY
from gateway.providers.buildkite.simulator.data import Job
from gateway.providers.buildkite.simulator.errors import ApiError
from gateway.providers.buildkite.simulator.exchange import Exchange, Route
from gateway.providers.buildkite.simulator.job_plans import JOB_STATES
from gateway.providers.buildkite.simulator.jobs import job_row, jobs_of, latest_only
from gateway.providers.buildkite.simulator.links import encode_query, per_page_of
from gateway.simulation.messages import Response, json_response

BUILD = "/organizations/{org}/pipelines/{pipeline}/builds/{number}"
JOB_PATHS = (BUILD + "/jobs/{job}", "/organizations/{org}/jobs/{job}")
_CURSORS = ("after", "before")


def _list(x: Exchange) -> Response:
    jobs = _wanted(x)
    size = per_page_of(x.request)
    after, before = (x.request.value(name) for name in _CURSORS)
    if after is not None and before is not None:
        raise ApiError(400, "after and before are mutually exclusive")
    start, end = 0, size
    if after is not None:
        start = _position(jobs, after) + 1
        end = start + size
    elif before is not None:
        end = _position(jobs, before)
        start = max(0, end - size)
    shown = jobs[start:end]
    links = {"self": _url(x)}
    if end < len(jobs) and shown:
        links["next"] = _url(x, after=_cursor(shown[-1]))
    if start > 0 and shown:
        links["prev"] = _url(x, before=_cursor(shown[0]))
        links["first"] = _url(x, keep_cursor=False)
    return json_response({"items": [job_row(job, x.base, x.now) for job in shown], "links": links})


def _wanted(x: Exchange) -> list[Job]:
    jobs = jobs_of(x.build(), x.world, x.now)
    if not x.flag("include_retried_jobs", default=True):
        jobs = latest_only(jobs)
    states = set(x.request.values("state[]") + x.request.values("state"))
    unknown = states - set(JOB_STATES)
    if unknown:
        raise ApiError(400, f"Invalid states: {', '.join(sorted(unknown))}")
    if states:
        jobs = [job for job in jobs if job.state_at(x.now) in states]
    step_key, group_key = x.request.value("step_key"), x.request.value("group_key")
    if step_key is not None:
        jobs = [job for job in jobs if job.step.key == step_key]
    if group_key is not None:
        jobs = [job for job in jobs if job.step.group == group_key]
    return jobs


def _cursor(job: Job) -> str:
    # ASSUMED: cursors are opaque, and next, prev and first are left out where there is nothing; disproved by a null
    # link in a recorded answer.
    return base64.urlsafe_b64encode(job.id.encode()).decode()


def _position(jobs: list[Job], cursor: str) -> int:
    """400 for a cursor that is damaged or of another build or filter."""
    try:
        job_id = base64.urlsafe_b64decode(cursor).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise ApiError(400, "Invalid cursor") from None
    for position, job in enumerate(jobs):
        if job.id == job_id:
            return position
    raise ApiError(400, "Invalid cursor")


def _url(x: Exchange, *, keep_cursor: bool = True, **cursor: str) -> str:
    drop_cursor = bool(cursor) or not keep_cursor
    pairs = [(name, value) for name, value in x.request.query if not (drop_cursor and name in _CURSORS)]
    pairs += cursor.items()
    if not any(name == "per_page" for name, _ in pairs):
        pairs.append(("per_page", str(per_page_of(x.request))))
    return f"{x.origin}{x.request.raw_path}?{encode_query(pairs)}"


def _get(x: Exchange) -> Response:
    return json_response(job_row(x.job(), x.base, x.now))


def _env(x: Exchange) -> Response:
    job = x.job()
    build = job.build
    return json_response(
        {
            "env": {
                "CI": "true",
                "BUILDKITE_BRANCH": build.branch,
                "BUILDKITE_COMMIT": build.commit,
                "BUILDKITE_JOB_ID": job.id,
                "DEPLOY_TOKEN": f"{CANARY}job-{job.id}",
            }
        }
    )


_LIST_QUERY = frozenset({"state", "state[]", "include_retried_jobs", "step_key", "group_key", "per_page", "after", "before"})

ROUTES = (
    Route("GET", BUILD + "/jobs", "read_builds", _list, _LIST_QUERY),
    *(
        route
        for path in JOB_PATHS
        for route in (
            Route("GET", path, "read_builds", _get),
            Route("GET", path + "/env", "read_job_env", _env),
            *logs.routes(path),
        )
    ),
)
