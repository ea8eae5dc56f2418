"""What an answer means for the records that were carried."""

from datetime import UTC, datetime

import pytest

from gateway.destinations.verdict import FIRST_WAIT_S, MOST_FAILURES, WITHDRAWN, verdict_after_loss, verdict_of
from gateway.domain import mutation_errors
from gateway.domain.audit import Attempt, AuditEntry, AuditOutcome, Settlement
from gateway.domain.commands.performed import Performed
from gateway.domain.destination import Batch, DeliveryStatus
from gateway.domain.keys import BuildKey
from gateway.domain.write_log import Receipt

RECEIPT = Receipt(provider="acme", method="POST", path="/builds", status=201)


def batch(failures=0):
    return Batch(number=4, attempt=failures + 1, attempt_id="a1", records=(), failures=failures)


def of(problem, failures=0):
    return verdict_of(Performed(errors=(problem,), receipt=RECEIPT), batch(failures), 0.2)


def told(kind, code, **more):
    return kind(code=code, message="No.", **more)


RATE_LIMITED = told(mutation_errors.RateLimitedError, "RATE_LIMITED", retry_after_s=7.0)
UNSAID = told(mutation_errors.RateLimitedError, "RATE_LIMITED")
DOWN = told(mutation_errors.ProviderError, "UPSTREAM_UNAVAILABLE", provider="acme", retryable=True)
BROKEN = told(mutation_errors.ProviderError, "UPSTREAM_MALFORMED", provider="acme", retryable=False)
CREDENTIAL = told(mutation_errors.ProviderError, "UPSTREAM_UNAUTHENTICATED", provider="acme", retryable=False)
FORBIDDEN = told(mutation_errors.PermissionDeniedError, "FORBIDDEN")
AWAY = told(mutation_errors.NotStartedError, "STORE_UNAVAILABLE", retryable=True)
INVALID = told(mutation_errors.InvalidInputError, "BAD_USER_INPUT")
UNKNOWN = told(mutation_errors.UnknownOutcomeError, "UNKNOWN_OUTCOME", provider="acme", cause="UPSTREAM_TIMEOUT", find_out="Look.")


def test_what_went_well():
    end = verdict_of(Performed(keys=(BuildKey("acme", ("1",)),), receipt=RECEIPT), batch(), 0.2)

    assert (end.number, end.status, end.receipt, len(end.changed), end.counts_as_failure) == (
        4, DeliveryStatus.SUCCEEDED, RECEIPT, 1, False,
    )  # fmt: skip


@pytest.mark.parametrize("problem", [INVALID, BROKEN, FORBIDDEN])
def test_what_was_refused_is_a_failure(problem):
    end = of(problem)

    assert (end.status, end.counts_as_failure, end.code) == (DeliveryStatus.FAILED, True, problem.code)


def test_what_is_not_known_is_never_sent_again():
    end = of(UNKNOWN)

    assert (end.status, end.retry_in_s, end.counts_as_failure) == (DeliveryStatus.UNKNOWN, None, True)


def test_a_rate_limit_is_waited_for_as_long_as_the_vendor_says_however_often():
    assert [of(RATE_LIMITED, failures).retry_in_s for failures in (0, 5, 500)] == [7.0, 7.0, 7.0]
    assert (of(RATE_LIMITED).status, of(RATE_LIMITED).counts_as_failure) == (DeliveryStatus.QUEUED, False)


def test_a_vendor_that_says_to_come_back_at_once_is_given_a_second():
    at_once = told(mutation_errors.RateLimitedError, "RATE_LIMITED", retry_after_s=0.0)

    assert of(at_once).retry_in_s == FIRST_WAIT_S


@pytest.mark.parametrize("problem", [UNSAID, DOWN, AWAY])
def test_what_was_never_sent_is_sent_again_later_and_later_and_not_for_ever(problem):
    waits = [of(problem, failures).retry_in_s for failures in range(MOST_FAILURES - 1)]

    assert all(end is not None and 0.5 < end <= 360 for end in waits)
    assert waits[0] < 2 < waits[4] < waits[8]
    assert all(of(problem, failures).counts_as_failure for failures in range(MOST_FAILURES - 1))
    last = of(problem, MOST_FAILURES - 1)
    assert (last.status, last.counts_as_failure) == (DeliveryStatus.FAILED, True)


def test_a_refused_credential_stops_the_destination_and_is_not_the_records_fault():
    end = of(CREDENTIAL)

    assert (end.status, end.stop, end.counts_as_failure) == (DeliveryStatus.QUEUED, True, False)


def test_a_missing_permission_stops_the_destination_too():
    end = of(FORBIDDEN)

    assert (end.status, end.stop) == (DeliveryStatus.FAILED, True)


def entry(outcome, code=None):
    settlement = Settlement(outcome=outcome, duration_s=0.3, code=code, method="POST", path="/builds", status=201, changed=("b1",))
    return AuditEntry(
        attempt=Attempt(id="a1", at=datetime.now(UTC), caller="x", mutation="runPipeline"), outcome=outcome, settlement=settlement
    )


@pytest.mark.parametrize(
    ("outcome", "code", "status"),
    [
        (AuditOutcome.DONE, None, DeliveryStatus.SUCCEEDED),
        (AuditOutcome.UNKNOWN, "UNKNOWN_OUTCOME", DeliveryStatus.UNKNOWN),
        (AuditOutcome.REFUSED, "NOT_FOUND", DeliveryStatus.FAILED),
        (AuditOutcome.REFUSED, "RATE_LIMITED", DeliveryStatus.QUEUED),
        (AuditOutcome.REFUSED, "UPSTREAM_UNAUTHENTICATED", DeliveryStatus.QUEUED),
    ],
)
def test_after_a_loss_the_audit_log_says_what_came_of_it(outcome, code, status):
    end = verdict_after_loss(entry(outcome, code), batch())

    assert end is not None
    assert (end.number, end.status) == (4, status)


def test_what_never_began_is_sent_and_what_is_under_way_is_waited_for():
    never = verdict_after_loss(None, batch())

    assert never is not None
    assert (never.status, never.retry_in_s) == (DeliveryStatus.QUEUED, 0.0)
    assert verdict_after_loss(entry(AuditOutcome.IN_PROGRESS), batch()) is None


def test_what_was_withdrawn_never_began():
    withdrawn = AuditEntry(
        attempt=Attempt(id="a1", at=datetime.now(UTC), caller="x", mutation=WITHDRAWN),
        outcome=AuditOutcome.REFUSED,
        settlement=Settlement(outcome=AuditOutcome.REFUSED, duration_s=0.0, code="WITHDRAWN"),
    )

    end = verdict_after_loss(withdrawn, batch())

    assert end is not None
    assert (end.status, end.counts_as_failure) == (DeliveryStatus.QUEUED, False)


def test_an_attempt_that_never_ended_is_unknown():
    open_ended = AuditEntry(
        attempt=Attempt(id="a1", at=datetime.now(UTC), caller="x", mutation="runPipeline"), outcome=AuditOutcome.UNKNOWN
    )

    end = verdict_after_loss(open_ended, batch())

    assert end is not None
    assert (end.status, end.receipt) == (DeliveryStatus.UNKNOWN, None)
