"""What an answer means for the records that were carried: done, refused, unknown, or to be sent again.

Again only what surely had no effect: refused by a rate limit, or never sent. After anything else a person decides (docs/adr/0022).
"""

import random

import msgspec

from gateway.domain.audit import AuditEntry, AuditOutcome
from gateway.domain.commands.performed import Performed
from gateway.domain.destination import Batch, CallEnd, DeliveryStatus
from gateway.domain.global_id import encode_id
from gateway.domain.mutation_errors import (
    MutationProblem,
    NotStartedError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    UnknownOutcomeError,
)
from gateway.domain.write_log import Receipt

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 300.0
LONGEST_ASKED_S = 3600.0
"""Of what a vendor may ask for by Retry-After: a longer time is tried earlier."""
MOST_FAILURES = 10
"""Of one batch that was never sent, over about eight minutes. Rate limits do not count where the vendor tells when to come back."""
RETRYABLE = frozenset({"RATE_LIMITED", "UPSTREAM_TIMEOUT", "UPSTREAM_UNAVAILABLE", "STORE_UNAVAILABLE", "DEADLINE_EXCEEDED"})
CREDENTIAL = "UPSTREAM_UNAUTHENTICATED"
WITHDRAWN = "withdrawn"
"""What the audit log calls an attempt that never began, and never will."""


def verdict_of(performed: Performed, batch: Batch, duration_s: float) -> CallEnd:
    """The end of this attempt."""
    receipt = performed.receipt
    problem = performed.errors[0] if performed.errors else None
    end = CallEnd(
        number=batch.number,
        attempt_id=batch.attempt_id,
        status=DeliveryStatus.SUCCEEDED,
        code=None if problem is None else problem.code,
        message="; ".join(each.message for each in performed.errors) or None,
        receipt=receipt,
        duration_s=duration_s,
        changed=tuple(encode_id(key) for key in performed.keys),
        reached=(receipt is not None and receipt.status is not None) or isinstance(problem, UnknownOutcomeError),
    )
    match problem:
        case None:
            return end
        case UnknownOutcomeError():
            return msgspec.structs.replace(end, status=DeliveryStatus.UNKNOWN, counts_as_failure=True)
        case ProviderError(code=code) if code == CREDENTIAL:
            return msgspec.structs.replace(end, status=DeliveryStatus.QUEUED, retry_in_s=0.0, stop=True)
        case PermissionDeniedError():
            return msgspec.structs.replace(end, status=DeliveryStatus.FAILED, counts_as_failure=True, stop=True)
    wait_s, counts = _wait_s(problem, batch.failures)
    status = DeliveryStatus.FAILED if wait_s is None else DeliveryStatus.QUEUED
    return msgspec.structs.replace(end, status=status, retry_in_s=wait_s, counts_as_failure=counts)


def not_sent(batch: Batch, *, code: str | None = None, message: str | None = None, stop: bool = False) -> CallEnd:
    """The end of an attempt that never began: its records are not at fault."""
    return CallEnd(
        number=batch.number,
        attempt_id=batch.attempt_id,
        status=DeliveryStatus.QUEUED,
        retry_in_s=0.0,
        code=code,
        message=message,
        stop=stop,
    )


def verdict_after_loss(entry: AuditEntry | None, batch: Batch) -> CallEnd | None:
    """The end of an attempt whose worker has gone, as the audit log tells it: None as long as it may still be under way.

    Without an entry, or with one that says that it was withdrawn, it never began.
    """
    if entry is None or entry.attempt.mutation == WITHDRAWN:
        return not_sent(batch)
    if entry.outcome is AuditOutcome.IN_PROGRESS:
        return None
    settlement = entry.settlement
    if settlement is None:
        return CallEnd(
            number=batch.number,
            attempt_id=batch.attempt_id,
            status=DeliveryStatus.UNKNOWN,
            code="UNKNOWN_OUTCOME",
            message="The gateway was interrupted while this was being done.",
            counts_as_failure=True,
            reached=True,
        )
    receipt = None
    if settlement.method is not None:
        receipt = Receipt(
            provider=entry.attempt.provider or "",
            method=settlement.method,
            path=settlement.path or "",
            status=settlement.status,
            request_id=settlement.request_id,
        )
    done = entry.outcome in (AuditOutcome.DONE, AuditOutcome.REPLAYED)
    end = CallEnd(
        number=batch.number,
        attempt_id=batch.attempt_id,
        status=DeliveryStatus.SUCCEEDED if done else DeliveryStatus.UNKNOWN,
        code=None if done else settlement.code or "UNKNOWN_OUTCOME",
        message=None if done else "The gateway was interrupted before it had noted what came of this.",
        receipt=receipt,
        duration_s=settlement.duration_s,
        changed=settlement.changed,
        counts_as_failure=not done,
        reached=settlement.writes > 0 or settlement.status is not None,
    )
    if entry.outcome is not AuditOutcome.REFUSED:
        return end
    if settlement.code in RETRYABLE or settlement.code == CREDENTIAL:
        return msgspec.structs.replace(end, status=DeliveryStatus.QUEUED, retry_in_s=FIRST_WAIT_S)
    return msgspec.structs.replace(end, status=DeliveryStatus.FAILED)


def _wait_s(problem: MutationProblem | None, failures: int) -> tuple[float | None, bool]:
    """(seconds until it is sent again, None when it must not be or has been tried often enough; whether that counts)."""
    match problem:
        case RateLimitedError(retry_after_s=asked_s) if asked_s is not None:
            return min(max(asked_s, FIRST_WAIT_S), LONGEST_ASKED_S), False
        case RateLimitedError() | ProviderError(retryable=True) | NotStartedError(retryable=True):
            pass
        case _:
            return None, True
    if failures + 1 >= MOST_FAILURES:
        return None, True
    wait_s: float = min(FIRST_WAIT_S * 2**failures, LONGEST_WAIT_S)
    return wait_s * random.uniform(0.8, 1.2), True
