"""Who may ask: the credential in the request, its permissions, its rate."""

import math
import re
from collections.abc import Mapping

from gateway.providers.talend.simulator.credentials import Caller
from gateway.providers.talend.simulator.errors import bad_request, forbidden, refusal, too_many_requests, unauthorized
from gateway.providers.talend.simulator.exchange import Route
from gateway.providers.talend.simulator.settings import SimulatorSettings
from gateway.providers.talend.simulator.tokens import TokenOffice
from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.messages import Request
from gateway.simulation.rate_window import RateWindow

VERSION_HEADER, VERSION_PARAMETER = "talend-version", "talendVersion"
OLDEST_VERSION = "2021-03"
_VERSION = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


class Gatekeeper:
    """Requests are counted per caller in any case; they are refused only while the control says so."""

    def __init__(self, settings: SimulatorSettings, tokens: TokenOffice, clock: Clock, control: Control) -> None:
        self._settings = settings
        self._tokens = tokens
        self._clock = clock
        self._control = control
        self._people = {token.value: token for token in settings.personal_tokens}
        self._window_s = math.nan

    def identify(self, headers: Mapping[str, str]) -> Caller:
        scheme, _, value = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not value.strip():
            raise unauthorized("A bearer token is missing")
        person = self._people.get(value.strip())
        if person is not None and not person.revoked:
            caller = person.caller
        else:
            service = self._tokens.caller_of(value.strip())
            if service is None:
                raise unauthorized("The token is invalid or has expired")
            caller = service
        self._count(caller)
        return caller

    def admit(self, caller: Caller, route: Route, request: Request) -> None:
        """Checks what the request says before the handler looks at it."""
        if route.personal_only and not caller.personal:
            raise forbidden("Only personal access tokens are accepted here")
        if route.permission is not None and not route.permission & caller.permissions:
            raise forbidden(f"Missing permission: one of {', '.join(sorted(route.permission))}")
        _check_version(request)
        seen: set[str] = set()
        for name, _ in request.query:
            if name not in route.query and name != VERSION_PARAMETER:
                raise bad_request(f"Unknown query parameter: {name}")
            if name in seen and name not in route.repeatable:
                raise bad_request(f"Query parameter given more than once: {name}")
            seen.add(name)
        accepted = request.headers.get("accept", "*/*")
        if self._settings.delete_refuses_json and request.method == "DELETE" and "*/*" not in accepted and "text/" not in accepted:
            raise refusal(406, "This operation answers text/plain")

    def _count(self, caller: Caller) -> None:
        if self._window_s != self._settings.rate_window_s:
            self._window_s = self._settings.rate_window_s
            self._window = RateWindow(self._clock, limit=self._settings.rate_limit, window_s=self._window_s)
        self._window.limit = self._settings.rate_limit
        usage = self._window.hit(caller.id)
        if self._control.rate_limit_enabled and usage.exceeded:
            raise too_many_requests(usage.reset_s if self._settings.retry_after_header else None)


def _check_version(request: Request) -> None:
    # ASSUMED: a version that never was is 400; disproved by an answer to `talend-version: 1999-01`.
    version = request.headers.get(VERSION_HEADER) or request.value(VERSION_PARAMETER)
    if version and (_VERSION.fullmatch(version) is None or version < OLDEST_VERSION):
        raise bad_request(f"Unknown API version: {version}")
