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
    `%2F` before they resolve dots exist, and with something behind a semicolon (`..;x`), because servers that cut that off exist.
    """
    problem = _problem(segment)
    if problem is not None:
        raise InvalidInputError(f"A name or id that becomes part of a provider's URL {problem}.")
    return quote(segment, safe="")


def check_segment(segment: str, *, field: str, provider: str) -> None:
    """For what callers typed: InvalidInputError that names the field when `encode` would refuse it."""
    problem = _problem(segment)
    if problem is not None:
        raise InvalidInputError(f"`{field}` {problem}.", provider=provider, field=field)


def encode_twice(segment: str) -> str:
    """As `encode`, and the result encoded again: `:` becomes `%253A`."""
    return quote(encode(segment), safe="")


def _problem(segment: str) -> str | None:
    """Why no encoding makes it safe, as the end of a sentence."""
    if not segment:
        return "is empty"
    if _CONTROL_CHARACTER.search(segment):
        return "holds a control character"
    if "." in segment and any(part.partition(";")[0] in (".", "..") for part in _SLASH.split(segment)):
        return 'must not be, or hold, "." or ".."'
    if any("\ud800" <= letter <= "\udfff" for letter in segment):
        return "is not valid Unicode"
    return None
