"""No call, and so no credential, goes to any host but the configured one."""

import httpx

from gateway.domain.errors import InternalError
from gateway.upstream.base_url import BaseUrl


class HostCheck(httpx.AsyncBaseTransport):
    """Scheme, host and port must be those of the base URL; with `loopback_only` they must be on this machine too."""

    def __init__(self, inner: httpx.AsyncBaseTransport, base: BaseUrl, *, loopback_only: bool) -> None:
        self._inner = inner
        self._base = base
        self._refuses_all = loopback_only and not base.is_loopback

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url, base = request.url, self._base
        if self._refuses_all:
            raise InternalError(f"Only this machine may be called, not {base.host}.")
        if url.host != base.host or url.port != base.port or url.scheme != base.scheme:
            raise InternalError(f"A call to {url.host} was stopped: the provider's host is {base.host}.")
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
