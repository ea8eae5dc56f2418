"""Probes: the process is alive, and ready however the vendors are."""

import asyncio
from datetime import UTC, datetime

import pytest
from starlette.types import ASGIApp

from gateway.domain.errors import Problem
from gateway.domain.keys import ProviderKey
from gateway.domain.provider import HealthStatus, Provider, ProviderHealth, ProviderKind, RateLimit
from gateway.http.application import http_application
from gateway.settings import Settings
from tests.http.small_gateway import Context, Query, SmallSchema, call


class Observed:
    def __init__(self, health: ProviderHealth) -> None:
        self._health = health

    def health(self) -> ProviderHealth:
        return self._health

    def rate_limits(self) -> tuple[RateLimit, ...]:
        return ()


async def never_called() -> None:
    raise AssertionError("a probe made an upstream call")


def provider(name: str, health: ProviderHealth) -> Provider:
    return Provider(
        key=ProviderKey(name, ()),
        kind=ProviderKind.BUILDKITE,
        url="https://example.com",
        capabilities=(),
        monitor=Observed(health),
        probe=never_called,
        close=never_called,
    )


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def app() -> ASGIApp:
    down = ProviderHealth(HealthStatus.DOWN, NOON, None, Problem("UPSTREAM_TIMEOUT", "no answer from https://internal.example.com"))
    providers = [
        provider("acme", ProviderHealth(HealthStatus.USABLE, NOON, NOON)),
        provider("shop", down),
        provider("new", ProviderHealth()),
    ]
    return http_application(Settings(), SmallSchema(Query), lambda _: Context([]), providers)


def test_live_says_live(app: ASGIApp) -> None:
    answer = call(app, "GET", "/health/live")

    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


def test_ready_lists_every_provider_and_one_that_is_down_changes_nothing(app: ASGIApp) -> None:
    answer = call(app, "GET", "/health/ready")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert [(each["name"], each["kind"], each["status"]) for each in answer.json()["providers"]] == [
        ("acme", "buildkite", "usable"),
        ("shop", "buildkite", "down"),
        ("new", "buildkite", "unknown"),
    ]


def test_ready_tells_when_and_by_which_code_but_no_message(app: ASGIApp) -> None:
    acme, shop, _ = call(app, "GET", "/health/ready").json()["providers"]

    assert (acme["lastSuccessAt"], acme["lastFailureCode"]) == ("2026-03-01T12:00:00Z", None)
    assert (shop["lastSuccessAt"], shop["lastFailureCode"]) == (None, "UPSTREAM_TIMEOUT")
    assert "internal.example.com" not in call(app, "GET", "/health/ready").text


def test_probes_may_be_asked_with_head_and_not_written_to(app: ASGIApp) -> None:
    assert call(app, "HEAD", "/health/live").status_code == 200
    assert call(app, "POST", "/health/live").status_code == 405


def test_a_websocket_is_refused_at_the_handshake(app: ASGIApp) -> None:
    sent: list[str] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, object]) -> None:
        sent.append(str(message["type"]))

    scope = {"type": "websocket", "path": "/graphql", "headers": [], "query_string": b"", "subprotocols": ["graphql-ws"]}
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]  # plain dicts are ASGI messages

    assert sent == ["websocket.close"]
