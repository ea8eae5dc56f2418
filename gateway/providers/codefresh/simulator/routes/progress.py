"""Progress documents, and the storage that their addresses point to.

The storage stands for another host. It shares this simulator's socket, outside the base path, and refuses a request
that brings the API key along.
"""

import html

from gateway.providers.codefresh.simulator.build import Build
from gateway.providers.codefresh.simulator.data.account import ACCOUNT_ID
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import not_found
from gateway.providers.codefresh.simulator.logs import log_document
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Request, Response, json_response

STORAGE_PREFIX = "/__storage/"

_LOG = "logs/"
_XML = "application/xml; charset=utf-8"


def get_progress(state: State, asked: Asked) -> Response:
    build, now_ms = _find(state, asked.params["id"]), state.now_ms
    status = build.status_at(now_ms)
    progress_id = asked.params["id"]
    if build.state_at(now_ms).finished_ms is None:
        # A log that still grows lives in another store, which speaks no HTTP that a reader could use.
        location: Document = {"type": "firebase", "url": f"{state.origin}{STORAGE_PREFIX}live/{progress_id}"}
    else:
        name = f"{_LOG}{progress_id}"
        query = state.signer.query(name, now_ms, state.settings.log_url_lifetime_s)
        # ASSUMED: the word for the store of finished logs; disproved by a recorded progress document.
        location = {"type": "gcs", "url": f"{state.origin}{STORAGE_PREFIX}{name}?{query}"}
    return json_response({"_id": progress_id, "status": status, "account": ACCOUNT_ID, "location": location})


def download_progress(state: State, asked: Asked) -> Response:
    build = _find(state, asked.params["id"])
    title = html.escape(str(build.facts.get("pipelineName", "")))
    page = f"<!DOCTYPE html><html><body><h1>{title}</h1><pre>{build.id}</pre></body></html>"
    return Response(body=page.encode(), content_type="text/html; charset=utf-8")


def serve_storage(state: State, request: Request) -> Response:
    """400 with an Authorization header, 403 for a bad or old signature, 404 for what was never stored."""
    if "authorization" in request.headers:
        return _refusal(400, "InvalidArgument")
    name = request.raw_path.removeprefix(STORAGE_PREFIX)
    expires, signature = request.value("expires") or "", request.value("signature") or ""
    now_ms = state.now_ms
    if request.method != "GET" or not state.signer.accepts(name, expires, signature, now_ms):
        return _refusal(403, "AccessDenied")
    progress_id = name.removeprefix(_LOG)
    build = state.world.builds.with_progress(progress_id)
    if build is None:
        return _refusal(404, "NoSuchKey")
    return json_response(log_document(build, state.seed, progress_id))


def _find(state: State, progress_id: str) -> Build:
    build = state.world.builds.with_progress(progress_id)
    if build is None:
        raise not_found("progress", progress_id)
    return build


def _refusal(status: int, code: str) -> Response:
    body = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code></Error>"
    return Response(status=status, body=body.encode(), content_type=_XML)


ENDPOINTS = (
    Endpoint("GET", "/progress/{id}", get_progress, "build"),
    Endpoint("GET", "/progress/download/{id}", download_progress, "build"),
)
