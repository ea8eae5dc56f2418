"""An id for every request: the caller's own if it is fit for a log, else a new one."""

import re
import secrets

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"
ACCEPTED = re.compile(r"[A-Za-z0-9._~:/+=@-]{1,128}")


class RequestIdMiddleware:
    """Puts the id on every answer and, as `request_id`, on every log line of the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = accepted_or_new(Headers(scope=scope).get(HEADER))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._app(scope, receive, send_with_id)


def accepted_or_new(given: str | None) -> str:
    """32 hexadecimal digits when none was given, or one that is empty, long, or holds unusual characters."""
    return given if given and ACCEPTED.fullmatch(given) else secrets.token_hex(16)
