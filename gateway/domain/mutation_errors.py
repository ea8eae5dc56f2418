"""Expected failures of mutations, as values. Their names are those of the schema's types."""

from enum import Enum

import msgspec


class MutationProblem(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What they share: `path` leads to the field of the input that is at fault, empty when no single one is."""

    code: str
    message: str
    path: tuple[str, ...] = ()


class InvalidInputError(MutationProblem, frozen=True, kw_only=True):
    """What was asked for cannot be meant. Nothing was done."""


class NotFoundError(MutationProblem, frozen=True, kw_only=True):
    """It is not there, or not visible to the provider's credential. Nothing was done."""


class PermissionDeniedError(MutationProblem, frozen=True, kw_only=True):
    """The provider's credential may not do this; `missing_scope` when the vendor tells which scope it wants. Nothing was done."""

    missing_scope: str | None = None


class ConflictError(MutationProblem, frozen=True, kw_only=True):
    """Its state, or its revision, does not allow this. Nothing was done."""


class NotSupportedError(MutationProblem, frozen=True, kw_only=True):
    """The provider has no such thing. Nothing was done, and it was not asked. `supported_by` names providers that have it."""

    supported_by: tuple[str, ...] = ()


class RateLimitedError(MutationProblem, frozen=True, kw_only=True):
    """The provider's request budget is spent. Nothing was done; `retry_after_s` when the vendor tells it."""

    retry_after_s: float | None = None


class NotStartedError(MutationProblem, frozen=True, kw_only=True):
    """The gateway itself could not begin: its store is away, the request's time or calls are spent, or it has failed. Nothing was
    done. `retryable` when it may go well later.
    """

    retryable: bool
    retry_after_s: float | None = None


class ProviderError(MutationProblem, frozen=True, kw_only=True):
    """The provider failed before anything was sent to be done. `retryable` when it may go well later."""

    provider: str
    retryable: bool
    request_id: str | None = None


class UnknownOutcomeError(MutationProblem, frozen=True, kw_only=True):
    """Something was sent and its effect is not known: it may have been done, or not, or in part. It is never sent again.
    `cause` is the code of what went wrong, `find_out` says how to learn the truth.
    """

    provider: str
    cause: str
    find_out: str
    request_id: str | None = None


class IdempotencyReason(Enum):
    """Why an idempotency key could not be used."""

    IN_PROGRESS = "in_progress"
    OTHER_INPUT = "other_input"


class IdempotencyError(MutationProblem, frozen=True, kw_only=True):
    """The key stands for something else, or for what is still under way. Nothing was done for this request."""

    reason: IdempotencyReason


AnyProblem = (
    InvalidInputError
    | NotFoundError
    | PermissionDeniedError
    | ConflictError
    | NotSupportedError
    | RateLimitedError
    | NotStartedError
    | ProviderError
    | UnknownOutcomeError
    | IdempotencyError
)
