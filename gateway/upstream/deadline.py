"""A bound on the whole call: waiting for a place, connecting, headers and body."""

import asyncio

import httpx

from gateway.domain.budget import request_budget
from gateway.domain.errors import DeadlineExceededError, GatewayError, UpstreamTimeoutError


class Deadline(httpx.AsyncBaseTransport):
    """`timeout_s`, or what the request has left when that is less. Each has its own error: only one is the provider's."""

    def __init__(self, inner: httpx.AsyncBaseTransport, provider: str, timeout_s: float) -> None:
        self._inner = inner
        self._provider = provider
        self._timeout_s = timeout_s

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        limit_s = self._timeout_s
        budget = request_budget.get()
        if budget is not None:
            limit_s = min(limit_s, budget.remaining_s())
        try:
            async with asyncio.timeout(limit_s):
                return await self._inner.handle_async_request(request)
        except TimeoutError:
            error = self._error(limit_s)
        raise error

    async def aclose(self) -> None:
        await self._inner.aclose()

    def _error(self, limit_s: float) -> GatewayError:
        if limit_s < self._timeout_s:
            return DeadlineExceededError(
                "The request reached its deadline while the provider was being asked.", provider=self._provider
            )
        return UpstreamTimeoutError(f"The provider did not answer within {self._timeout_s:g} s.", provider=self._provider)
