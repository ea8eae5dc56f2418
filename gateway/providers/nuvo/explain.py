"""What nuvo says in its error answers. No document shows one: `message` first, then `error.message`, then the text itself."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from gateway.upstream.transport import Explanation


class _ErrorBody(msgspec.Struct):
    message: Any = None
    error: Any = None


_decoder: "msgspec.json.Decoder[_ErrorBody | str]" = msgspec.json.Decoder(_ErrorBody | str)


def explain(status: int, headers: Mapping[str, str], body: bytes) -> Explanation:
    """The vendor's words, and for redirects what they mean."""
    if 300 <= status < 400:
        return Explanation(_moved(headers.get("location", "")))
    return Explanation(_words(headers, body))


def _moved(location: str) -> str:
    """A redirect is never followed: the token would go along to whoever the answer names."""
    parts = urlsplit(location)
    where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.scheme and parts.netloc else "another address"
    return f"The provider sends calls on to {where}, which the gateway does not follow. Set `base_url` to where the API is now."


def _words(headers: Mapping[str, str], body: bytes) -> str | None:
    # ASSUMED: these members; disproved by a recorded error that says something elsewhere.
    try:
        found = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # A page of HTML is a proxy's, and says nothing that the status does not.
        text = body.decode("utf-8", "replace").strip()
        return None if "html" in headers.get("content-type", "") or text.startswith(("<", "{", "[")) else text or None
    if isinstance(found, str):
        return found or None
    nested = found.error.get("message") if isinstance(found.error, dict) else found.error
    return next((text for text in (found.message, nested) if isinstance(text, str) and text), None)
