"""The outermost wrapper: what a call costs its request, what it says of the provider's health, and one log line."""

import asyncio
import logging
import time

import httpx

from gateway.domain.budget import call_count, request_budget
from gateway.domain.errors import (
    ConflictError,
    DeadlineExceededError,
    GatewayError,
    InvalidInputError,
    NotFoundError,
    NotSupportedError,
    PermissionDeniedError,
    UpstreamError,
    UpstreamTimeoutError,
)
from gateway.upstream.monitor import UpstreamMonitor

logger = logging.getLogger("gateway.upstream")

# The provider works: it has judged the question.
_ANSWERS = (InvalidInputError, PermissionDeniedError, NotFoundError, ConflictError, NotSupportedError)


class Accounting(httpx.AsyncBaseTransport):
    """Charges `request_budget` (which may refuse the call) and `call_count`, and tells the monitor how a call ended.

    A call that ended with the request (cancelled, over its deadline) says nothing of the provider, unless it had been silent for
    `silent_s` seconds by then: a list loses its patience with a provider that hangs before the call's own time is over. The log
    line has no query and no header: both may hold secrets.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, provider: str, monitor: UpstreamMonitor | None, silent_s: float = 3.0
    ) -> None:
        self._inner = inner
        self._provider = provider
        self._monitor = monitor
        self._silent_s = silent_s

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        budget = request_budget.get()
        if budget is not None:
            budget.charge()
        count = call_count.get()
        if count is not None:
            count.calls += 1
        started_at = time.monotonic()
        outcome = "ABORTED"
        try:
            response = await self._inner.handle_async_request(request)
            outcome = "OK"
        except GatewayError as error:
            outcome = error.code
            self._failed(error)
            if isinstance(error, DeadlineExceededError):
                self._abandoned(time.monotonic() - started_at)
            raise
        except asyncio.CancelledError:
            self._abandoned(time.monotonic() - started_at)
            raise
        else:
            if self._monitor is not None:
                self._monitor.succeeded()
            return response
        finally:
            if logger.isEnabledFor(logging.DEBUG):
                self._log(request, outcome, time.monotonic() - started_at)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def _failed(self, error: GatewayError) -> None:
        if self._monitor is None:
            return
        if isinstance(error, UpstreamError):
            self._monitor.failed(error)
        elif isinstance(error, _ANSWERS):
            self._monitor.succeeded()

    def _abandoned(self, waited_s: float) -> None:
        if self._monitor is not None and waited_s >= self._silent_s:
            self._monitor.failed(
                UpstreamTimeoutError(
                    f"{self._provider} gave no answer within {waited_s:.1f} s, and nobody waited any longer.",
                    provider=self._provider,
                )
            )

    def _log(self, request: httpx.Request, outcome: str, duration_s: float) -> None:
        logger.debug(
            "upstream call",
            extra={
                "provider": self._provider,
                "method": request.method,
                "host": request.url.host,
                "path": request.url.raw_path.partition(b"?")[0].decode("ascii"),
                "status": request.extensions.get("status"),
                "outcome": outcome,
                "duration_ms": round(duration_s * 1000, 2),
            },
        )
