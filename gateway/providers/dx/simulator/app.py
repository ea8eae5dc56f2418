"""The simulated instance as an ASGI app."""

from starlette.types import Receive, Scope, Send

from gateway.providers.dx.simulator.access import Gatekeeper
from gateway.providers.dx.simulator.arguments import read
from gateway.providers.dx.simulator.records import Records
from gateway.providers.dx.simulator.refusal import RefusalError, unknown_method
from gateway.providers.dx.simulator.settings import SimulatorSettings
from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.messages import Request, Response, json_response, read_request, send_response

BASE_PATH = "/api"
RECORDS_PATH = "/__control/records"


class DxSimulator:
    """`settings` may be changed while it serves; `records` holds what was taken in, for assertions.

    `GET /__control/records` shows the records to a test in another process, `DELETE` forgets them.
    """

    def __init__(self, clock: Clock, control: Control) -> None:
        self.settings = SimulatorSettings()
        self.records = Records()
        self._gate = Gatekeeper(self.settings, clock, control)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await read_request(scope, receive)
        await send_response(send, self.answer(request), method=request.method)

    def answer(self, request: Request) -> Response:
        if request.raw_path == RECORDS_PATH:
            return self._control(request.method)
        try:
            self._gate.admit(request.headers)
            method = request.raw_path.removeprefix(f"{BASE_PATH}/")
            if request.method != "POST" or method not in self.settings.served:
                raise unknown_method(f"{request.method} {method}")
            self.records.add(read(request, ignore_unknown=self.settings.ignore_unknown))
        except RefusalError as refusal:
            return refusal.response()
        return json_response({"ok": True})

    def _control(self, method: str) -> Response:
        if method == "GET":
            return json_response(self.records.all())
        if method == "DELETE":
            self.records.clear()
            return Response(204, content_type=None)
        return json_response({"error": "GET or DELETE"}, 405)
