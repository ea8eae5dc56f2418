"""The two request windows, counted with every request and enforced only when a test asks for it."""

from dataclasses import dataclass
from datetime import timedelta

from gateway.providers.buildkite.simulator.errors import RATE_LIMITED, ApiError
from gateway.providers.buildkite.simulator.settings import SimulatorSettings
from gateway.providers.buildkite.simulator.timestamps import iso
from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.rate_window import RateWindow, Usage


@dataclass(frozen=True, slots=True)
class Spent:
    """Both windows after one request."""

    organization: Usage
    user: Usage

    def headers(self, *, enforced: bool) -> dict[str, str]:
        """The warnings appear with a spent limit, and only while limits are enforced."""
        shown = {
            "RateLimit-Scope": "rest",
            "RateLimit-Remaining": str(self.organization.remaining),
            "RateLimit-Limit": str(self.organization.limit),
            "RateLimit-Reset": str(self.organization.reset_s),
            "RateLimit-User-Scope": "rest_user",
            "RateLimit-User-Remaining": str(self.user.remaining),
            "RateLimit-User-Limit": str(self.user.limit),
            "RateLimit-User-Reset": str(self.user.reset_s),
        }
        if enforced and self.organization.remaining == 0:
            shown["RateLimit-Warning"] = RATE_LIMITED
        if enforced and self.user.remaining == 0:
            shown["RateLimit-User-Warning"] = RATE_LIMITED
        return shown

    def refusal(self) -> ApiError | None:
        """The 429 of the window that is exceeded, the user's first."""
        for scope, usage in (("rest_user", self.user), ("rest", self.organization)):
            if usage.exceeded:
                message = f"{RATE_LIMITED} Please wait {usage.reset_s} seconds before making more requests."
                details = {"scope": scope, "limit": usage.limit, "current": usage.current, "reset": usage.reset_s}
                return ApiError(429, message, details=details)
        return None


class RateLimits:
    """Refused requests count too."""

    def __init__(self, settings: SimulatorSettings, clock: Clock, control: Control) -> None:
        self._clock = clock
        self._control = control
        self._organizations = RateWindow(clock, limit=settings.organization_requests_per_minute)
        self._users = RateWindow(clock, limit=settings.user_requests_per_minute)

    @property
    def enforced(self) -> bool:
        return self._control.rate_limit_enabled

    def spend(self, organization: str, user: str) -> Spent:
        return Spent(self._organizations.hit(organization), self._users.hit(user))

    def row(self, organization: str) -> dict[str, object]:
        """The rate-limit endpoint's answer. GraphQL is never used here."""
        usage = self._organizations.peek(organization)
        reset_at = self._clock.now() + timedelta(seconds=usage.reset_s)
        rest = {"limit": usage.limit, "current": usage.current, "reset": usage.reset_s}
        graphql = {"limit": 50_000, "current": 0, "reset": usage.reset_s}
        shared = {"reset_at": iso(reset_at), "enforced": self.enforced}
        return {"scopes": {"rest": rest | shared, "graphql": graphql | shared}}
