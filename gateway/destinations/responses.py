"""Answers of vendors, as they may be shown to others than the vendor and us."""

from typing import Any

import msgspec

from gateway.domain.call_log import MOST_RESPONSE_BYTES

HIDDEN = "***"
_SECRET = frozenset({"env", "secret", "secrets", "token", "access_token", "password", "webhook_url", "license_key", "api_key"})
"""Members of vendors' objects that the gateway reads nowhere else either: builds and jobs have environments, hooks have secrets."""


def without_secrets(response: bytes | None) -> bytes | None:
    """The same JSON with stars for what is secret; what is no JSON, or was cut, as it is."""
    if response is None or len(response) >= MOST_RESPONSE_BYTES:
        return response
    try:
        decoded = msgspec.json.decode(response)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return response
    shown = _shown(decoded)
    return response if shown is decoded else msgspec.json.encode(shown)


def _shown(value: Any) -> Any:
    """The value itself where nothing in it is hidden."""
    if isinstance(value, list):
        shown = [_shown(each) for each in value]
        return value if all(new is old for new, old in zip(shown, value, strict=True)) else shown
    if not isinstance(value, dict):
        return value
    secret_data = "data" in value and "type" in value  # an integration context
    members = {
        name: HIDDEN if each not in (None, "", {}, []) and _is_secret(name, secret_data) else _shown(each)
        for name, each in value.items()
    }
    return value if all(members[name] is each for name, each in value.items()) else members


def _is_secret(name: str, secret_data: bool) -> bool:
    return name.lower() in _SECRET or (name == "data" and secret_data)
