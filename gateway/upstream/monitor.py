"""What a provider's calls have shown lately. Watching costs no call."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from gateway.domain.errors import GatewayError, Problem, RateLimitedError, UpstreamCredentialError
from gateway.domain.provider import HealthStatus, ProviderHealth, RateLimit

RECENT = timedelta(seconds=60)


def utc_now() -> datetime:
    return datetime.now(UTC)


class UpstreamMonitor:
    """A domain Monitor, fed by the transport stack.

    USABLE: the last call was answered. DEGRADED: it failed, but another one succeeded within the last minute, or the
    rate limit is spent. DOWN: it failed and none succeeded within the last minute, or the credential was refused.
    """

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._failed_at: datetime | None = None
        self._failing_as: HealthStatus | None = None
        self._last_failure: Problem | None = None
        self._succeeded_at: datetime | None = None
        self._succeeded_before: datetime | None = None
        self._limits: dict[str, RateLimit] = {}

    def succeeded(self) -> None:
        """The provider answered. A refusal of the question (404, 422) is an answer too."""
        self._succeeded_before = self._succeeded_at
        self._succeeded_at = self._clock()
        self._failing_as = None

    def failed(self, error: GatewayError) -> None:
        """The provider failed, or refused the gateway's own credential or pace."""
        self._failed_at = self._clock()
        self._last_failure = error.problem()
        if isinstance(error, UpstreamCredentialError):
            self._failing_as = HealthStatus.DOWN
        elif isinstance(error, RateLimitedError):
            self._failing_as = HealthStatus.DEGRADED
        else:
            self._failing_as = HealthStatus.UNKNOWN

    def unreadable(self, error: GatewayError) -> None:
        """The answer of the call that succeeded last cannot be read: it was no success. (An answer is decoded as soon as it
        is there, so no other call has succeeded since.)"""
        self._succeeded_at = self._succeeded_before
        self.failed(error)

    def limits_seen(self, limits: Iterable[RateLimit]) -> None:
        """Windows that an answer told; others that the vendor told before stay."""
        for limit in limits:
            self._limits[limit.scope] = limit

    def health(self) -> ProviderHealth:
        observed = [moment for moment in (self._succeeded_at, self._failed_at) if moment is not None]
        return ProviderHealth(
            status=self._status() if observed else HealthStatus.UNKNOWN,
            observed_at=max(observed, default=None),
            last_success_at=self._succeeded_at,
            last_failure=self._last_failure,
        )

    def rate_limits(self) -> tuple[RateLimit, ...]:
        return tuple(self._limits.values())

    def _status(self) -> HealthStatus:
        if self._failing_as is None:
            return HealthStatus.USABLE
        if self._failing_as is not HealthStatus.UNKNOWN:
            return self._failing_as
        if self._succeeded_at is not None and self._clock() - self._succeeded_at <= RECENT:
            return HealthStatus.DEGRADED
        return HealthStatus.DOWN
