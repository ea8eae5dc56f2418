"""Pure ASGI middleware around a vendor app: recording, latency, faults, and the `/__control/` routes."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.simulation.clock import Clock
from gateway.simulation.control import MAX_RECORDED_BODY_BYTES, Call, Control
from gateway.simulation.control_routes import ControlRoutes
from gateway.simulation.faulting import Answer, misbehave
from gateway.simulation.messages import raw_path_of

CONTROL_PREFIX = "/__control/"


class ControlMiddleware:
    """`close_connection` closes the client's socket for a scope; without it (no real socket) those faults raise."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        control: Control,
        clock: Clock,
        close_connection: Callable[[Scope], None] | None = None,
    ) -> None:
        self._app = app
        self._control = control
        self._routes = ControlRoutes(control, clock)
        self._close_connection = close_connection

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"a simulator serves HTTP only, not {scope['type']}")
        raw_path = raw_path_of(scope)
        if raw_path.startswith(CONTROL_PREFIX):
            if not await self._routes.serve(raw_path, scope, receive, send):
                await self._app(scope, receive, send)
            return
        call = self._control.begin(scope["method"], raw_path, scope["query_string"].decode("latin-1"), scope["headers"])
        try:
            await self._answer(call, scope, _recording_receive(call, receive), send)
        finally:
            self._control.end()

    async def _answer(self, call: Call, scope: Scope, receive: Receive, send: Send) -> None:
        async def recording_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                call.status = message["status"]
            await send(message)

        latency_s = self._control.latency_for(call.raw_path)
        if latency_s > 0:
            await asyncio.sleep(latency_s)
        fault = self._control.take_fault(call.method, call.raw_path)
        if fault is None:
            await self._app(scope, receive, recording_send)
            return
        call.fault = fault.kind
        await misbehave(fault, Answer(self._app, scope, receive, recording_send), lambda: self._close(scope))

    def _close(self, scope: Scope) -> None:
        if self._close_connection is None:
            raise ConnectionResetError("this fault closes the socket, and there is none")
        self._close_connection(scope)


def _recording_receive(call: Call, receive: Receive) -> Receive:
    async def wrapped() -> Message:
        message = await receive()
        body = message.get("body", b"")
        if body and len(call.body) < MAX_RECORDED_BODY_BYTES:
            call.body = (call.body + body)[:MAX_RECORDED_BODY_BYTES]
        return message

    return wrapped
