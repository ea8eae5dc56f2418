"""What the monitor says after which calls."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain import errors
from gateway.domain.provider import HealthStatus, ProviderHealth, RateLimit
from gateway.upstream.monitor import UpstreamMonitor
from tests.upstream.raw_server import HANG, answer

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self):
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def monitor(clock):
    return UpstreamMonitor(clock)


UNAVAILABLE = errors.UpstreamUnavailableError("no")


def test_nothing_is_known_before_the_first_call(monitor):
    assert monitor.health() == ProviderHealth()
    assert monitor.rate_limits() == ()


def test_a_success_makes_it_usable(monitor, clock):
    monitor.failed(UNAVAILABLE)
    clock.advance(1)
    monitor.succeeded()

    assert monitor.health() == ProviderHealth(HealthStatus.USABLE, clock.now, clock.now, UNAVAILABLE.problem())


def test_a_failure_soon_after_a_success_is_degraded_and_later_down(monitor, clock):
    monitor.succeeded()
    clock.advance(30)
    monitor.failed(UNAVAILABLE)
    assert monitor.health().status is HealthStatus.DEGRADED

    clock.advance(31)
    monitor.failed(UNAVAILABLE)
    assert monitor.health().status is HealthStatus.DOWN


def test_failures_without_any_success_are_down(monitor):
    monitor.failed(UNAVAILABLE)

    assert monitor.health().status is HealthStatus.DOWN


def test_a_spent_rate_limit_is_degraded_and_a_refused_credential_down(monitor):
    monitor.failed(errors.RateLimitedError("slow down"))
    assert monitor.health().status is HealthStatus.DEGRADED

    monitor.succeeded()
    monitor.failed(errors.UpstreamCredentialError("who?"))
    assert monitor.health().status is HealthStatus.DOWN
    assert monitor.health().last_failure.code == "UPSTREAM_UNAUTHENTICATED"


def test_windows_are_kept_by_scope(monitor, clock):
    rest, user = RateLimit("rest", 200, 9, clock.now), RateLimit("user", 50, 9, clock.now)

    monitor.limits_seen((rest, user))
    monitor.limits_seen(())
    monitor.limits_seen((RateLimit("rest", 200, 8, clock.now),))

    assert [(limit.scope, limit.remaining) for limit in monitor.rate_limits()] == [("rest", 8), ("user", 9)]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *[(status, "usable") for status in (200, 400, 403, 404, 409, 422)],
        *[(status, "down") for status in (401, 500, 302)],
        (429, "degraded"),
    ],
)
@pytest.mark.parametrize("effect", ["read", "write"])
async def test_calls_feed_the_monitor(serve, connect, status, expected, effect):
    upstream = connect(await serve(answer(status)))

    try:
        await (upstream.read("/a") if effect == "read" else upstream.write("/a", method="POST"))
    except errors.GatewayError as error:
        if expected != "usable":
            assert upstream.monitor.health().last_failure == error.problem()

    assert upstream.monitor.health().status.value == expected


async def test_a_time_out_is_a_failure(serve, connect):
    upstream = connect(await serve(HANG), timeout_s=0.03)

    with pytest.raises(errors.UpstreamTimeoutError):
        await upstream.read("/a")

    assert upstream.monitor.health().status is HealthStatus.DOWN


async def test_a_call_given_up_after_a_long_silence_is_a_failure_and_a_short_one_says_nothing(serve, connect):
    patient, hasty = connect(await serve(HANG), silent_s=0.02), connect(await serve(HANG), silent_s=30)

    for upstream in (patient, hasty):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await upstream.read("/a")

    assert patient.monitor.health().status is HealthStatus.DOWN
    assert patient.monitor.health().last_failure.code == "UPSTREAM_TIMEOUT"
    assert hasty.monitor.health().status is HealthStatus.UNKNOWN
