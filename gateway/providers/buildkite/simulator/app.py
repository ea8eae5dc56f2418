"""The ASGI app: credentials, scopes, limits, routes, the record of writes, and the headers of every answer.

Stricter than the vendor in one way: a query parameter or body member that a route does not take is refused with 400,
where the vendor ignores it, so that a misspelt filter fails a test instead of returning everything.
"""

import hashlib
import itertools
import re
import uuid
from dataclasses import replace
from typing import Final

from starlette.types import Receive, Scope, Send

from gateway.providers.buildkite.simulator import (
    agent_writes,
    agents,
    annotation_writes,
    annotations,
    artifacts,
    build_writes,
    builds,
    cluster_writes,
    clusters,
    job_routes,
    job_writes,
    organizations,
    pipeline_webhooks,
    pipeline_writes,
    pipelines,
    queue_writes,
)
from gateway.providers.buildkite.simulator.bodies import decode
from gateway.providers.buildkite.simulator.data import Build
from gateway.providers.buildkite.simulator.errors import FORBIDDEN, UNAUTHENTICATED, ApiError, no_route
from gateway.providers.buildkite.simulator.exchange import Exchange, Route
from gateway.providers.buildkite.simulator.limits import RateLimits
from gateway.providers.buildkite.simulator.own_routes import PREFIX, OwnRoutes, Verdict, pipeline_of
from gateway.providers.buildkite.simulator.profiles import insert_builds, make_world
from gateway.providers.buildkite.simulator.settings import SimulatorSettings, Token
from gateway.providers.buildkite.simulator.write_log import Write, WriteLog
from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.messages import Request, Response, json_response, read_request, send_response
from gateway.simulation.routing import Found, Router

BASE_PATH: Final = "/v2"
_META_DATA = re.compile(r"meta_data\[[^\]]+\]")
_CACHEABLE = {"Cache-Control": "max-age=0, private, must-revalidate"}
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Link, X-OAuth-Scopes, RateLimit-Remaining, RateLimit-Limit, RateLimit-Reset, RateLimit-Scope, "
        "RateLimit-User-Remaining, RateLimit-User-Limit, RateLimit-User-Reset, RateLimit-User-Scope"
    ),
}


_READS = (organizations, pipelines, builds, job_routes, annotations, artifacts, agents, clusters)
_WRITES = (
    *(pipeline_writes, pipeline_webhooks, build_writes, job_writes),
    *(annotation_writes, agent_writes, cluster_writes, queue_writes),
)


class BuildkiteApp:
    """One simulated account. Handlers are plain functions that run under the world's lock."""

    def __init__(self, profile: str, seed: int, clock: Clock, control: Control, settings: SimulatorSettings) -> None:
        self.world = make_world(profile, seed, clock.start)
        self.settings = settings
        self._clock = clock
        self._origin = control.origin
        self._limits = RateLimits(settings, clock, control)
        self._tokens = {token.value: token for token in settings.tokens}
        self._requests = itertools.count(1)
        self._log = WriteLog()
        self._own_routes = OwnRoutes(self.world, self._log, self._origin + BASE_PATH, self.insert_builds)
        self._router: Router[Route] = Router()
        for module in (*_READS, *_WRITES):
            for route in module.ROUTES:
                self._router.add(route.method, route.template, route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await read_request(scope, receive)
        with self.world.lock:
            response = self._respond(request)
        await send_response(send, response, method=request.method)

    def insert_builds(self, org: str, pipeline: str, count: int = 1) -> list[Build]:
        """Builds created now, while a client pages. From any thread; KeyError for an unknown pipeline."""
        with self.world.lock:
            return insert_builds(pipeline_of(self.world, org, pipeline), self.world, count, self._clock.now())

    def decide(self, org: str, pipeline: str, verdict: Verdict) -> None:
        """How jobs end that later writes on this pipeline start. From any thread; KeyError for an unknown pipeline."""
        with self.world.lock:
            pipeline_of(self.world, org, pipeline).verdict = verdict

    def writes(self, method: str | None = None, route: str = "") -> list[Write]:
        """Accepted writes, oldest first, with this method and this text in the route's template. From any thread."""
        with self.world.lock:
            return [each for each in self._log.writes if method in (None, each.method) and route in each.route]

    def _respond(self, request: Request) -> Response:
        path = request.raw_path
        if path.startswith(PREFIX):
            return self._own_routes.serve(request)
        if path.startswith(artifacts.STORAGE_PATH) and request.method == "GET":
            return artifacts.serve_storage(request, self.world, self._clock.now())
        if path == "/" and request.method == "GET":
            return json_response({"message": "🛠", "timestamp": int(self._clock.now().timestamp())})
        headers = {
            "X-Request-Id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.world.seed}:{next(self._requests)}")),
            "X-Runtime": "0.004217",
        }
        try:
            response = self._authenticated(request, headers)
        except ApiError as error:
            response = error.response()
        return _finished(request, response, headers)

    def _authenticated(self, request: Request, headers: dict[str, str]) -> Response:
        """Adds to `headers` what an answer with a valid token always carries."""
        token = self._token(request)
        path = request.raw_path.removesuffix("/")  # the public Python client ends lists with a slash
        if not path.startswith(f"{BASE_PATH}/"):
            raise no_route(request.raw_path)
        found = self._router.find(request.method, path.removeprefix(BASE_PATH))
        route = found.handler if isinstance(found, Found) else None
        headers |= {
            "X-OAuth-Scopes": ",".join(token.scopes),
            "X-Accepted-OAuth-Scopes": route.scope if route is not None else "",
            **_CORS,
        }
        # ASSUMED: a path without an organization counts against the token's first one; disproved by a
        # RateLimit-Remaining that does not fall.
        params = found.params if isinstance(found, Found) else {}
        spent = self._limits.spend(params.get("org", self.world.organizations[0].slug), token.uuid)
        headers |= spent.headers(enforced=self._limits.enforced)
        refusal = spent.refusal() if self._limits.enforced else None
        if refusal is not None:
            raise refusal
        if route is None:
            raise no_route(request.raw_path)
        if route.scope and route.scope not in token.scopes:
            raise ApiError(403, FORBIDDEN)
        _check_query(request, route)
        exchange = Exchange(
            request=replace(request, params=params),
            token=token,
            world=self.world,
            settings=self.settings,
            limits=self._limits,
            now=self._clock.now(),
            origin=self._origin,
            base=self._origin + BASE_PATH,
            body=decode(request, route.body),
        )
        response = route.handler(exchange)
        self._log.record(exchange, route, response)
        return response

    def _token(self, request: Request) -> Token:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        token = self._tokens.get(value.strip()) if scheme.lower() == "bearer" else None
        if token is None or token.uuid in self.world.revoked_tokens:
            raise ApiError(401, UNAUTHENTICATED)
        return token


def _check_query(request: Request, route: Route) -> None:
    """`meta_data[release]` and the like are `meta_data[*]` in a route's table."""
    for name, _ in request.query:
        known = "meta_data[*]" if _META_DATA.fullmatch(name) else name
        if known not in route.query and known != "per_page":
            raise ApiError(400, f"Unknown query parameter: {name}")


def _finished(request: Request, response: Response, headers: dict[str, str]) -> Response:
    """Adds the headers of every answer, and answers 304 to a matching If-None-Match."""
    shown = {**headers, **response.headers}
    if request.method == "GET" and response.status == 200:
        tag = f'W/"{hashlib.md5(response.body, usedforsecurity=False).hexdigest()}"'
        shown |= {"ETag": tag, **_CACHEABLE}
        # ASSUMED: a matching If-None-Match gives 304, as frameworks that make such tags do; disproved by a 200.
        if request.headers.get("if-none-match") == tag:
            return Response(304, content_type=None, headers=shown)
    return replace(response, headers=shown)
