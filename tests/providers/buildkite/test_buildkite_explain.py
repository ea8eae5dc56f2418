"""What the vendor says beside its answers."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.errors import NotFoundError
from gateway.domain.provider import RateLimit
from gateway.providers.buildkite.explain import TooDeepError, explain, rate_limits

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
