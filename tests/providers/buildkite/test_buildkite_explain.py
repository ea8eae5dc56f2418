"""What the vendor says beside its answers."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.errors import ConflictError, FieldComplaint, NotFoundError
from gateway.domain.provider import RateLimit
from gateway.providers.buildkite.explain import WHOLE, TooDeepError, explain, rate_limits

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SCOPES = {"x-oauth-scopes": "read_builds,read_pipelines", "x-accepted-oauth-scopes": "read_agents"}


def test_validation_errors_become_one_line() -> None:
    body = (
        b'{"message":"Validation Failed","errors":[{"field":"commit","code":"missing"},{"field":"branch"},"also this",'
        b'{"field":"configuration","code":"Step configuration is missing"}]}'
    )

    assert explain(422, {}, body).message == (
        "Validation Failed: commit missing; branch; also this; configuration Step configuration is missing"
    )


@pytest.mark.parametrize(
    ("body", "message"), [(b"", None), (b"{}", None), (b'{"message":null,"errors":null}', None), (b'{"message":"No"}', "No")]
)
def test_bodies_may_say_little(body: bytes, message: str | None) -> None:
    assert explain(404, {}, body).message == message


def test_403_names_the_scope_that_the_token_lacks() -> None:
    assert explain(403, SCOPES, b'{"message":"Forbidden"}').missing_scope == "read_agents"


@pytest.mark.parametrize("headers", [{}, {"x-oauth-scopes": "read_builds, read_agents", "x-accepted-oauth-scopes": "read_agents"}])
def test_403_for_another_reason_names_no_scope(headers: dict[str, str]) -> None:
    assert explain(403, headers, b"{}").missing_scope is None


def test_only_a_403_speaks_of_scopes() -> None:
    assert explain(404, SCOPES, b"{}").missing_scope is None


def test_too_deep_and_an_empty_log_have_classes_of_their_own() -> None:
    assert explain(400, {}, b'{"message":"Listing builds this deep is not supported. Please narrow"}').error is TooDeepError
    assert explain(400, {}, b'{"message":"Something else"}').error is None
    assert explain(416, {}, b'{"message":"The job log is empty"}').error is NotFoundError


def test_both_windows_are_read_and_resets_are_seconds_from_now() -> None:
    headers = {
        "ratelimit-scope": "rest", "ratelimit-limit": "200", "ratelimit-remaining": "80", "ratelimit-reset": "42",
        "ratelimit-user-scope": "rest_user", "ratelimit-user-limit": "50", "ratelimit-user-remaining": "0",
        "ratelimit-user-reset": "7",
    }  # fmt: skip

    assert rate_limits(headers, NOW) == (
        RateLimit("rest", 200, 80, NOW + timedelta(seconds=42)),
        RateLimit("rest_user", 50, 0, NOW + timedelta(seconds=7)),
    )


@pytest.mark.parametrize("reset", ["", "soon", "-1", "1e9", "９", "99999999999999999999"])
def test_unreadable_limits_are_left_out(reset: str) -> None:
    assert rate_limits({"ratelimit-limit": "200", "ratelimit-remaining": "80", "ratelimit-reset": reset}, NOW) == ()


def test_each_field_error_is_a_complaint_of_its_own() -> None:
    body = b'{"message":"Validation Failed","errors":[{"field":"commit","code":"missing"},{"field":"branch"},"also this"]}'

    assert explain(422, {}, body).complaints == (FieldComplaint("commit", "missing"), FieldComplaint("branch", "is not valid"))
    assert explain(422, {}, body).error is None


@pytest.mark.parametrize(
    ("status", "message", "field"),
    [
        (422, "Unblocker is not a valid user id for this organization", "unblocker"),
        (400, "This job type cannot be unblocked", "job"),
        (422, "Cluster must be specified", "cluster_id"),
        (400, "Invalid states: broken. Valid states are failed.", "states"),
    ],
)
def test_a_sentence_about_a_field_is_a_complaint_about_it(status: int, message: str, field: str) -> None:
    told = explain(status, {}, b'{"message":"%s"}' % message.encode())

    assert told.complaints == (FieldComplaint(field, message),)
    assert told.error is None


@pytest.mark.parametrize(
    "message",
    [
        "Build can't be canceled because it's already finished.",
        "Can only stop connected agents",
        "Agent is already paused",
        "Cluster queue is not paused",
        "Pipeline could not be archived.",
        "Jobs from canceled builds cannot be retried",
        "Jobs from canceled builds cannot be unblocked",
    ],
)
def test_sentences_about_a_state_are_conflicts(message: str) -> None:
    body = b'{"message":"%s"}' % message.encode()

    assert [explain(status, {}, body).error for status in (400, 422)] == [ConflictError, ConflictError]
    assert explain(403, {}, body).error is None


def test_an_unknown_reason_is_told_apart_from_validation() -> None:
    assert explain(422, {}, b'{"message":"Not today"}').complaints == (FieldComplaint(WHOLE, "Not today"),)
    assert explain(422, {}, b'{"message":"Validation failed: Key is invalid"}').complaints == ()
    assert explain(422, {}, b"{}").complaints == ()
    assert explain(400, {}, b'{"message":"Not today"}').complaints == ()
