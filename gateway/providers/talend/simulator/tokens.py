"""The token endpoint for service accounts, and the tokens it gave out."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec

from gateway.providers.talend.simulator.credentials import Caller, ServiceAccount
from gateway.providers.talend.simulator.errors import bodyless
from gateway.providers.talend.simulator.identifiers import seeded
from gateway.providers.talend.simulator.settings import SimulatorSettings
from gateway.simulation.clock import Clock
from gateway.simulation.messages import Request, Response, json_response

TOKEN_PATH = "/security/oauth/token"
_REGIONS = ("eu", "us", "us-west", "ap", "au")
_AUDIENCES = frozenset(f"https://api.{region}.cloud.talend.com" for region in _REGIONS)


class _TokenRequest(msgspec.Struct, forbid_unknown_fields=True):
    grant_type: str
    audience: str


class TokenOffice:
    """`issued` counts tokens; `revoke_all` makes every one of them invalid at once."""

    def __init__(self, settings: SimulatorSettings, clock: Clock, seed: int, origin: str) -> None:
        self._settings = settings
        self._clock = clock
        self._random = seeded(seed, "tokens")
        self._audiences = _AUDIENCES | {origin}
        self._live: dict[str, tuple[Caller, float]] = {}  # token -> who, monotonic time of its end
        self.issued = 0

    def revoke_all(self) -> None:
        self._live.clear()

    def caller_of(self, token: str) -> Caller | None:
        """None for an unknown or an expired one."""
        found = self._live.get(token)
        if found is None or found[1] <= self._clock.monotonic():
            return None
        return found[0]

    def answer(self, request: Request) -> Response:
        """Refusals have no body."""
        account = self._account(request.headers)
        if not account.may_ask_tokens:
            raise bodyless(403)
        wanted = self._wanted(request)
        # ASSUMED: a wrong grant type or audience is 401, as only 401, 403 and 500 are documented; disproved by 400.
        if wanted.grant_type != "client_credentials" or wanted.audience.removesuffix("/") not in self._audiences:
            raise bodyless(401)
        token = self._mint(account.caller)
        answer: dict[str, object] = {"access_token": token, "token_type": "Bearer"}
        if self._settings.expires_in == "string":
            answer["expires_in"] = str(self._settings.token_lifetime_s)
        elif self._settings.expires_in == "number":
            answer["expires_in"] = self._settings.token_lifetime_s
        return json_response(answer)

    def _account(self, headers: Mapping[str, str]) -> ServiceAccount:
        scheme, _, encoded = headers.get("authorization", "").partition(" ")
        try:
            text = base64.b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
        except (binascii.Error, UnicodeDecodeError):
            text = ""
        client_id, _, secret = text.partition(":")
        for account in self._settings.service_accounts:
            if account.client_id == client_id and hmac.compare_digest(account.secret.encode(), secret.encode()):
                return account
        raise bodyless(401)

    def _wanted(self, request: Request) -> _TokenRequest:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            if media_type == "application/x-www-form-urlencoded" and self._settings.accept_token_form:
                return msgspec.convert(dict(parse_qsl(request.body.decode())), _TokenRequest)
            if media_type == "application/json":
                return msgspec.json.decode(request.body, type=_TokenRequest)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
        # ASSUMED: an unreadable token request is 400 without a body; disproved by another answer of the vendor.
        raise bodyless(400)

    def _mint(self, caller: Caller) -> str:
        self.issued += 1
        parts = ("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9", f"{self._random.getrandbits(256):064x}", f"{self.issued:06d}")
        token = ".".join(parts)
        self._live[token] = (caller, self._clock.monotonic() + self._settings.token_lifetime_s)
        return token
