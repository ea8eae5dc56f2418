"""Reads and writes travel over different transports."""

import httpx

from gateway.domain.errors import InternalError
from gateway.upstream.effect import Effect


class Router(httpx.AsyncBaseTransport):
    """By the request's `effect` mark, never by its method; a request without the mark is a fault of the gateway.

    Reads: aiohttp, cheap, and a cancelled call closes its socket at once. Writes: httpx's own transport, whose events
    tell exactly whether a request left us.
    """

    def __init__(self, *, read: httpx.AsyncBaseTransport, write: httpx.AsyncBaseTransport) -> None:
        self._read = read
        self._write = write
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._closed:
            raise InternalError("A call was made after its provider had been closed.")
        match request.extensions.get("effect"):
            case Effect.READ:
                return await self._read.handle_async_request(request)
            case Effect.WRITE:
                return await self._write.handle_async_request(request)
        raise InternalError("A request that says neither READ nor WRITE was stopped.")

    async def aclose(self) -> None:
        self._closed = True
        await self._read.aclose()
        await self._write.aclose()
