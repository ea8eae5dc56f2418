"""A service account at Talend logs in with its id and secret, and gets a token that lives for half an hour."""

import asyncio
import base64
import math
import time
from collections.abc import Callable, Mapping

import httpx
import msgspec

from gateway.domain.budget import request_budget
from gateway.domain.call_log import unwatched
from gateway.domain.errors import DeadlineExceededError, GatewayError, UpstreamCredentialError
from gateway.providers.talend.login import VERSION, Token
from gateway.providers.talend.settings import ServiceAccount
from gateway.upstream.answer import Answer
from gateway.upstream.auth import HeaderCredential
from gateway.upstream.client import Upstream
from gateway.upstream.path import path
from gateway.upstream.transport import Explanation

DEFAULT_LIFE_S = 1_800.0
RENEW_AT = 0.8
"""Share of a token's life after which it is renewed."""
PATIENCE_S = 30.0
"""How long an ageing token is used on before its renewal is tried again, when that failed."""


class _TokenAnswer(msgspec.Struct, frozen=True):
    """`expires_in` is text of seconds in the documentation, and a number in most other APIs of this kind. It is left undecoded:
    a token is good whatever is said of its life."""

    access_token: str
    expires_in: msgspec.Raw = msgspec.Raw(b"null")


_decoder = msgspec.json.Decoder(_TokenAnswer)


class ServiceLogin:
    """Fetches a token when the first call needs one, and once for all who wait for it; renews it before it ends.

    `calls` reaches the vendor with `basic_credential`. `on_failure` is told of logins that failed: they say of the provider's
    health what the calls that were never made cannot.
    """

    def __init__(self, calls: Upstream, audience: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.on_failure: Callable[[GatewayError], None] = _tell_nobody
        self._calls = calls
        self._body = {"grant_type": "client_credentials", "audience": audience}
        self._clock = clock
        self._token: Token | None = None
        self._before: HeaderCredential | None = None  # of the token before, which a late answer may still echo
        self._fetching: asyncio.Task[Token] | None = None
        self._waiting = 0

    def authorize(self, headers: httpx.Headers) -> None:
        if not headers and self._before is not None:
            # No call is without headers: the stack wants to know what to hide, should the vendor have echoed it.
            self._before(headers)
            headers["token-before"] = headers.pop("authorization")
        if self._token is not None:
            self._token.credential(headers)

    async def ready(self) -> Token:
        """A token that is still good: it, or the failure to get one."""
        token, now = self._token, self._clock()
        if token is None or now >= token.expires_at:
            return await self._fetched()
        if now < token.renew_at:
            return token
        try:
            return await self._fetched()
        except GatewayError:
            now = self._clock()
            if now >= token.expires_at:
                raise
            # Whatever is wrong with the login (`on_failure` was told), this token is good until the vendor refuses it.
            token.renew_at = now + PATIENCE_S
            return token

    async def renew(self, refused: Token | None) -> bool:
        if refused is not None and self._token is refused:
            refused.expires_at = self._clock()
            await self._fetched()
        return True

    async def close(self) -> None:
        await self._calls.close()

    async def _fetched(self) -> Token:
        """One fetch for all who wait; it ends when the last of them is cancelled."""
        if self._fetching is None:
            self._fetching = asyncio.ensure_future(self._fetch())
        fetching = self._fetching
        self._waiting += 1
        try:
            return await _within_budget(fetching, self._calls.provider)
        finally:
            self._waiting -= 1
            if self._waiting == 0 and not fetching.done():
                fetching.cancel()
                self._fetching = None

    async def _fetch(self) -> Token:
        # The token is for all requests: none of them pays for it, or bounds it with its own deadline.
        request_budget.set(None)
        try:
            token = await self._ask()
        except GatewayError as failure:
            self.on_failure(failure)
            raise
        finally:
            if self._fetching is asyncio.current_task():
                self._fetching = None
        if self._token is not None:
            self._before = self._token.credential
        self._token = token
        return token

    async def _ask(self) -> Token:
        asked_at = self._clock()
        with unwatched():
            answer = await self._calls.read(path("security", "oauth", "token"), method="POST", body=self._body, headers=VERSION)
        told = answer.decode(_decoder)
        life_s = _life_s(told.expires_in)
        return Token(_credential(told.access_token, answer), asked_at + RENEW_AT * life_s, asked_at + life_s)


def basic_credential(account: ServiceAccount) -> HeaderCredential:
    """What opens the token endpoint."""
    pair = f"{account.client_id.get_secret_value()}:{account.client_secret.get_secret_value()}"
    return HeaderCredential("Authorization", base64.b64encode(pair.encode()).decode("ascii"), prefix="Basic ")


def explain_login(status: int, _headers: Mapping[str, str], _body: bytes) -> Explanation:
    """Whatever is wrong with a login, the operator has to mend it. The vendor's own words are left out: a body here is not
    documented, and may repeat what was sent."""
    if status >= 500 or status in (408, 429):
        return Explanation(f"The provider answered {status} to the login of the service account.")
    if status == 401:
        return Explanation("The provider refused the id or the secret of the service account.", UpstreamCredentialError)
    if status == 403:
        return Explanation(
            "The service account may not log in: it, or its owner, lacks the permission TMC_SERVICE_ACCOUNT_MANAGEMENT.",
            UpstreamCredentialError,
        )
    return Explanation(f"The provider answered {status} to the login of the service account.", UpstreamCredentialError)


def _tell_nobody(_: GatewayError) -> None:
    pass


def _life_s(told: msgspec.Raw) -> float:
    """Seconds; the documented half hour where the vendor tells nothing of use."""
    try:
        life_s = float(bytes(told).strip(b'"'))
    except ValueError:
        return DEFAULT_LIFE_S
    return life_s if life_s > 0 and math.isfinite(life_s) else DEFAULT_LIFE_S


def _credential(token: str, answer: Answer) -> HeaderCredential:
    try:
        return HeaderCredential("Authorization", token, prefix="Bearer ")
    except ValueError:
        problem = answer.unreadable("the token in it cannot be sent in a header")
    raise problem


async def _within_budget(fetching: "asyncio.Task[Token]", provider: str) -> Token:
    budget = request_budget.get()
    try:
        async with asyncio.timeout(None if budget is None else budget.remaining_s()):
            return await asyncio.shield(fetching)
    except TimeoutError:
        pass
    raise DeadlineExceededError(
        "The request reached its deadline while the gateway was logging in at the provider.", provider=provider
    )
