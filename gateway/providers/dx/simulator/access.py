"""Who may ask: the key in the request, and its rate."""

from collections.abc import Mapping

from gateway.providers.dx.simulator.keys import EXPIRED_KEY, FULL_KEY, INACTIVE_KEY
from gateway.providers.dx.simulator.refusal import RefusalError, too_many_requests
from gateway.providers.dx.simulator.settings import SimulatorSettings
from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.rate_window import RateWindow

_STATUS = {"not_authed": 401, "invalid_auth": 401, "account_inactive": 403}


class Gatekeeper:
    """Requests are counted in any case; they are refused only while the control says so."""

    def __init__(self, settings: SimulatorSettings, clock: Clock, control: Control) -> None:
        self._settings = settings
        self._control = control
        self._window = RateWindow(clock, limit=settings.rate_limit, window_s=settings.rate_window_s)

    def admit(self, headers: Mapping[str, str]) -> None:
        word, _, key = headers.get("authorization", "").partition(" ")
        if word.lower() != "bearer" or not key:
            raise self._refused("not_authed")
        if key == INACTIVE_KEY:
            raise self._refused("account_inactive")
        if key == EXPIRED_KEY or key != FULL_KEY:
            raise self._refused("invalid_auth")
        self._window.limit = self._settings.rate_limit
        usage = self._window.hit()
        if self._control.rate_limit_enabled and usage.exceeded:
            raise too_many_requests(usage.reset_s if self._settings.retry_after_header else None)

    def _refused(self, error: str) -> RefusalError:
        match self._settings.auth_errors:
            case "401/403":
                return RefusalError(error, status=_STATUS[error])
            case "200":
                return RefusalError(error, status=200)
        return RefusalError(error)
