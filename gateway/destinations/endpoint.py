"""The endpoint that a destination in manual mode calls: on the provider's own host, since the provider's credential goes there."""

import re
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from gateway.domain.errors import InvalidInputError

LONGEST = 4096
_DEFAULT_PORTS = {"https": 443, "http": 80}
_WRITABLE = re.compile(r"(?:[!$&'()*+,./:;=?@_~0-9A-Za-z\[\]-]|%[0-9A-Fa-f]{2})*")
_PLACEHOLDER = re.compile(r"[{}<>]|%(?:25)*(?:7[BbDd]|3[CcEe])")
_SLASHES = re.compile(r"[/\\]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Percent-encoded as it is sent. `query` is without its question mark."""

    path: str
    query: str


def endpoint_of(url: str, base_url: str, field: str) -> Endpoint:
    """Where `url` leads on the host of `base_url`. InvalidInputError at `field` for any other host, for a path that could lead
    elsewhere than it says (dots, empty segments, encoded or not), and for placeholders that nobody has filled in.
    """
    if len(url) > LONGEST:
        raise _wrong(field, f"is longer than {LONGEST} characters")
    if found := _PLACEHOLDER.search(url):
        raise _wrong(field, f"has a placeholder left over, at {found[0]!r}: give the value itself")
    if "#" in url or not _WRITABLE.fullmatch(url):
        raise _wrong(field, "has a character that no URL has: percent-encode it")
    base = urlsplit(base_url)
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _wrong(field, "is no URL") from None
    if "@" in parts.netloc:
        raise _wrong(field, "must not name a user: the provider's credential is used")
    if _origin(parts) != _origin(base):
        raise _wrong(field, f"must begin with {base.scheme}://{base.netloc}: the provider's credential goes nowhere else")
    segments = _SLASHES.split(_decoded(parts.path))
    if {".", ".."} & set(segments):
        raise _wrong(field, "must not have . or .. in its path")
    if "" in segments[1:-1]:
        raise _wrong(field, "must not have two slashes in a row in its path")
    if _UNPRINTABLE.search(_decoded(parts.path)) or _UNPRINTABLE.search(_decoded(parts.query)):
        raise _wrong(field, "has an unprintable character")
    return Endpoint(path=parts.path or "/", query=parts.query)


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    try:
        port = parts.port
    except ValueError:  # no number, or none that a port can have
        port = -1
    return parts.scheme, parts.hostname, _DEFAULT_PORTS.get(parts.scheme) if port is None else port


def _decoded(text: str) -> str:
    """Until nothing is left to decode: servers behind servers decode more than once."""
    while (decoded := unquote(text)) != text:
        text = decoded
    return text


def _wrong(field: str, why: str) -> InvalidInputError:
    return InvalidInputError(f"`{field}` {why}.", field=field)
