"""Calls to addresses that somebody outside has named: only to the open internet, whatever a name may stand for."""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import partial
from ipaddress import ip_address
from typing import Any, cast

import httpcore
import httpx

from gateway.destinations.webhook.address import Address, is_here, is_loopback, is_public, refusal_of

MOST_RESPONSE_BYTES = 64 * 1024
"""Read of an answer, and thrown away: a connection whose answer is at its end can be used again."""
DISCARD_S = 1.0
"""Of the same reading."""
KEEP_S = 15.0
CONNECT_S = 3.0
"""For each address of a name."""
MOST_ADDRESSES = 4
"""Of a name are tried."""
_FAILURES = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.UnsupportedProtocol)

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""(name, port) -> its addresses, as text. OSError where it has none."""


class RefusedAddressError(httpx.TransportError):
    """The address is not called. Nothing was sent."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """What is checked is what is called: a name is looked up once, every address found must be public, and the connection is made
    to one of them. With `allow_loopback` a URL that says so (`is_here`) leads to this machine, and only there.

    Knows no redirects, cookies or proxies; answers have a status only. `tls`, `resolve` and `backend` are for tests.
    """

    def __init__(
        self,
        *,
        allow_loopback: bool,
        at_once: int = 8,
        tls: ssl.SSLContext | None = None,
        resolve: Resolve | None = None,
        backend: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._allow_loopback = allow_loopback
        self._names = _Names(at_once)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(),
            max_connections=at_once,
            max_keepalive_connections=at_once,
            keepalive_expiry=KEEP_S,
            network_backend=_Guard(allow_loopback, resolve or self._names.resolve, backend or httpcore.AnyIOBackend()),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """RefusedAddressError, or another httpx.TransportError. Without a time limit but for connecting: the caller has one."""
        if reason := refusal_of(request.url, allow_loopback=self._allow_loopback):
            raise RefusedAddressError(f"The URL {reason}.")
        url = request.url
        sent = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions={"timeout": {"connect": CONNECT_S}},
        )
        try:
            answer = await self._pool.handle_async_request(sent)
        except _FAILURES as error:
            raise httpx.TransportError(f"{type(error).__name__}: {error}") from error
        await _discard(answer)
        return httpx.Response(answer.status, request=request)

    async def aclose(self) -> None:
        await self._pool.aclose()
        self._names.close()


class _Guard(httpcore.AsyncNetworkBackend):
    """Stands below TLS, which still asks for, and verifies, the name of the URL."""

    def __init__(self, allow_loopback: bool, resolve: Resolve, inner: httpcore.AsyncNetworkBackend) -> None:
        self._allow_loopback = allow_loopback
        self._resolve = resolve
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 the backend's own signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = httpcore.ConnectError("The name has no address.")
        for address in (await self._checked(host, port))[:MOST_ADDRESSES]:
            try:
                stream = await self._inner.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            peer = stream.get_extra_info("server_addr")
            if not peer or ip_address(peer[0]) != address:
                await stream.aclose()
                raise RefusedAddressError("The connection led to another address than the one that was checked.")
            return stream
        raise failure

    async def _checked(self, host: str, port: int) -> list[Address]:
        may_call = is_loopback if self._allow_loopback and is_here(host) else is_public
        try:
            addresses = [ip_address(each) for each in await self._addresses(host, port)]
        except (OSError, UnicodeError) as error:  # UnicodeError: a name that the system cannot even ask for
            raise httpcore.ConnectError(f"The name cannot be looked up: {error}") from error
        if not all(may_call(address) for address in addresses):
            raise RefusedAddressError("The host does not stand for public addresses only.")
        return addresses

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            ip_address(host)
        except ValueError:
            return await self._resolve(host, port)
        return [host]


class _Names:
    """The system's own look-up, on threads of its own: a name server that says nothing must not hold up the calls to vendors."""

    def __init__(self, at_once: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="webhook-names")

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


async def _discard(answer: httpcore.Response) -> None:
    """What goes wrong here changes nothing: the status is known."""
    size = 0
    stream = cast("AsyncGenerator[bytes]", answer.aiter_stream())
    try:
        async with asyncio.timeout(DISCARD_S), aclosing(stream) as chunks:
            async for chunk in chunks:
                size += len(chunk)
                if size > MOST_RESPONSE_BYTES:
                    break
    except (TimeoutError, *_FAILURES):
        pass
    finally:
        await answer.aclose()
