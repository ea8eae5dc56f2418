"""The control routes of this vendor: what a test in another process may ask for beyond the shared ones.

POST /__control/builds     `{org, pipeline, count}`: builds created now, 201
POST /__control/verdicts   `{org, pipeline, verdict}`: how jobs end that later writes on the pipeline start, 204
GET, DELETE /__control/writes   the accepted writes, oldest first; forgets them
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal

import msgspec

from gateway.providers.buildkite.simulator.data import Build, Pipeline, World
from gateway.providers.buildkite.simulator.errors import ApiError, not_found
from gateway.providers.buildkite.simulator.jobs import build_url
from gateway.providers.buildkite.simulator.timestamps import iso
from gateway.providers.buildkite.simulator.write_log import WriteLog
from gateway.simulation.messages import Request, Response, json_response

PREFIX: Final = "/__control/"
Verdict = Literal["passed", "failed"]


class _Insert(msgspec.Struct, forbid_unknown_fields=True):
    org: str
    pipeline: str
    count: int = 1


class _Verdict(msgspec.Struct, forbid_unknown_fields=True):
    org: str
    pipeline: str
    verdict: Verdict


class OwnRoutes:
    """400 for a bad body, 404 for an unknown pipeline or route."""

    def __init__(self, world: World, log: WriteLog, base: str, insert: Callable[[str, str, int], list[Build]]) -> None:
        self._world = world
        self._log = log
        self._base = base
        self._insert = insert
        self._handlers: Mapping[tuple[str, str], Callable[[bytes], Response]] = {
            ("POST", "builds"): self._post_builds,
            ("POST", "verdicts"): self._post_verdict,
            ("GET", "writes"): self._get_writes,
            ("DELETE", "writes"): self._delete_writes,
        }

    def serve(self, request: Request) -> Response:
        handler = self._handlers.get((request.method, request.raw_path.removeprefix(PREFIX)))
        try:
            return handler(request.body) if handler is not None else not_found("control route").response()
        except msgspec.DecodeError as error:
            return ApiError(400, str(error)).response()
        except KeyError:
            return not_found("pipeline").response()

    def _post_builds(self, body: bytes) -> Response:
        wanted = msgspec.json.decode(body, type=_Insert)
        rows = [
            {"id": build.id, "number": build.number, "url": build_url(build, self._base), "created_at": iso(build.created_at)}
            for build in self._insert(wanted.org, wanted.pipeline, wanted.count)
        ]
        return json_response(rows, 201)

    def _post_verdict(self, body: bytes) -> Response:
        wanted = msgspec.json.decode(body, type=_Verdict)
        pipeline_of(self._world, wanted.org, wanted.pipeline).verdict = wanted.verdict
        return Response(204, content_type=None)

    def _get_writes(self, _body: bytes) -> Response:
        return json_response(self._log.writes)

    def _delete_writes(self, _body: bytes) -> Response:
        self._log.clear()
        return Response(204, content_type=None)


def pipeline_of(world: World, org: str, slug: str) -> Pipeline:
    """KeyError if there is none."""
    organization = world.organization(org)
    found = organization.pipeline(slug) if organization is not None else None
    if found is None:
        raise KeyError(f"{org}/{slug}")
    return found
