"""What Buildkite says beside its answers: why it refused, which scope is missing, how much of the rate limit is left."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from gateway.domain.errors import ConflictError, FieldComplaint, GatewayError, InvalidInputError, NotFoundError
from gateway.domain.provider import RateLimit
from gateway.providers.buildkite.wire import WireFieldError, WireRefusal
from gateway.upstream.transport import Explanation

_refusal = msgspec.json.Decoder(WireRefusal)
_TOO_DEEP = "Listing builds this deep"

_WRONG_STATES = (
    "Build can't be canceled because",  # the vendor's own command line tool looks for this one
    "Can only stop connected agents",
    "Agent is already paused",
    "Agent is not paused",
    "Only connected agents may be paused",
    "Cluster queue is already paused",
    "Cluster queue is not paused",
    "Pipeline could not be archived",
    "Pipeline could not be unarchived",
    "Only failed, timed out or canceled jobs can be retried",
    "Jobs from canceled builds cannot be",
    "This job can't be retried because",
    # ASSUMED: unblocking what is not blocked is refused in these words; disproved by a recorded answer.
    "This job is not blocked",
)
"""How refusals begin that are about the state of a thing and nothing else, whatever their status (docs: Builds, Jobs, Agents,
Queues, Pipelines)."""

_FIELDS = {
    "Unblocker is not a valid user id": "unblocker",
    "This job type cannot be unblocked": "job",
    "Cluster must be specified": "cluster_id",
    "Invalid states": "states",
}
"""How refusals begin that are about one field, though they name it only in words."""


WHOLE = ""
"""The field of a complaint that names none: a 422 with a reason in words. Where nothing was given that could be wrong, it is
about the state of the thing."""


class TooDeepError(InvalidInputError):
    """A page of builds lies deeper than the vendor lists; a narrower time range reaches the same rows."""


def explain(status: int, headers: Mapping[str, str], body: bytes) -> Explanation:
    """Message and field errors in one line, and each field's alone; the scope that the token lacks."""
    refusal = _refusal.decode(body) if body else WireRefusal()
    message = refusal.message or ""
    errors = refusal.errors or ()
    details = "; ".join(_detail(error) for error in errors)
    said = f"{message}: {details}" if message and details else message or details
    complaints = [
        FieldComplaint(error.field, error.code or "is not valid")
        for error in errors
        if isinstance(error, WireFieldError) and error.field
    ]
    complaints += [FieldComplaint(field, message) for beginning, field in _FIELDS.items() if message.startswith(beginning)]
    if status == 422 and message and not complaints and not message.lower().startswith("validation failed"):
        complaints.append(FieldComplaint(WHOLE, message))
    return Explanation(
        said or None, _meaning(status, message), _missing_scope(headers) if status == 403 else None, tuple(complaints)
    )


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
    if status in (400, 422) and message.startswith(_WRONG_STATES):
        return ConflictError
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
