"""The smallest vendor: enough to test the shared machinery."""

from starlette.types import Receive, Scope, Send

from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.definition import SimulatorDefinition
from gateway.simulation.messages import Request, Response, json_response, read_request, send_response
from gateway.simulation.routing import Found, Router


class EchoApp:
    def __init__(self, _profile: str, _seed: int, clock: Clock, control: Control) -> None:
        self.clock = clock
        self.control = control
        self.performed: list[str] = []
        self.router: Router[str] = Router()
        self.router.add("GET", "/v1/things/{name}", "get")
        self.router.add("POST", "/v1/things/{name}", "post")
        self.router.add("GET", "/v1/rows", "rows")
        self.router.add("POST", "/__control/extra", "extra")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self.router.find(scope["method"], scope["raw_path"].decode())
        if not isinstance(found, Found):
            await send_response(send, json_response({"message": type(found).__name__}, 404), method=scope["method"])
            return
        request = await read_request(scope, receive, found.params)
        await send_response(send, self.answer(found.handler, request), method=request.method)

    def answer(self, handler: str, request: Request) -> Response:
        if handler == "rows":
            return json_response([{"id": n, "name": f"row {n}", "on": True, "none": None} for n in range(3)])
        self.performed.append(f"{request.method} {request.params.get('name')}")
        return json_response({"name": request.params.get("name"), "query": request.query, "size": len(request.body)})


ECHO = SimulatorDefinition(kind="echo", default_port=0, base_path="/v1", token="echo-token", build=EchoApp)
