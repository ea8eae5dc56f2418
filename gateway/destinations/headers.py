"""Headers that a destination adds to its calls, as people write them: `name:value,name:value`."""

import re
from collections.abc import Iterable

from gateway.domain.commands.command import Pair
from gateway.domain.errors import InvalidInputError
from gateway.domain.secret_names import HIDDEN

LONGEST_TEXT = 16 * 1024

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_NAME = re.compile(_WORD)
_VALUE = re.compile(r"[\x20-\x7e\t]*")
_NEXT_PAIR = re.compile(rf",(?=[ \t]*{_WORD}[ \t]*:)")
_REASONS = {
    "which the provider's credential sets": ("authorization", "proxy-authorization"),
    "which would be another credential": ("cookie", "cookie2", "set-cookie"),
    "which is the transport's": (
        "accept-encoding", "connection", "content-encoding", "content-length", "expect", "host", "keep-alive", "proxy-connection",
        "te", "trailer", "transfer-encoding", "upgrade",
    ),
    "which could make another call of it": (
        "forwarded", "x-forwarded-host", "x-forwarded-port", "x-forwarded-prefix", "x-forwarded-proto", "x-host", "x-http-method",
        "x-http-method-override", "x-method-override", "x-original-url", "x-rewrite-url",
    ),
}  # fmt: skip
_REFUSED = {name: reason for reason, names in _REASONS.items() for name in names}
_IGNORED = frozenset({"content-type"})
"""It is always JSON."""


def parse_headers(text: str, field: str) -> tuple[Pair, ...]:
    """A new pair begins only behind a comma that a name and a colon follow; any other comma belongs to the value.

    InvalidInputError at `field`. Blank text has none.
    """
    if len(text) > LONGEST_TEXT:
        raise InvalidInputError(f"`{field}` takes at most {LONGEST_TEXT} characters, not {len(text)}.", field=field)
    pairs = []
    for part in _NEXT_PAIR.split(text) if text.strip() else ():
        name, colon, value = part.partition(":")
        if not colon:
            raise InvalidInputError(f"`{field}` has no colon in {part.strip()!r}: it takes name:value,name:value.", field=field)
        pairs.append(Pair(name=name.strip(), value=value.strip(" \t")))
    return check_headers(pairs, field)


def check_headers(pairs: Iterable[Pair], field: str) -> tuple[Pair, ...]:
    """Those that are sent. InvalidInputError at `field` for what is no header, for what is set by the credential or the transport,
    for what could make another call of it, and for the stars of what is not shown.
    """
    kept: dict[str, Pair] = {}
    for pair in pairs:
        name = pair.name.lower()
        if not _NAME.fullmatch(pair.name):
            raise InvalidInputError(f"`{field}` has {pair.name!r} as a name: letters, digits and - are allowed.", field=field)
        if not _VALUE.fullmatch(pair.value):
            raise InvalidInputError(f"`{field}` has a value for {pair.name} that is not printable ASCII on one line.", field=field)
        if name in _REFUSED:
            raise InvalidInputError(f"`{field}` has {pair.name}, {_REFUSED[name]}.", field=field)
        if pair.value == HIDDEN:
            message = f"`{field}` has {HIDDEN} for {pair.name}, which stands for what is not shown: give the value itself."
            raise InvalidInputError(message, field=field)
        if name in kept:
            raise InvalidInputError(f"`{field}` has {pair.name} twice.", field=field)
        kept[name] = pair
    return tuple(pair for name, pair in kept.items() if name not in _IGNORED)
