"""Which addresses a webhook may have. People name them who may not reach what the gateway's own machine reaches."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from gateway.domain.errors import InvalidInputError
from gateway.domain.secret_names import HIDDEN

LONGEST = 2048

Address = IPv4Address | IPv6Address

_WRITABLE = re.compile(r"(?:[!$&'()*+,./:;=?@_~0-9A-Za-z\[\]-]|%[0-9A-Fa-f]{2})*")
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_OPEN_IPV6 = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
# Listed here, because what the standard library takes for global differs between its versions.
_NOT_OPEN = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip


def check_webhook_url(url: str, field: str, *, allow_loopback: bool) -> None:
    """InvalidInputError at `field` for what is not called. What a name stands for is seen at the call.

    With `allow_loopback`, addresses of this machine and `localhost` are called too, also over plain http.
    """
    if len(url) > LONGEST:
        raise _wrong(field, f"must have at most {LONGEST} characters")
    if "#" in url:
        raise _wrong(field, "must not have a fragment (#)")
    if HIDDEN in url:
        raise _wrong(field, f"has {HIDDEN}, which stands for what is not shown: give the value itself")
    if not _WRITABLE.fullmatch(url):
        raise _wrong(field, "has a character that no URL has: percent-encode it")
    authority = re.split(r"[/?]", url.partition("://")[2], maxsplit=1)[0]
    if "@" in authority:
        raise _wrong(field, "must not name a user")
    try:
        parsed = httpx.URL(url)
        _ = parsed.host  # decoded now: xn-- may stand before what is no name
    except (httpx.InvalidURL, ValueError):
        raise _wrong(field, "is no URL") from None
    if reason := refusal_of(parsed, allow_loopback=allow_loopback):
        raise _wrong(field, reason)


def refusal_of(url: httpx.URL, *, allow_loopback: bool) -> str | None:
    """Why a URL is not called, or None. Only what can be told without asking what a name stands for."""
    host = url.raw_host.decode("ascii")
    here = is_here(host)
    if url.scheme != "https" and not (url.scheme == "http" and here and allow_loopback):
        return "must begin with https://"
    if not host:
        return "must have a host"
    if url.port is not None and not 1 <= url.port <= 65535:
        return "must have a port of 1 to 65535"
    return None if here and allow_loopback else _refusal_of_host(host)


def is_here(host: str) -> bool:
    """Whether a host, as written in a URL without brackets, is this machine: `localhost`, or a loopback address."""
    if host == "localhost":
        return True
    try:
        return is_loopback(ip_address(host))
    except ValueError:
        return False


def is_loopback(address: Address) -> bool:
    """127.0.0.0/8 and ::1. Not what is mapped to them."""
    return address.is_loopback and not (isinstance(address, IPv6Address) and address.ipv4_mapped)


def is_public(address: Address) -> bool:
    """Whether an address is one of a single machine on the open internet.

    IPv4 inside IPv6 is judged as such where it is mapped or translated (64:ff9b::/96). Tunnels (6to4, Teredo) are not public.
    """
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _OPEN_IPV6:
            return False
    return address.is_global and not any(address in network for network in _NOT_OPEN)


def _refusal_of_host(host: str) -> str | None:
    try:
        address = ip_address(host)
    except ValueError:
        pass
    else:
        return None if is_public(address) else "must have a public address"
    if host.endswith("."):
        return "must have a host without a dot at its end"
    if host == "localhost" or host.endswith(".localhost"):
        return "must have a public address"
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return "must have its IP address in the usual form, of four decimal numbers"
    return None if _NAME.fullmatch(host) else "must have a host name of letters, digits, dots and -"


def _wrong(field: str, why: str) -> InvalidInputError:
    return InvalidInputError(f"`{field}` {why}.", field=field)
