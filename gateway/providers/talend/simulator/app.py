"""The simulated vendor as an ASGI app: credentials, limits, routes, errors.

Stricter than the vendor in one way: query parameters and body members that an operation does not take are refused with
400, so that a misspelt one fails a test instead of meaning nothing.
"""

import itertools
import uuid
from dataclasses import replace
from email.utils import format_datetime

import msgspec
from starlette.types import Receive, Scope, Send

from gateway.providers.talend.simulator.access import Gatekeeper
from gateway.providers.talend.simulator.data import Tenant
from gateway.providers.talend.simulator.errors import VendorError, refusal
from gateway.providers.talend.simulator.exchange import Exchange, Route
from gateway.providers.talend.simulator.profiles import make_tenant
from gateway.providers.talend.simulator.routes import ROUTES
from gateway.providers.talend.simulator.runs.routes import routes as run_routes
from gateway.providers.talend.simulator.runs.runs import Runs
from gateway.providers.talend.simulator.settings import SimulatorSettings
from gateway.providers.talend.simulator.tokens import TOKEN_PATH, TokenOffice
from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.messages import Request, Response, json_response, read_request, send_response
from gateway.simulation.routing import Found, Router

INSERT_PATH = "/__control/executions"


class _Insert(msgspec.Struct, forbid_unknown_fields=True):
    task: str
    count: int = 1


class TalendSimulator:
    """`settings` may be changed while it serves; `tenant` and `runs` hold the data, for assertions."""

    def __init__(self, profile: str, seed: int, clock: Clock, control: Control, settings: SimulatorSettings | None = None) -> None:
        self.settings = settings or SimulatorSettings()
        self.tenant: Tenant = make_tenant(profile, seed, clock, self.settings)
        self.runs = Runs(self.tenant, profile, control)
        self.tokens = TokenOffice(self.settings, clock, seed, control.origin)
        self._gate = Gatekeeper(self.settings, self.tokens, clock, control)
        self._clock = clock
        self._seed = seed
        self._requests = itertools.count(1)
        self._router: Router[Route] = Router()
        for route in (*ROUTES, *run_routes(self.runs)):
            self._router.add(route.method, route.template, route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await read_request(scope, receive)
        with self.tenant.lock:
            response = self._dated(self.answer(request))
        await send_response(send, response, method=request.method)

    def answer(self, request: Request) -> Response:
        request_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self._seed}:{next(self._requests)}"))
        try:
            if request.raw_path == TOKEN_PATH and request.method == "POST":
                return self.tokens.answer(request)
            if request.raw_path == INSERT_PATH and request.method == "POST":
                return self._insert(request)
            return self._call(request)
        except VendorError as error:
            return error.response(request_id)

    def _insert(self, request: Request) -> Response:
        """Runs of a task that its schedule triggers now, while a client pages."""
        try:
            wanted = msgspec.json.decode(request.body, type=_Insert)
            return json_response({"ids": self.runs.insert(wanted.task, wanted.count)}, 201)
        except msgspec.DecodeError as error:
            return json_response({"error": str(error)}, 400)
        except KeyError as error:
            return json_response({"error": f"no such task: {error.args[0]}"}, 404)

    def _dated(self, response: Response) -> Response:
        """With the vendor's time, as every server sends it."""
        return replace(response, headers={**response.headers, "Date": format_datetime(self._clock.now(), usegmt=True)})

    def _call(self, request: Request) -> Response:
        """The credential is looked at before the address, as a gateway in front of the API does."""
        caller = self._gate.identify(request.headers)
        found = self._router.find(request.method, request.raw_path)
        # ASSUMED: a known path with another method is 404 as well, because 405 means "paused" here; disproved by the
        # answer to such a request.
        if not isinstance(found, Found):
            raise refusal(404, f"No such operation: {request.method} {request.raw_path}")
        self._gate.admit(caller, found.handler, request)
        self.runs.settle()
        exchange = Exchange(replace(request, params=found.params), caller, self.tenant, self._clock.now())
        return found.handler.handler(exchange)
