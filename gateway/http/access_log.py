"""One log line per request, written when its answer is finished."""

import time
from urllib.parse import quote

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.operation import OperationFacts, operation_facts

logger: structlog.stdlib.BoundLogger = structlog.get_logger("gateway.access")

QUIET_PATHS = ("/health/", "/graphiql/")  # probes and the parts of a page: logged at level debug
MAX_PATH_LENGTH = 256


class AccessLogMiddleware:
    """Never logs query strings, bodies or variables. What the application raises is logged here, with its trace.

    By then starlette has answered 500 (see `application.py`), so the exception goes no further.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status: int | None = None
        failure: Exception | None = None
        facts = OperationFacts()

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        token = operation_facts.set(facts)
        started_at = time.perf_counter()
        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:
            failure = error
        finally:
            operation_facts.reset(token)
            line = {"method": scope["method"], "path": _path(scope), "status": status}
            line["duration_ms"] = round((time.perf_counter() - started_at) * 1000, 2)
            if facts.kind:
                line |= {"operation": facts.kind, "operation_name": facts.name}
            _write(line, failure)


def _write(line: dict[str, object], failure: Exception | None) -> None:
    if failure is not None:
        logger.error("request failed", **line, exc_info=failure)
    elif str(line["path"]).startswith(QUIET_PATHS):
        logger.debug("request", **line)
    else:
        logger.info("request", **line)


def _path(scope: Scope) -> str:
    """As it was sent, percent-encoded: no control character reaches the log."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return raw.partition(b"?")[0].decode("ascii", "backslashreplace")[:MAX_PATH_LENGTH]
