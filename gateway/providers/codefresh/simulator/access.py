"""Who may ask: the key in the request, its scopes, its rate."""

from collections.abc import Mapping

from gateway.providers.codefresh.simulator.endpoint import Endpoint
from gateway.providers.codefresh.simulator.errors import forbidden, too_many_requests, unauthorized
from gateway.providers.codefresh.simulator.keys import KEYS, ApiKey
from gateway.providers.codefresh.simulator.settings import SimulatorSettings
from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.rate_window import RateWindow

_BEARER = "Bearer "


class Gatekeeper:
    """Requests are counted per key in any case; they are refused only while the control says so."""

    def __init__(self, settings: SimulatorSettings, clock: Clock, control: Control) -> None:
        self._settings = settings
        self._control = control
        self._keys = {key.token: key for key in KEYS}
        self._clock = clock
        self._window = RateWindow(clock, limit=settings.rate_limit, window_s=settings.rate_window_s)
        self._window_s = settings.rate_window_s

    def identify(self, headers: Mapping[str, str]) -> ApiKey:
        """401 for no key, an unknown or a revoked one; 403 for a restricted one; 429 for one too busy."""
        token = headers.get("authorization", "")
        if not token:
            raise unauthorized("Unauthorized: no API key")
        if self._settings.accept_bearer:
            token = token.removeprefix(_BEARER)
        key = self._keys.get(token)
        if key is None or key.revoked:
            raise unauthorized("Unauthorized: invalid API key")
        self._count(key)
        if key.restricted:
            raise forbidden("The API key is restricted because of unusual activity")
        return key

    def admit(self, key: ApiKey, endpoint: Endpoint) -> None:
        if endpoint.resource is not None and not key.allows(endpoint.resource, endpoint.access):
            raise forbidden(f"Access denied: the API key lacks the scope {endpoint.resource}:{endpoint.access}")

    def _count(self, key: ApiKey) -> None:
        if self._window_s != self._settings.rate_window_s:
            self._window_s = self._settings.rate_window_s
            self._window = RateWindow(self._clock, limit=self._settings.rate_limit, window_s=self._window_s)
        self._window.limit = self._settings.rate_limit
        usage = self._window.hit(key.id)
        if self._control.rate_limit_enabled and usage.exceeded:
            raise too_many_requests(usage.reset_s if self._settings.retry_after_header else None)
