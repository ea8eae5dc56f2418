"""The `/__control/` routes: the same powers as `Control`, for a test in another process. No authentication."""

import base64
import re
from collections.abc import Callable
from typing import TypeAlias

import msgspec
from starlette.types import Receive, Scope, Send

from gateway.simulation.clock import Clock, ManualClock
from gateway.simulation.control import Call, Control, Fault
from gateway.simulation.messages import Response, json_response, read_request, send_response


class _Latency(msgspec.Struct, forbid_unknown_fields=True):
    seconds: float
    route: str | None = None


class _Advance(msgspec.Struct, forbid_unknown_fields=True):
    advance_seconds: float


class _RateLimit(msgspec.Struct, forbid_unknown_fields=True):
    enabled: bool


_Handler: TypeAlias = Callable[[bytes], Response]


class ControlRoutes:
    """A bad body is 400 with the reason; a clock that cannot be moved is 409."""

    def __init__(self, control: Control, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._handlers: dict[tuple[str, str], _Handler] = {
            ("GET", "calls"): self._get_calls,
            ("DELETE", "calls"): self._delete_calls,
            ("POST", "latency"): self._post_latency,
            ("POST", "faults"): self._post_fault,
            ("DELETE", "faults"): self._delete_faults,
            ("POST", "clock"): self._post_clock,
            ("POST", "rate_limit"): self._post_rate_limit,
            ("GET", "state"): self._get_state,
        }

    async def serve(self, raw_path: str, scope: Scope, receive: Receive, send: Send) -> bool:
        """False, with nothing read or sent, if the route is not one of these."""
        method: str = scope["method"]
        handler = self._handlers.get((method, raw_path.removeprefix("/__control/")))
        if handler is None:
            return False
        request = await read_request(scope, receive)
        try:
            response = handler(request.body)
        except (msgspec.DecodeError, ValueError, re.error) as error:
            response = json_response({"error": str(error)}, 400)
        await send_response(send, response, method=method)
        return True

    def _get_calls(self, _body: bytes) -> Response:
        return json_response([_shown(call) for call in self._control.calls])

    def _delete_calls(self, _body: bytes) -> Response:
        self._control.reset_calls()
        return Response(204, content_type=None)

    def _post_latency(self, body: bytes) -> Response:
        wanted = msgspec.json.decode(body, type=_Latency)
        self._control.set_latency(wanted.seconds, wanted.route)
        return Response(204, content_type=None)

    def _post_fault(self, body: bytes) -> Response:
        self._control.add_fault(msgspec.json.decode(body, type=Fault))
        return Response(204, content_type=None)

    def _delete_faults(self, _body: bytes) -> Response:
        self._control.clear_faults()
        return Response(204, content_type=None)

    def _post_clock(self, body: bytes) -> Response:
        wanted = msgspec.json.decode(body, type=_Advance)
        if not isinstance(self._clock, ManualClock):
            return json_response({"error": "this simulator runs on real time"}, 409)
        self._clock.advance(wanted.advance_seconds)
        return json_response({"now": self._clock.now()})

    def _post_rate_limit(self, body: bytes) -> Response:
        self._control.rate_limit_enabled = msgspec.json.decode(body, type=_RateLimit).enabled
        return Response(204, content_type=None)

    def _get_state(self, _body: bytes) -> Response:
        control = self._control
        return json_response(
            {
                "now": self._clock.now(),
                "calls_total": control.calls_total,
                "in_flight": control.in_flight,
                "max_in_flight": control.max_in_flight,
                "open_connections": control.open_connections,
                "rate_limit_enabled": control.rate_limit_enabled,
                "faults": control.faults,
            }
        )


def _shown(call: Call) -> dict[str, object]:
    return {
        "method": call.method,
        "raw_path": call.raw_path,
        "query": call.query,
        "status": call.status,
        "fault": call.fault,
        "started_at": call.started_at,
        "headers": call.headers,
        "body_base64": base64.b64encode(call.body).decode(),
    }
