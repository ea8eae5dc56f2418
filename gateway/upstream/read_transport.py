"""httpx-aiohttp, with the URL sent exactly as it is, no cookies, and less work per call."""

import ssl
from collections.abc import Callable

import aiohttp
import httpx
import yarl
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import AiohttpResponseStream, map_aiohttp_exceptions

KEEP_ALIVE_S = 30.0


class ReadTransport(AiohttpTransport):
    """The aiohttp session is opened by the first call, inside the running loop.

    Redirects are off. aiohttp sends a GET a second time when a kept connection turns out to be dead: right for reads
    only. The library's own version hands aiohttp the URL as text, which resolves dot segments and quotes anew.
    """

    def __init__(
        self,
        tls: ssl.SSLContext,
        connect_timeout_s: float,
        *,
        resolver: Callable[[], AbstractResolver] | None = None,
    ) -> None:
        super().__init__(verify=tls, client=self._open)
        self._connect_timeout = aiohttp.ClientTimeout(total=None, connect=connect_timeout_s)
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        session = self._session or self._open()
        url = request.url
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.raw}
        with map_aiohttp_exceptions():
            answer = await session.request(
                request.method,
                yarl.URL(f"{url.scheme}://{url.netloc.decode('ascii')}{url.raw_path.decode('ascii')}", encoded=True),
                headers=headers,
                data=await request.aread() or None,
                allow_redirects=False,
            )
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=AiohttpResponseStream(answer), request=request)

    async def aclose(self) -> None:
        self._closed = True
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise httpx.UnsupportedProtocol("The transport is closed.")
        connector = aiohttp.TCPConnector(
            ssl=self.ssl_context,
            limit=0,  # Concurrency bounds the calls
            keepalive_timeout=KEEP_ALIVE_S,
            resolver=self._resolver() if self._resolver else None,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=self._connect_timeout,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self._session
