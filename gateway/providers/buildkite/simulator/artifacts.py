"""Artifacts of jobs, and the storage host that downloads redirect to."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from posixpath import basename, dirname

from gateway.providers.buildkite.simulator.data import Build, Job, World
from gateway.providers.buildkite.simulator.errors import ApiError, not_found
from gateway.providers.buildkite.simulator.exchange import PAGING, Exchange, Route
from gateway.providers.buildkite.simulator.identifiers import seeded, uuid4, uuid7
from gateway.providers.buildkite.simulator.job_routes import BUILD, JOB_PATHS
from gateway.providers.buildkite.simulator.jobs import build_url, find_job, jobs_of
from gateway.providers.buildkite.simulator.links import link_header, page_of
from gateway.providers.buildkite.simulator.timestamps import milliseconds
from gateway.simulation.messages import Request, Response, json_response

STATES = ("new", "error", "finished", "deleted", "expired")
STORAGE_PATH = "/storage/"
_EPOCH_MS = re.compile(r"[0-9]{1,15}")
URL_LIFETIME = timedelta(seconds=60)
_FILES = (
    ("dist/app.tar.gz", "application/gzip"),
    ("junit/unit.xml", "text/xml"),
    ("coverage.json", "application/json"),
    ("log/ünit test #1.txt", "text/plain"),
)


@dataclass(frozen=True, slots=True)
class Artifact:
    id: str
    job: Job
    path: str
    mime_type: str
    state: str
    content: bytes


def artifacts_of(job: Job, world: World, now: datetime) -> list[Artifact]:
    """At most four, of script jobs that have finished."""
    if job.type != "script" or job.started_at is None or not job.finished_by(now):
        return []
    rng = seeded(world.seed, "artifacts", job.id)
    found: list[Artifact] = []
    for path, mime_type in _FILES[: rng.choice((0, 1, 2, 2, 3, 4))]:
        new_id = uuid4(rng) if job.build.old else uuid7(milliseconds(job.build.created_at), rng)
        state = "finished" if rng.random() < 0.8 else rng.choice(STATES)
        state = "deleted" if new_id in world.deleted_artifacts else state
        content = f"{path} of job {job.id}\n".encode() * rng.randint(1, 40)
        found.append(Artifact(new_id, job, path, mime_type, state, content))
    return found


def _of_build(build: Build, x: Exchange) -> list[Artifact]:
    return [found for job in jobs_of(build, x.world, x.now) for found in artifacts_of(job, x.world, x.now)]


def _row(artifact: Artifact, base: str) -> dict[str, object]:
    job = artifact.job
    url = f"{build_url(job.build, base)}/jobs/{job.id}/artifacts/{artifact.id}"
    return {
        "id": artifact.id,
        "job_id": job.id,
        "url": url,
        "download_url": f"{url}/download",
        "state": artifact.state,
        "path": artifact.path,
        "dirname": dirname(artifact.path) or ".",
        "filename": basename(artifact.path),
        "mime_type": artifact.mime_type,
        "file_size": len(artifact.content),
        "glob_path": None,
        "original_path": None,
        "sha1sum": hashlib.sha1(artifact.content, usedforsecurity=False).hexdigest(),
    }


def _list_of_build(x: Exchange) -> Response:
    return _listed(x, _of_build(x.build(), x))


def _list_of_job(x: Exchange) -> Response:
    return _listed(x, artifacts_of(x.job(), x.world, x.now))


def _listed(x: Exchange, found: list[Artifact]) -> Response:
    state, path = x.request.value("state"), x.request.value("path")
    if state is not None:
        if state not in STATES:
            raise ApiError(422, f"Unknown artifact state: {state}")
        found = [artifact for artifact in found if artifact.state == state]
    if path is not None:
        pattern = re.compile(".*".join(re.escape(part) for part in path.split("*")))
        found = [artifact for artifact in found if pattern.fullmatch(artifact.path)]
    page = page_of(x.request)
    rows = [_row(artifact, x.base) for artifact in page.cut(found)]
    return json_response(rows, headers=link_header(x.request, page, len(found), x.origin))


def _artifact(x: Exchange) -> Artifact:
    for found in artifacts_of(x.job(), x.world, x.now):
        if found.id == x.request.params["artifact"]:
            return found
    raise not_found("artifact")


def _get(x: Exchange) -> Response:
    return json_response(_row(_artifact(x), x.base))


def _download(x: Exchange) -> Response:
    # ASSUMED: what is not in state finished cannot be downloaded and is 404; disproved by a recorded answer.
    artifact = _artifact(x)
    if artifact.state != "finished":
        raise not_found("artifact")
    expires = milliseconds(x.now + URL_LIFETIME)
    target = f"{STORAGE_PATH}{artifact.job.id}/{artifact.id}"
    url = f"{x.origin}{target}?expires={expires}&signature={_signature(target, expires, x.world.seed)}"
    return json_response({"url": url}, 302, {"Location": url})


def _delete(x: Exchange) -> Response:
    # ASSUMED: it stays listed in state deleted, and cannot be deleted again; disproved by a recorded answer after one.
    artifact = _artifact(x)
    if artifact.state == "deleted":
        raise not_found("artifact")
    x.world.deleted_artifacts.add(artifact.id)
    return Response(204, content_type=None)


def _signature(target: str, expires: int, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{target}:{expires}".encode()).hexdigest()


def serve_storage(request: Request, world: World, now: datetime) -> Response:
    """The storage host: signed addresses only, for 60 s, and never with an Authorization header."""
    if "authorization" in request.headers:
        return _refused(400, "Only one auth mechanism allowed")
    expires = request.value("expires") or ""
    if not _EPOCH_MS.fullmatch(expires) or request.value("signature") != _signature(request.raw_path, int(expires), world.seed):
        return _refused(403, "SignatureDoesNotMatch")
    if milliseconds(now) >= int(expires):
        return _refused(403, "Request has expired")
    job_id, _, artifact_id = request.raw_path.removeprefix(STORAGE_PATH).partition("/")
    for organization in world.organizations:
        job = find_job(organization, world, job_id, now)
        for artifact in artifacts_of(job, world, now) if job is not None else ():
            if artifact.id == artifact_id and artifact.state == "finished":
                return Response(body=artifact.content, content_type=artifact.mime_type)
    return _refused(404, "NoSuchKey")


def _refused(status: int, code: str) -> Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code></Error>\n'
    return Response(status, body.encode(), "application/xml")


ROUTES = (
    Route("GET", BUILD + "/artifacts", "read_artifacts", _list_of_build, PAGING | {"state", "path"}),
    *(
        route
        for path in JOB_PATHS
        for route in (
            Route("GET", path + "/artifacts", "read_artifacts", _list_of_job, PAGING | {"state", "path"}),
            Route("GET", path + "/artifacts/{artifact}", "read_artifacts", _get),
            Route("DELETE", path + "/artifacts/{artifact}", "write_artifacts", _delete),
            Route("GET", path + "/artifacts/{artifact}/download", "read_artifacts", _download),
        )
    ),
)
