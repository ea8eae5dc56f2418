"""The simulated vendor as an ASGI app."""

from starlette.types import Receive, Scope, Send

from gateway.providers.nuvo.simulator.control import PREFIX, serve_control
from gateway.providers.nuvo.simulator.data.account import make_world
from gateway.providers.nuvo.simulator.endpoint import Asked, Endpoint, State
from gateway.providers.nuvo.simulator.errors import VendorError
from gateway.providers.nuvo.simulator.execution import Ending, Execution
from gateway.providers.nuvo.simulator.identities import OPS
from gateway.providers.nuvo.simulator.launch import fix, launch
from gateway.providers.nuvo.simulator.routes import ENDPOINTS
from gateway.providers.nuvo.simulator.routes.auth import TOKEN_PATH, redact_logins, serve_auth
from gateway.providers.nuvo.simulator.settings import SimulatorSettings
from gateway.providers.nuvo.simulator.tokens import Tokens
from gateway.providers.nuvo.simulator.world import World
from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.messages import Request, Response, read_request, send_response
from gateway.simulation.routing import Found, Router, WrongMethod

BASE_PATH = "/dp/api/v1"


class NuvoSimulator:
    """`settings` may be changed while it serves; `world` holds the data, for assertions."""

    def __init__(self, profile: str, seed: int, clock: Clock, control: Control) -> None:
        self.settings = SimulatorSettings()
        self.world: World = make_world(profile, seed, clock.start)
        self.tokens = Tokens(self.settings, clock, control, seed)
        self._control = control
        self._state = State(self.world, self.settings, self.tokens, clock)
        self._router: Router[Endpoint] = Router()
        for endpoint in ENDPOINTS:
            self._router.add(endpoint.method, endpoint.template, endpoint)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await read_request(scope, receive)
        if request.raw_path.rstrip("/").endswith(TOKEN_PATH):
            redact_logins(self._control.calls)
        await send_response(send, self.answer(request), method=request.method)

    def answer(self, request: Request) -> Response:
        try:
            return self._answer(request)
        except VendorError as refusal:
            return refusal.response(self.settings)

    def run(self, pipeline_id: str, count: int = 1) -> list[str]:
        """Runs a pipeline that often, now, on its schedule, with one file each; the ids. KeyError for an unknown pipeline."""
        pipeline = self.world.pipeline(pipeline_id)
        if pipeline is None:
            raise KeyError(pipeline_id)
        created: list[Execution] = []
        for _ in range(count):
            created += launch(self._state, pipeline, OPS, "SCHEDULED", files=1)
        return [execution.id for execution in created]

    def fix(self, execution_id: str, ending: Ending = "SUCCESSFUL", seconds: float = 30.0) -> None:
        """A failed execution runs again under its id. KeyError if unknown, ValueError unless it has failed."""
        execution = self.world.execution(execution_id)
        if execution is None:
            raise KeyError(execution_id)
        fix(self._state, execution, OPS, ending, seconds)

    def _answer(self, request: Request) -> Response:
        if request.raw_path.startswith(PREFIX):
            found = serve_control(self._state, request)
            if found is None:
                raise VendorError(404, "There is no such control route")
            return found
        if self.settings.moved_to is not None:
            query = f"?{request.query_string}" if request.query_string else ""
            location = f"{self.settings.moved_to}{request.raw_path}{query}"
            return Response(self.settings.moved_status, headers={"Location": location})
        path = self._below_base(request.raw_path)
        answer = serve_auth(self._state, request, path)
        return answer if answer is not None else self._call(request, path)

    def _call(self, request: Request, path: str) -> Response:
        """The token is looked at before the address, as a gateway in front of an API does."""
        identity = self.tokens.identify(request.headers)
        found = self._router.find(request.method, path)
        if isinstance(found, WrongMethod):
            raise VendorError(405, f"{request.method} is not allowed here")
        if not isinstance(found, Found):
            raise VendorError(404, f"Cannot {request.method} {request.raw_path}")
        return found.handler.handler(self._state, Asked(request, found.params, identity))

    def _below_base(self, raw_path: str) -> str:
        """Without the slash at the end that collections have in the documents."""
        path = raw_path.removeprefix(BASE_PATH)
        if path == raw_path:
            raise VendorError(404, f"There is nothing at {raw_path}")
        slashed = path.endswith("/")
        is_collection = path.strip("/").count("/") == 0
        rule = self.settings.trailing_slash
        if is_collection and ((rule == "required" and not slashed) or (rule == "refused" and slashed)):
            raise VendorError(404, f"There is nothing at {raw_path}")
        return path.removesuffix("/")
