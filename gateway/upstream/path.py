"""The only builder of vendor paths: every segment is percent-encoded, and nothing can leave its segment."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from gateway.domain.errors import InvalidInputError

_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SLASH = re.compile(r"[/\\]")


@dataclass(frozen=True)
class Twice:
    """A segment that a vendor decodes twice. Made by `twice()`."""

    segment: str


def twice(segment: str) -> Twice:
    """Marks a segment for `path()`: `path("hermes", "triggers", twice(uri))`."""
    return Twice(segment)


def path(*segments: str | Twice) -> str:
    """`path("organizations", "acme", "pipelines", "shop/web")` is `/organizations/acme/pipelines/shop%2Fweb`.

    Raises InvalidInputError for what no encoding makes safe: see `encode`.
    """
    return "".join(
        ["/" + (encode_twice(segment.segment) if isinstance(segment, Twice) else encode(segment)) for segment in segments]
    )


def encode(segment: str) -> str:
    """One segment, every reserved character encoded (`/` too).

    Refused are empty segments, control characters, text that has no UTF-8 form, and `.` and `..`: those stay dot
    segments however they are encoded. They are refused between slashes too (`a/../b`), because servers that decode
    `%2F` before they resolve dots exist.
    """
    if not segment:
        raise InvalidInputError("A name or id that becomes part of a provider's URL is empty.")
    if _CONTROL_CHARACTER.search(segment):
        raise InvalidInputError("A name or id that becomes part of a provider's URL holds a control character.")
    if "." in segment and any(part in (".", "..") for part in _SLASH.split(segment)):
        raise InvalidInputError('A name or id that becomes part of a provider\'s URL must not be, or hold, "." or "..".')
    try:
        return quote(segment, safe="")
    except UnicodeEncodeError:
        raise InvalidInputError("A name or id that becomes part of a provider's URL is not valid Unicode.") from None


def encode_twice(segment: str) -> str:
    """As `encode`, and the result encoded again: `:` becomes `%253A`."""
    return quote(encode(segment), safe="")
