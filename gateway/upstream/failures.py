"""Calls that got no answer become typed errors. What the libraries raise ends here: it can hold URLs and headers."""

import aiohttp
import httpx

from gateway.domain.errors import (
    GatewayError,
    InternalError,
    MalformedResponseError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)


class Failures(httpx.AsyncBaseTransport):
    """UpstreamTimeoutError for time-outs only; refused, unknown, dropped and cut are UpstreamUnavailableError."""

    def __init__(self, inner: httpx.AsyncBaseTransport, provider: str) -> None:
        self._inner = inner
        self._provider = provider

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._inner.handle_async_request(request)
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
            kind, message = _named(error)
        # Raised out here, without a chain: an aiohttp exception carries the request's headers in its repr.
        raise kind(message, provider=self._provider)

    async def aclose(self) -> None:
        await self._inner.aclose()


# The first class that fits decides.
_READS: tuple[tuple[type[BaseException], type[GatewayError], str], ...] = (
    (aiohttp.ConnectionTimeoutError, UpstreamTimeoutError, "The provider did not accept a connection in time."),
    (aiohttp.ServerTimeoutError, UpstreamTimeoutError, "The provider did not answer in time."),
    (aiohttp.ClientConnectorDNSError, UpstreamUnavailableError, "The provider's host name cannot be resolved."),
    (aiohttp.ClientSSLError, UpstreamUnavailableError, "No secure connection to the provider: TLS failed."),
    (aiohttp.ClientConnectorError, UpstreamUnavailableError, "The provider cannot be reached: no connection."),
    (aiohttp.ClientPayloadError, UpstreamUnavailableError, "The provider's answer broke off."),
    (aiohttp.ClientResponseError, MalformedResponseError, "The provider's answer is not HTTP."),
    (aiohttp.ClientConnectionError, UpstreamUnavailableError, "The connection broke off before the provider answered."),
    (aiohttp.InvalidURL, InternalError, "The gateway made a request that cannot be sent."),
)
_WRITES: tuple[tuple[type[BaseException], type[GatewayError], str], ...] = (
    (httpx.ConnectTimeout, UpstreamTimeoutError, "The provider did not accept a connection in time."),
    (httpx.TimeoutException, UpstreamTimeoutError, "The provider did not answer in time."),
    (httpx.ConnectError, UpstreamUnavailableError, "The provider cannot be reached: refused, unknown host, or no TLS."),
    (httpx.LocalProtocolError, InternalError, "The gateway made a request that cannot be sent."),
    (httpx.UnsupportedProtocol, InternalError, "The gateway made a request that cannot be sent."),
    (httpx.HTTPError, UpstreamUnavailableError, "The provider's connection or answer broke off."),
)


def _named(error: Exception) -> tuple[type[GatewayError], str]:
    # httpx's class says little of a read (refused, DNS and dropped all come as ConnectTimeout): its cause is asked first.
    for table, found in ((_READS, error.__cause__), (_READS, error), (_WRITES, error)):
        for raised, kind, message in table:
            if isinstance(found, raised):
                return kind, message
    return UpstreamUnavailableError, "The provider cannot be reached."
