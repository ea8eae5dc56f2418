"""The endpoint that a destination in manual mode calls: on the provider's own host, since the provider's credential goes there."""

import re
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from gateway.domain.errors import InvalidInputError
from gateway.domain.secret_names import HIDDEN

LONGEST = 4096
_DEFAULT_PORTS = {"https": 443, "http": 80}
_WRITABLE = re.compile(r"(?:[!$&'()*+,./:;=?@_~0-9A-Za-z\[\]-]|%[0-9A-Fa-f]{2})*")
_PLACEHOLDER = re.compile(r"[{}<>]|%(?:25)*(?:7[BbDd]|3[CcEe])")
_PLACEHOLDER_IN_PATH = re.compile(r"(?:(?<=[/\\]):|\$)[A-Za-z_]\w*")
_SLASHES = re.compile(r"[/\\]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Percent-encoded as it is sent. `query` is without its question mark."""

    path: str
    query: str


def endpoint_of(url: str, base_url: str, field: str) -> Endpoint:
    """Where `url` leads on the host of `base_url`. InvalidInputError at `field` for any other host, for a path that could lead
    elsewhere than it says (dots, empty segments, encoded or not), and for placeholders that nobody has filled in, the stars of what
    is not shown included.
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
    try:
        path, query = _decoded(parts.path), _decoded(parts.query)
    except UnicodeDecodeError:
        raise _wrong(field, "has an escape that is not UTF-8") from None
    if HIDDEN in path or HIDDEN in query:
        raise _wrong(field, f"has {HIDDEN}, which stands for what is not shown: give the value itself")
    if found := _PLACEHOLDER_IN_PATH.search(path):
        raise _wrong(field, f"has a placeholder left over, at {found[0]!r}: give the value itself")
    segments = _SLASHES.split(path)
    if {".", ".."} & {segment.partition(";")[0] for segment in segments}:
        raise _wrong(field, "must not have . or .. in its path")
    if "" in segments[1:-1]:
        raise _wrong(field, "must not have two slashes in a row in its path")
    if _UNPRINTABLE.search(path) or _UNPRINTABLE.search(query):
        raise _wrong(field, "has an unprintable character")
    return Endpoint(path=parts.path or "/", query=parts.query)


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    try:
        port = parts.port
    except ValueError:  # no number, or none that a port can have
        port = -1
    return parts.scheme, parts.hostname, _DEFAULT_PORTS.get(parts.scheme) if port is None else port


def _decoded(text: str) -> str:
    """Until nothing is left to decode: servers behind servers decode more than once. UnicodeDecodeError for other bytes."""
    while (decoded := unquote(text, errors="strict")) != text:
        text = decoded
    return text


def _wrong(field: str, why: str) -> InvalidInputError:
    return InvalidInputError(f"`{field}` {why}.", field=field)
