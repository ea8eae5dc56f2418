"""What an answer means for the records that were carried: done, refused, unknown, or to be sent again.

Again only what surely had no effect: refused by a rate limit, or never sent. After anything else a person decides (docs/adr/0022).
"""

import random

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
MOST_ATTEMPTS = 10
"""Of one batch, about a quarter of an hour in all; rate limits do not count as long as the vendor tells when to come back."""
RETRYABLE = frozenset({"RATE_LIMITED", "UPSTREAM_TIMEOUT", "UPSTREAM_UNAVAILABLE", "STORE_UNAVAILABLE", "DEADLINE_EXCEEDED"})
CREDENTIAL = "UPSTREAM_UNAUTHENTICATED"


def verdict_of(performed: Performed, batch: Batch, duration_s: float) -> CallEnd:
    """The end of this attempt."""
    receipt = performed.receipt
    changed = tuple(encode_id(key) for key in performed.keys)
    if not performed.errors:
        return CallEnd(
            number=batch.number, status=DeliveryStatus.SUCCEEDED, receipt=receipt, duration_s=duration_s, changed=changed
        )
    problem = performed.errors[0]
    told = "; ".join(each.message for each in performed.errors)
    match problem:
        case UnknownOutcomeError():
            return _end(batch, DeliveryStatus.UNKNOWN, problem.code, told, receipt, duration_s, changed)
        case ProviderError(code=code) if code == CREDENTIAL:
            return CallEnd(
                number=batch.number,
                status=DeliveryStatus.QUEUED,
                retry_in_s=0.0,
                code=code,
                message=told,
                receipt=receipt,
                duration_s=duration_s,
                stop=True,
            )
        case PermissionDeniedError():
            return _end(batch, DeliveryStatus.FAILED, problem.code, told, receipt, duration_s, changed, stop=True)
    wait_s = _wait_s(problem, batch.attempt)
    if wait_s is None:
        return _end(batch, DeliveryStatus.FAILED, problem.code, told, receipt, duration_s, changed)
    return CallEnd(
        number=batch.number,
        status=DeliveryStatus.QUEUED,
        retry_in_s=wait_s,
        code=problem.code,
        message=told,
        receipt=receipt,
        duration_s=duration_s,
    )


def verdict_after_loss(entry: AuditEntry | None, batch: Batch) -> CallEnd | None:
    """The end of an attempt whose worker has gone, as the audit log tells it: None as long as it may still be under way.

    Without an entry it never began.
    """
    if entry is None:
        return CallEnd(number=batch.number, status=DeliveryStatus.QUEUED, retry_in_s=0.0)
    told = "The gateway was interrupted while this was being done."
    settlement = entry.settlement
    code = None if settlement is None else settlement.code
    changed = () if settlement is None else settlement.changed
    duration_s = 0.0 if settlement is None else settlement.duration_s
    receipt = None
    if settlement is not None and settlement.method is not None:
        receipt = Receipt(
            provider=entry.attempt.provider or "",
            method=settlement.method,
            path=settlement.path or "",
            status=settlement.status,
            request_id=settlement.request_id,
        )
    match entry.outcome:
        case AuditOutcome.IN_PROGRESS:
            return None
        case AuditOutcome.DONE | AuditOutcome.REPLAYED:
            return CallEnd(
                number=batch.number, status=DeliveryStatus.SUCCEEDED, receipt=receipt, duration_s=duration_s, changed=changed
            )
        case AuditOutcome.REFUSED if code in RETRYABLE or code == CREDENTIAL:
            return CallEnd(number=batch.number, status=DeliveryStatus.QUEUED, retry_in_s=FIRST_WAIT_S, code=code, message=told)
        case AuditOutcome.REFUSED:
            return _end(batch, DeliveryStatus.FAILED, code or "REFUSED", told, receipt, duration_s, changed)
    return _end(batch, DeliveryStatus.UNKNOWN, "UNKNOWN_OUTCOME", told, receipt, duration_s, changed)


def _end(
    batch: Batch,
    status: DeliveryStatus,
    code: str,
    message: str,
    receipt: Receipt | None,
    duration_s: float,
    changed: tuple[str, ...],
    *,
    stop: bool = False,
) -> CallEnd:
    return CallEnd(
        number=batch.number,
        status=status,
        code=code,
        message=message,
        receipt=receipt,
        duration_s=duration_s,
        changed=changed,
        stop=stop,
        counts_as_failure=True,
    )


def _wait_s(problem: MutationProblem, attempt: int) -> float | None:
    """Seconds until it is sent again; None when it must not be, or has been tried often enough."""
    match problem:
        case RateLimitedError(retry_after_s=asked_s) if asked_s is not None:
            return min(max(asked_s, 0.0), LONGEST_ASKED_S)
        case RateLimitedError():
            pass
        case ProviderError(retryable=True) | NotStartedError(retryable=True):
            pass
        case _:
            return None
    if attempt >= MOST_ATTEMPTS:
        return None
    wait_s: float = min(FIRST_WAIT_S * 2 ** (attempt - 1), LONGEST_WAIT_S)
    return wait_s * random.uniform(0.8, 1.2)
