"""Looks at every answer before it is judged, so that refusals too show their status and rate limits."""

from collections.abc import Callable, Mapping
from datetime import datetime

import httpx

from gateway.domain.provider import RateLimit
from gateway.upstream.monitor import UpstreamMonitor, utc_now


class Observation(httpx.AsyncBaseTransport):
    """Gives the vendor's rate limit headers to the monitor."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        monitor: UpstreamMonitor,
        rate_limits: Callable[[Mapping[str, str], datetime], tuple[RateLimit, ...]],
    ) -> None:
        self._inner = inner
        self._monitor = monitor
        self._rate_limits = rate_limits

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        self._monitor.limits_seen(self._rate_limits(response.headers, utc_now()))
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()
