"""Reads an answer to its end, decompressed, up to a bound."""

from typing import cast

import httpx

from gateway.domain.errors import MalformedResponseError
from gateway.upstream.content_encoding import DamagedContentError, decompress


class ResponseTooLargeError(MalformedResponseError):
    """The provider's answer is larger than the gateway reads."""


class WholeBody(httpx.AsyncBaseTransport):
    """What passes outwards has its `content`, and its connection is free again.

    The bound (a request's `max_bytes`, else the one given here) holds for the body as sent and as unpacked: a small
    answer may unpack to a very large one.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, provider: str, max_bytes: int) -> None:
        self._inner = inner
        self._provider = provider
        self._max_bytes = max_bytes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        max_bytes: int = request.extensions.get("max_bytes", self._max_bytes)
        body = await self._read(response, max_bytes)
        headers = response.headers
        if body and (encoding := headers.get("content-encoding", "")):
            body = self._unpack(body, encoding, max_bytes)
            headers = headers.copy()
            del headers["content-encoding"]
        return httpx.Response(response.status_code, headers=headers, content=body)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _read(self, response: httpx.Response, max_bytes: int) -> bytes:
        chunks: list[bytes] = []
        size = 0
        try:
            # The stream itself: httpx's own reading has no bound and takes a cut gzip stream for a whole one.
            async for chunk in cast("httpx.AsyncByteStream", response.stream):
                size += len(chunk)
                if size > max_bytes:
                    raise self._too_large(max_bytes)
                chunks.append(chunk)
        finally:
            await response.aclose()
        return b"".join(chunks)

    def _unpack(self, body: bytes, encoding: str, max_bytes: int) -> bytes:
        try:
            unpacked = decompress(body, encoding, max_bytes + 1)
        except DamagedContentError as error:
            raise MalformedResponseError(f"The provider's answer {error}.", provider=self._provider) from None
        if len(unpacked) > max_bytes:
            raise self._too_large(max_bytes)
        return unpacked

    def _too_large(self, max_bytes: int) -> ResponseTooLargeError:
        return ResponseTooLargeError(f"The provider's answer is larger than {max_bytes} bytes.", provider=self._provider)
