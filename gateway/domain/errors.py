"""Every failure the gateway can name. A class says what its reader can do about it; `code` is what a client sees.

GatewayError
├── InvalidInputError             BAD_USER_INPUT             correct the named field
├── BadRequestError               BAD_REQUEST                correct the HTTP request
├── UnauthenticatedError          UNAUTHENTICATED            the caller's own credential is missing or wrong
├── PermissionDeniedError         FORBIDDEN                  ask for the scope or permission
├── NotFoundError                 NOT_FOUND                  absent, or not visible to the provider's credential
├── ConflictError                 CONFLICT                   wrong state for this; read it again
│   ├── DestinationNotActiveError DESTINATION_NOT_ACTIVE     activate the destination, or wait until its queue has room
│   └── QueueFullError            QUEUE_FULL                 wait until the destination has sent some of what it has
├── NotSupportedError             NOT_SUPPORTED              this provider has no such thing
├── UpstreamError                 (abstract) the provider failed, the question was fine
│   ├── UpstreamCredentialError   UPSTREAM_UNAUTHENTICATED   the operator must renew the provider's credential
│   ├── RateLimitedError          RATE_LIMITED               wait `retry_after_s`
│   ├── UpstreamTimeoutError      UPSTREAM_TIMEOUT           try later
│   ├── UpstreamUnavailableError  UPSTREAM_UNAVAILABLE       try later
│   └── MalformedResponseError    UPSTREAM_MALFORMED         the vendor's answer cannot be read
├── StoreUnavailableError         STORE_UNAVAILABLE          the gateway's own database did not answer: try later
├── BudgetExceededError           BUDGET_EXCEEDED            ask for less in one request
├── DeadlineExceededError         DEADLINE_EXCEEDED          ask for less, or try later
└── InternalError                 INTERNAL                   a fault of the gateway; its details are in the log only
"""

from typing import Any, ClassVar

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """An error as a value, for places where it is shown as data. (graphql-core raises exceptions that it meets in data.)"""

    code: str
    message: str
    retryable: bool = False
    retry_after_s: float | None = None
    request_id: str | None = None
    missing_scope: str | None = None


class FieldComplaint(msgspec.Struct, frozen=True):
    """What a vendor says about one field of what it was sent, by its own name for it."""

    field: str
    message: str


class GatewayError(Exception):
    """Base of all named failures.

    `provider` is the configured name of the account at fault, `field` the input that is wrong, `retry_after_s` seconds
    to wait before a repetition can help, `request_id` the vendor's own id of the failed call. `sent` is set on failed
    calls: False when the call surely never left us, True when the vendor answered, None when it may have left. `complaints`
    are a vendor's about single fields; `parts` tell what became of the parts of a command (`gateway.domain.commands`). `definite`
    marks a vendor's 5xx that is documented to mean that nothing was done.
    """

    code: ClassVar[str]
    retryable: ClassVar[bool] = False
    sent: bool | None = None
    missing_scope: str | None = None
    complaints: tuple[FieldComplaint, ...] = ()
    definite: bool = False
    parts: tuple[Any, ...] = ()

    def __init__(
        self,
        message: str,
        *,
        provider: str | None = None,
        field: str | None = None,
        retry_after_s: float | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.provider = provider
        self.field = field
        self.retry_after_s = retry_after_s
        self.request_id = request_id

    def problem(self) -> Problem:
        """The same failure as a plain value."""
        return Problem(self.code, self.message, self.retryable, self.retry_after_s, self.request_id, self.missing_scope)


class InvalidInputError(GatewayError):
    """What was asked for cannot be meant; `field` names the input. Also a vendor's 400 and 422."""

    code = "BAD_USER_INPUT"


class BadRequestError(GatewayError):
    """The HTTP request is not a GraphQL request."""

    code = "BAD_REQUEST"


class UnauthenticatedError(GatewayError):
    """The caller's own credential is missing or wrong. A provider's is `UpstreamCredentialError`."""

    code = "UNAUTHENTICATED"


class PermissionDeniedError(GatewayError):
    """The provider's credential may not do this; `missing_scope` when the vendor tells which scope it wants."""

    code = "FORBIDDEN"

    def __init__(
        self,
        message: str,
        *,
        missing_scope: str | None = None,
        provider: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, provider=provider, request_id=request_id)
        self.missing_scope = missing_scope


class NotFoundError(GatewayError):
    """Absent, or not visible to the provider's credential (most vendors do not tell which)."""

    code = "NOT_FOUND"


class ConflictError(GatewayError):
    """The object is in a state, or at a revision, that does not allow this."""

    code = "CONFLICT"


class DestinationNotActiveError(ConflictError):
    """The destination does not send at present, and keeps no records, or no more of them, until it does."""

    code = "DESTINATION_NOT_ACTIVE"


class QueueFullError(ConflictError):
    """As many records wait in the destination as `[destinations] max_queued` allows."""

    code = "QUEUE_FULL"
    retryable = True


class NotSupportedError(GatewayError):
    """The provider has no such thing. Raised without an upstream call."""

    code = "NOT_SUPPORTED"


class UpstreamError(GatewayError):
    """The provider failed although the question was fine."""


class UpstreamCredentialError(UpstreamError):
    """The provider refused the gateway's credential: only the operator can mend it."""

    code = "UPSTREAM_UNAUTHENTICATED"


class RateLimitedError(UpstreamError):
    """The provider's request budget is spent."""

    code = "RATE_LIMITED"
    retryable = True


class UpstreamTimeoutError(UpstreamError):
    """The provider did not answer in time."""

    code = "UPSTREAM_TIMEOUT"
    retryable = True


class UpstreamUnavailableError(UpstreamError):
    """The provider could not be reached, broke off, or answered 5xx."""

    code = "UPSTREAM_UNAVAILABLE"
    retryable = True


class MalformedResponseError(UpstreamError):
    """The provider's answer is not what its documentation promises."""

    code = "UPSTREAM_MALFORMED"


class StoreUnavailableError(GatewayError):
    """The gateway's own database could not be reached, was busy for too long, or broke off. Nothing was acknowledged."""

    code = "STORE_UNAVAILABLE"
    retryable = True


class BudgetExceededError(GatewayError):
    """One request wanted more upstream calls or list items than `[graphql]` allows (`max_upstream_calls`, `max_nodes`)."""

    code = "BUDGET_EXCEEDED"


class DeadlineExceededError(GatewayError):
    """The whole request ran into `[server] request_deadline_s`."""

    code = "DEADLINE_EXCEEDED"
    retryable = True


class InternalError(GatewayError):
    """A fault of the gateway itself. Clients get a correlation id, the log gets the cause.

    `logged` when that has been done, and the message is the one for clients.
    """

    code = "INTERNAL"

    def __init__(self, message: str, *, provider: str | None = None, logged: bool = False) -> None:
        super().__init__(message, provider=provider)
        self.logged = logged
