"""Reads an answer to its end, decompressed, up to a bound."""

import httpx

from gateway.domain.errors import MalformedResponseError


class ResponseTooLargeError(MalformedResponseError):
    """The provider's answer is larger than the gateway reads."""


class WholeBody(httpx.AsyncBaseTransport):
    """What passes outwards has its `content`, and its connection is free again.

    The bound (a request's `max_bytes`, else the one given here) counts decompressed bytes: a small answer may unpack to
    a very large one.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, provider: str, max_bytes: int) -> None:
        self._inner = inner
        self._provider = provider
        self._max_bytes = max_bytes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        max_bytes = request.extensions.get("max_bytes", self._max_bytes)
        chunks: list[bytes] = []
        size = 0
        try:
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > max_bytes:
                    break
                chunks.append(chunk)
        finally:
            await response.aclose()
        if size > max_bytes:
            raise ResponseTooLargeError(f"The provider's answer is larger than {max_bytes} bytes.", provider=self._provider)
        headers = response.headers
        if "content-encoding" in headers:
            headers = headers.copy()
            del headers["content-encoding"]
        return httpx.Response(response.status_code, headers=headers, content=b"".join(chunks))

    async def aclose(self) -> None:
        await self._inner.aclose()
