"""Settings with values that may be secret: such a value is not decoded at all."""

import re

import msgspec

from gateway.providers.talend.rows import UNREADABLE

# A parameter may hold a password without saying that it is encrypted. What is called like one is taken for one.
_SECRET = re.compile(r"passw|passphrase|pwd|secret|credential|token$|(?:api|access|private)[ _.-]?key", re.IGNORECASE)

_value: "msgspec.json.Decoder[str | int | float | bool | None]" = msgspec.json.Decoder(str | int | float | bool | None)


def is_secret(name: str) -> bool:
    """Whether a value of this name is taken for a secret."""
    return _SECRET.search(name) is not None


def shown_value(raw: msgspec.Raw, *names: str | None, encrypted: bool = False) -> str | None:
    """The value as text; None when it is none, is encrypted, or when a name (or the word for its type) says that it is a secret."""
    if encrypted or any(name is not None and is_secret(name) for name in names):
        return None
    try:
        value = _value.decode(raw)
    except UNREADABLE:
        return None  # no setting has a value of parts, and what is no text cannot be shown
    if value is None or isinstance(value, str):
        return value
    return bytes(raw).decode()  # numbers and truth values as they were written
