"""What Talend says in its error answers, and what its statuses mean where HTTP means something else by them."""

import http
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.domain.errors import ConflictError, GatewayError, InvalidInputError, PermissionDeniedError
from gateway.upstream.transport import Explanation


class RerunRefusedError(InvalidInputError):
    """422, which the vendor documents for runs that cannot be repeated, and for nothing else. Reads tell it as any other."""


_PERMISSION = re.compile(r"\bTMC_[A-Z_]+\b")

# All of them are final: a repetition changes nothing.
_MEANINGS: dict[int, tuple[type[GatewayError], str]] = {
    405: (ConflictError, "The task or plan is paused."),
    422: (RerunRefusedError, "The run cannot be run again: it is too old, or did not fail."),
    428: (PermissionDeniedError, "The credential may not change this schedule."),
    501: (ConflictError, "The task or plan has no run configuration, or the promotion has errors."),
}


class _ErrorBody(msgspec.Struct):
    """The body's own `status` can differ from HTTP's, which is trusted; it is not read."""

    message: Any = None
    detail: Any = None
    usage: Any = msgspec.field(default=None, name="Usage Details")


_decoder: "msgspec.json.Decoder[_ErrorBody | str]" = msgspec.json.Decoder(_ErrorBody | str)


def explain(status: int, headers: Mapping[str, str], body: bytes) -> Explanation:
    """The vendor's words, and the class they mean where the status alone would mislead."""
    kind, meaning = _MEANINGS.get(status, (None, None))
    told = _words(headers, body)
    if status == 403 and isinstance(told, _ErrorBody) and isinstance(told.usage, str):
        # Promotions or engines still use the environment: nothing that a permission would help.
        return Explanation(told.usage, ConflictError)
    message = told if isinstance(told, str) else None if told is None else _message(status, told)
    if meaning is not None and message is not None and message.strip().casefold() == _phrase(status):
        message = meaning
    missing = dict.fromkeys(_PERMISSION.findall(message or "")) if status in (403, 428) else {}
    return Explanation(message or meaning, kind, " or ".join(missing) or None, definite=status == 501)


def _words(headers: Mapping[str, str], body: bytes) -> _ErrorBody | str | None:
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Many refusals have no body. A page of HTML is a proxy's, and says nothing that the status does not.
        text = body.decode("utf-8", "replace").strip()
        return None if "html" in headers.get("content-type", "") or text.startswith("<") else text or None


def _message(status: int, told: _ErrorBody) -> str | None:
    """`message` is for users but often only the status in words; then `detail`, for developers, says more."""
    texts = [text for text in (told.message, told.detail, told.usage) if isinstance(text, str) and text.strip()]
    return next((text for text in texts if text.strip().casefold() != _phrase(status)), texts[0] if texts else None)


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase.casefold()
    except ValueError:
        return ""
