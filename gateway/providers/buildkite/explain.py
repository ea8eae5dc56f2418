"""What Buildkite says beside its answers: why it refused, which scope is missing, how much of the rate limit is left."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from gateway.domain.errors import GatewayError, InvalidInputError, NotFoundError
from gateway.domain.provider import RateLimit
from gateway.providers.buildkite.wire import WireFieldError, WireRefusal
from gateway.upstream.transport import Explanation

_refusal = msgspec.json.Decoder(WireRefusal)
_TOO_DEEP = "Listing builds this deep"


class TooDeepError(InvalidInputError):
    """A page of builds lies deeper than the vendor lists; a narrower time range reaches the same rows."""


def explain(status: int, headers: Mapping[str, str], body: bytes) -> Explanation:
    """Message and field errors in one line; the scope that the token lacks."""
    refusal = _refusal.decode(body) if body else WireRefusal()
    message = refusal.message or ""
    details = "; ".join(_detail(error) for error in refusal.errors or ())
    said = f"{message}: {details}" if message and details else message or details
    return Explanation(said or None, _meaning(status, message), _missing_scope(headers) if status == 403 else None)


def rate_limits(headers: Mapping[str, str], now: datetime) -> tuple[RateLimit, ...]:
    """The organization's and the user's window; both count each request, and resets are seconds from now."""
    limits = []
    for prefix, scope in (("ratelimit", "rest"), ("ratelimit-user", "rest_user")):
        numbers = [_number(headers.get(f"{prefix}-{name}")) for name in ("limit", "remaining", "reset")]
        limit, remaining, reset_s = numbers
        if limit is not None and remaining is not None and reset_s is not None:
            shown = headers.get(f"{prefix}-scope") or scope
            limits.append(RateLimit(shown, limit, remaining, now + timedelta(seconds=reset_s)))
    return tuple(limits)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _detail(error: WireFieldError | str) -> str:
    if isinstance(error, str):
        return error
    return f"{error.field} {error.code}" if error.field and error.code else error.field or error.code or ""


def _meaning(status: int, message: str) -> type[GatewayError] | None:
    if status == 400 and message.startswith(_TOO_DEEP):
        return TooDeepError
    if status == 416:
        return NotFoundError  # the tail of an empty log (docs: Jobs, Get a job's log)
    return None


def _missing_scope(headers: Mapping[str, str]) -> str | None:
    """What the endpoint wants and the token has not; None when it is a matter of permissions and not of scopes."""
    wanted = _words(headers.get("x-accepted-oauth-scopes"))
    granted = _words(headers.get("x-oauth-scopes"))
    return ", ".join(scope for scope in wanted if scope not in granted) or None


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]
