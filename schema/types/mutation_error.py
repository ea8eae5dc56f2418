"""Expected failures of mutations, shown as data."""

import strawberry

from gateway.domain import mutation_errors as domain
from schema.types.view import enum, field, interface, view

enum(
    domain.IdempotencyReason,
    IN_PROGRESS="What the key stands for is still being done.",
    OTHER_INPUT="The key was used for other input.",
)


@interface
class MutationError:
    """Why a mutation did not do what was asked."""

    code: str = field("The same words as in `extensions.code` of errors; UNKNOWN_OUTCOME and IDEMPOTENCY are found here only.")
    message: str = field("For people.")
    path: list[str] = field("Leads to the field of the input that is at fault; empty when no single one is.")


@view(domain.InvalidInputError)
class InvalidInputError(MutationError):
    """What was asked for cannot be meant. Nothing was done."""


@view(domain.NotFoundError)
class NotFoundError(MutationError):
    """It is not there, or not visible to the provider's credential. Nothing was done."""


@view(domain.PermissionDeniedError)
class PermissionDeniedError(MutationError):
    """The provider's credential may not do this. Nothing was done."""

    missing_scope: str | None = field("The scope that it lacks, if the vendor tells.")


@view(domain.ConflictError)
class ConflictError(MutationError):
    """Its state, or its revision, does not allow this: read it again. Nothing was done."""


@view(domain.NotSupportedError)
class NotSupportedError(MutationError):
    """The provider has no such thing. Nothing was done, and it was not asked."""

    supported_by: list[str] = field("Names of the configured providers that have it.")


def retry_after_seconds(root: strawberry.Parent[domain.RateLimitedError]) -> float | None:
    return root.retry_after_s


@view(domain.RateLimitedError)
class RateLimitedError(MutationError):
    """The provider's request budget is spent. Nothing was done."""

    retry_after_seconds: float | None = field("How long to wait, if the vendor tells.", retry_after_seconds)


def not_started_retry_after_seconds(root: strawberry.Parent[domain.NotStartedError]) -> float | None:
    return root.retry_after_s


@view(domain.NotStartedError)
class NotStartedError(MutationError):
    """The gateway itself could not begin: its store is away, the request's time or calls are spent, or it has failed. Nothing was
    done.
    """

    retryable: bool = field("Whether it may go well later.")
    retry_after_seconds: float | None = field("How long to wait, if that is known.", not_started_retry_after_seconds)


@view(domain.ProviderError)
class ProviderError(MutationError):
    """The provider failed before anything was done."""

    provider: str = field("Its name.")
    retryable: bool = field("Whether it may go well later.")
    request_id: str | None = field("The vendor's own id of the failed call.")


@view(domain.UnknownOutcomeError)
class UnknownOutcomeError(MutationError):
    """Something was sent, and its effect is not known: it may have been done, or not, or in part. It is never sent again."""

    provider: str = field("The name of the provider that it was sent to.")
    cause: str = field("The code of what went wrong.")
    find_out: str = field("How to learn what has become of it.")
    request_id: str | None = field("The vendor's own id of the call.")


@view(domain.IdempotencyError)
class IdempotencyError(MutationError):
    """The idempotency key stands for something else, or for what is still under way. Nothing was done for this request."""

    reason: domain.IdempotencyReason = field("Which of the two.")


MUTATION_ERRORS = (
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    ConflictError,
    NotSupportedError,
    RateLimitedError,
    NotStartedError,
    ProviderError,
    UnknownOutcomeError,
    IdempotencyError,
)
