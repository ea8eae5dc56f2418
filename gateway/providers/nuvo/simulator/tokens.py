"""Access tokens: given at login, checked on every other call, counted per minute."""

from collections.abc import Mapping
from random import Random

from gateway.providers.nuvo.simulator.errors import VendorError, unauthorized
from gateway.providers.nuvo.simulator.identities import Identity
from gateway.providers.nuvo.simulator.settings import SimulatorSettings
from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.rate_window import RateWindow

_BEARER = "bearer "


class Tokens:
    """`revoke_all` makes the next call with any token fail, as a restart of the vendor's login might."""

    def __init__(self, settings: SimulatorSettings, clock: Clock, control: Control, seed: int) -> None:
        self._settings = settings
        self._clock = clock
        self._control = control
        self._random = Random(f"{seed}:tokens")
        self._given: dict[str, tuple[Identity, float]] = {}  # token -> owner, monotonic time of the login
        self._window = RateWindow(clock, limit=settings.rate_limit, window_s=settings.rate_window_s)

    @property
    def alive(self) -> list[str]:
        return [token for token in self._given if self._owner(token) is not None]

    def give(self, identity: Identity) -> str:
        if self._settings.one_token_each:
            self._given = {token: given for token, given in self._given.items() if given[0] is not identity}
        token = f"nuvo-token-{self._random.getrandbits(160):040x}"
        self._given[token] = (identity, self._clock.monotonic())
        return token

    def revoke(self, token: str) -> bool:
        return self._given.pop(token, None) is not None

    def revoke_all(self) -> None:
        self._given.clear()

    def owner(self, token: str) -> Identity | None:
        return self._owner(token)

    def identify(self, headers: Mapping[str, str]) -> Identity:
        """401 without a token that is good now, 429 for one too busy."""
        written = headers.get("authorization", "")
        if not written:
            raise unauthorized("No access token")
        is_bearer = written.lower().startswith(_BEARER)
        if ("bearer" if is_bearer else "bare") not in self._settings.authorization:
            raise unauthorized("Malformed access token")
        token = written[len(_BEARER) :] if is_bearer else written
        identity = self._owner(token)
        if identity is None:
            raise unauthorized("Invalid access token")
        self._count(token)
        return identity

    def _owner(self, token: str) -> Identity | None:
        given = self._given.get(token)
        if given is None:
            return None
        lifetime_s = self._settings.token_lifetime_s
        if lifetime_s is not None and self._clock.monotonic() - given[1] >= lifetime_s:
            return None
        return given[0]

    def _count(self, token: str) -> None:
        self._window.limit = self._settings.rate_limit
        usage = self._window.hit(token)
        if self._control.rate_limit_enabled and usage.exceeded:
            headers = {"Retry-After": str(usage.reset_s)} if self._settings.retry_after_header else {}
            raise VendorError(429, "Too many requests", headers)
