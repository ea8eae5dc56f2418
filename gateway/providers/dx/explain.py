"""What DX says in its answers. `ok` and `error` decide, on HTTP 200 as well; the status only where they say nothing."""

from collections.abc import Mapping

from gateway.domain.errors import (
    GatewayError,
    InvalidInputError,
    NotSupportedError,
    RateLimitedError,
    UpstreamCredentialError,
    UpstreamUnavailableError,
)
from gateway.providers.dx.wire import Envelope, envelope_decoder
from gateway.upstream.transport import Explanation

MEANINGS: dict[str, type[GatewayError]] = {
    "not_authed": UpstreamCredentialError,
    "invalid_auth": UpstreamCredentialError,
    "account_inactive": UpstreamCredentialError,
    "required_params_missing": InvalidInputError,
    "invalid_arguments": InvalidInputError,
    # ASSUMED: the word for a method that an instance does not serve; disproved by another one in such an answer.
    "unknown_method": NotSupportedError,
    # ASSUMED: these words mean that it may go well later, as at the API whose conventions these answers follow; disproved by
    # an instance that answers one of them to a report for good.
    "rate_limited": RateLimitedError,
    "ratelimited": RateLimitedError,
    "internal_error": UpstreamUnavailableError,
    "fatal_error": UpstreamUnavailableError,
    "service_unavailable": UpstreamUnavailableError,
    "request_timeout": UpstreamUnavailableError,
}


def explain(_status: int, _headers: Mapping[str, str], body: bytes) -> Explanation:
    """Of an answer with an error status. Fails with msgspec's errors where there is no such answer in the body."""
    told = envelope_decoder.decode(body)
    return Explanation(in_words(told), meaning(told))


def in_words(told: Envelope) -> str | None:
    """The code and what was said about it."""
    return ": ".join(text for text in (told.error, told.message) if text) or None


def meaning(told: Envelope) -> type[GatewayError] | None:
    """The class of an error word; None where the word is not known, and the status has to decide."""
    return None if told.error is None else MEANINGS.get(told.error)
