"""Storage URLs come out of a vendor's answer, so they are input from outside: what may be called, and what may not."""

import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from gateway.domain.errors import MalformedResponseError, UpstreamUnavailableError
from gateway.upstream.base_url import BaseUrl, is_loopback
from gateway.upstream.statuses import Explanation

_REFUSED = "The provider named a storage URL that the gateway does not call: {}."
_NOT_PUBLIC = "its host is not public"


def parse_signed_url(url: str, provider: str) -> httpx.URL:
    """The URL, or MalformedResponseError. Its text stays out of the message: whoever has it, has the content."""
    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        pass
    raise MalformedResponseError("The provider named a storage URL that cannot be read.", provider=provider)


class SignedUrlCheck(httpx.AsyncBaseTransport):
    """Https without a user name, to a public address; what a name resolves to is `PublicResolver`'s matter.

    When the provider itself is on this machine (a simulator), private addresses are allowed, and plain http too if both
    the provider and the storage speak it here.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, provider: str, base: BaseUrl, *, loopback_only: bool) -> None:
        self._inner = inner
        self._provider = provider
        self._base = base
        self._loopback_only = loopback_only

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if reason := self._refusal(request.url):
            raise MalformedResponseError(_REFUSED.format(reason), provider=self._provider)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def _refusal(self, url: httpx.URL) -> str | None:
        local = is_loopback(url.host)
        if url.scheme != "https" and not (url.scheme == "http" and self._base.scheme == "http" and local):
            return "it is not https"
        if not url.host:
            return "it has no host"
        if url.userinfo:
            return "it holds a user name"
        if self._loopback_only and not local:
            return "its host is not this machine"
        if not self._base.is_loopback and (local or not _may_be_public(url.host)):
            return _NOT_PUBLIC
        return None


class PublicResolver(AbstractResolver):
    """Resolves names and leaves only public addresses: the connection is made to exactly what was checked."""

    def __init__(self) -> None:
        self._names = ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        found = await self._names.resolve(host, port, family)
        public = [address for address in found if is_public(ip_address(address["host"].partition("%")[0]))]
        if not public:
            raise MalformedResponseError(_REFUSED.format(_NOT_PUBLIC))
        return public

    async def close(self) -> None:
        await self._names.close()


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is on the open internet, an IPv4 address inside an IPv6 one included."""
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inside:
            return is_public(inside)
    return address.is_global and not address.is_multicast and not address.is_reserved


def explain_storage(status: int, _headers: Mapping[str, str], _body: bytes) -> Explanation:
    """A storage's refusal says that the URL has expired, not that the provider's credential is wrong."""
    if status in (400, 401, 403):
        return Explanation(f"The storage refused the provider's URL ({status}); it may have expired.", UpstreamUnavailableError)
    return Explanation(f"The storage behind the provider's URL answered {status}.")


def _may_be_public(host: str) -> bool:
    try:
        return is_public(ip_address(host))
    except ValueError:
        # A name. Its last label is never a number: that would be an old way to write an address (127.1, 2130706433).
        return not host.rstrip(".").rpartition(".")[2].isdecimal()
