"""Answers of vendors, as they may be shown to others than the vendor and us."""

import json
from typing import Any

import msgspec

from gateway.domain.call_log import MOST_RESPONSE_BYTES
from gateway.domain.secret_names import HIDDEN, is_secret_name, text_without_secrets

DEEPEST = 64
"""Levels of JSON that is shown."""
_ENVIRONMENTS = ("env", "environment")
_BEGINNINGS = (b"{", b"[", b'"')
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _TooDeepError(Exception):
    """Nobody reads such an answer."""


def without_secrets(response: bytes | None) -> bytes | None:
    """The same JSON with stars for what is secret, letter by letter where nothing is; then cut to MOST_RESPONSE_BYTES.

    None for what looks like JSON and cannot be read, for instance because it has been cut: nobody knows what is in it. Text that is
    no JSON stays, but for the secrets of URLs in it.
    """
    if response is None:
        return None
    try:
        decoded = msgspec.json.decode(response)
        shown = _shown(decoded, DEEPEST)
        told = response if shown is decoded else _encoded(shown)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        if response.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(_BEGINNINGS):
            return None
        text = response.decode(errors="replace")
        clean = text_without_secrets(text)
        told = response if clean is text else clean.encode()
    except (_TooDeepError, RecursionError):
        return None
    return told[:MOST_RESPONSE_BYTES]


def _encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except OverflowError:  # a number of more than 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _shown(value: Any, levels: int) -> Any:
    """The value itself where nothing in it is hidden."""
    if isinstance(value, str):
        clean = text_without_secrets(value)
        return value if clean == value else clean
    if not isinstance(value, dict | list):
        return value
    if not levels:
        raise _TooDeepError
    if isinstance(value, list):
        shown = [_shown(each, levels - 1) for each in value]
        return value if all(new is old for new, old in zip(shown, value, strict=True)) else shown
    is_context = "data" in value and "type" in value  # an integration context
    is_variable = "value" in value and ("key" in value or "name" in value)
    members = {
        name: HIDDEN
        if _is_hidden(name, each) or (name == "data" and is_context and each) or (name == "value" and is_variable and each)
        else _shown(each, levels - 1)
        for name, each in value.items()
    }
    return value if all(members[name] is each for name, each in value.items()) else members


def _is_hidden(name: str, value: Any) -> bool:
    """Whether something is there, and its name says that it is nobody's business. Yes and no are no secrets."""
    if isinstance(value, bool) or value in (None, "", {}, []):
        return False
    if name.lower() in _ENVIRONMENTS:
        return name.lower() == "env" or isinstance(value, dict | list)
    return is_secret_name(name)
