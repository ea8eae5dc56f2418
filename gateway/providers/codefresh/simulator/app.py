"""The simulated vendor as an ASGI app."""

from random import Random

import msgspec
from starlette.types import Receive, Scope, Send

from gateway.providers.codefresh.simulator.access import Gatekeeper
from gateway.providers.codefresh.simulator.build import Build, BuildKey
from gateway.providers.codefresh.simulator.data.build_facts import BuildFacts
from gateway.providers.codefresh.simulator.data.lifecycles import fresh
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import VendorError, api_error
from gateway.providers.codefresh.simulator.journal import Journal
from gateway.providers.codefresh.simulator.launcher import Launcher
from gateway.providers.codefresh.simulator.object_ids import ObjectIds
from gateway.providers.codefresh.simulator.paging import PagingSessions
from gateway.providers.codefresh.simulator.query import Query
from gateway.providers.codefresh.simulator.routes import ENDPOINTS
from gateway.providers.codefresh.simulator.routes.progress import STORAGE_PREFIX, serve_storage
from gateway.providers.codefresh.simulator.settings import SimulatorSettings
from gateway.providers.codefresh.simulator.signing import Signer
from gateway.providers.codefresh.simulator.state import State
from gateway.providers.codefresh.simulator.times import epoch_ms
from gateway.providers.codefresh.simulator.world import World, generate_world
from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.messages import Request, Response, json_response, read_request, send_response
from gateway.simulation.routing import Found, Router

BASE_PATH = "/api"
INSERT_PATH = "/__control/builds"
WRITES_PATH = "/__control/writes"


class _Insert(msgspec.Struct, forbid_unknown_fields=True):
    pipeline: str
    count: int = 1


class CodefreshSimulator:
    """`settings` may be changed while it serves; `world` holds the data and `journal` what was written, for assertions.

    `GET /__control/writes` shows the journal to a test in another process, `DELETE` empties it.
    """

    def __init__(self, profile: str, seed: int, clock: Clock, control: Control) -> None:
        self.settings = SimulatorSettings()
        self.world: World = generate_world(profile, seed, epoch_ms(clock.start))
        self.journal = Journal()
        self._gate = Gatekeeper(self.settings, clock, control)
        self._state = State(
            world=self.world,
            settings=self.settings,
            sessions=PagingSessions(self.world.builds),
            signer=Signer(seed),
            clock=clock,
            seed=seed,
            origin=control.origin,
            launcher=Launcher(self.world.builds, self.settings, Random(f"{seed}:launched")),
            journal=self.journal,
            ids=ObjectIds(Random(f"{seed}:written")),
        )
        self._router: Router[Endpoint] = Router()
        for endpoint in ENDPOINTS:
            self._router.add(endpoint.method, endpoint.template, endpoint)
        self._random = Random(f"{seed}:inserted")
        self._ids = ObjectIds(self._random)
        self._facts = BuildFacts(self._ids, self._random)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await read_request(scope, receive)
        await send_response(send, self.answer(request), method=request.method)

    def answer(self, request: Request) -> Response:
        try:
            if request.raw_path.startswith(STORAGE_PREFIX):
                return serve_storage(self._state, request)
            if request.raw_path == INSERT_PATH and request.method == "POST":
                return self._insert(request)
            if request.raw_path == WRITES_PATH:
                return self._writes(request.method)
            return self._call(request)
        except VendorError as refusal:
            return refusal.response()

    def insert_builds(self, pipeline_name: str, count: int = 1) -> list[str]:
        """New builds, created now; returns their ids, oldest first. KeyError for an unknown pipeline."""
        pipeline = self.world.pipelines.get(pipeline_name)
        if pipeline is None:
            raise KeyError(pipeline_name)

        def make(key: BuildKey) -> Build:
            phases = fresh(key.created_ms, self._random)
            return Build(
                id=self._ids.mint(key.created_ms),
                key=key,
                phases=phases,
                facts=self._facts.of(pipeline, phases, plain=False),
                step_names=pipeline.step_names,
            )

        return [self.world.builds.add(self._state.now_ms, make).id for _ in range(count)]

    def _call(self, request: Request) -> Response:
        """The key is looked at before the address, as a gateway in front of the API does."""
        key = self._gate.identify(request.headers)
        path = request.raw_path.removeprefix(BASE_PATH)
        found = self._router.find(request.method, path) if path != request.raw_path else None
        if not isinstance(found, Found):
            raise api_error(404, f"No such route: {request.method} {request.raw_path}")
        self._gate.admit(key, found.handler)
        query = Query(request.query, found.handler.accepts)
        asked = Asked(found.params, query, request.headers, key, request.body)
        return found.handler.handler(self._state, asked)

    def _writes(self, method: str) -> Response:
        if method == "GET":
            return json_response(self.journal.writes)
        if method == "DELETE":
            self.journal.clear()
            return Response(204, content_type=None)
        return json_response({"error": "GET or DELETE"}, 405)

    def _insert(self, request: Request) -> Response:
        try:
            wanted = msgspec.json.decode(request.body, type=_Insert)
            return json_response({"ids": self.insert_builds(wanted.pipeline, wanted.count)})
        except msgspec.DecodeError as error:
            return json_response({"error": str(error)}, 400)
        except KeyError as error:
            return json_response({"error": f"no such pipeline: {error.args[0]}"}, 404)
