"""Logging in: one token for all calls of an account, fetched when the first of them needs it.

Logins have an Upstream of their own, so that none waits behind the calls that wait for it.
"""

import asyncio
import time

import msgspec

from gateway.domain.budget import request_budget
from gateway.domain.call_log import unwatched
from gateway.domain.errors import (
    ConflictError,
    DeadlineExceededError,
    GatewayError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    UpstreamCredentialError,
    UpstreamTimeoutError,
)
from gateway.providers.nuvo.credential import AccessCredential
from gateway.providers.nuvo.keys import Origin
from gateway.providers.nuvo.wire import Login
from gateway.upstream.answer import Answer
from gateway.upstream.client import Upstream
from gateway.upstream.monitor import UpstreamMonitor
from gateway.upstream.path import path

_decoder = msgspec.json.Decoder(Login)
# A login has no other input than the account's settings: whatever is wrong with it, the operator has to mend it.
_REFUSALS = (ConflictError, InvalidInputError, NotFoundError, PermissionDeniedError)


class Session:
    """Before a call comes `open`; after a refusal `renew` with what `open` gave, and then the call may be made once more.

    `office` is where logins are made; `monitor`, that of all other calls, is told how they ended: of one that was given up, if it
    had been silent for `silent_s` seconds. How long a token lives is documented nowhere, so it is used until the vendor refuses
    it.
    """

    def __init__(
        self, office: Upstream, credential: AccessCredential, origin: Origin, monitor: UpstreamMonitor, silent_s: float
    ) -> None:
        self._office = office
        self._monitor = monitor
        self._silent_s = silent_s
        self._credential = credential
        self._origin = origin
        self._number = 0  # of the login whose token is in use; 0: none
        self._logins = 0
        self._under_way: asyncio.Task[None] | None = None
        self._waiting = 0

    @property
    def is_open(self) -> bool:
        return self._number > 0

    async def open(self) -> int:
        """The number of the login whose token calls will bear."""
        if not self._number:
            await self._logged_in()
        return self._number

    async def renew(self, refused: int) -> None:
        """Logs in anew, unless somebody else has since the refused call was begun."""
        if self._number == refused:
            self._number = 0
            self._credential.drop()
        await self.open()

    async def close(self) -> None:
        await self._office.close()

    async def _logged_in(self) -> None:
        """One login for all who wait for it; it ends when the last of them is cancelled."""
        if self._under_way is None:
            self._under_way = asyncio.ensure_future(self._run())
        under_way = self._under_way
        self._waiting += 1
        try:
            await self._within_budget(under_way)
        finally:
            self._waiting -= 1
            if self._waiting == 0 and not under_way.done():
                under_way.cancel()
                self._under_way = None

    async def _run(self) -> None:
        # The token is for all requests: none of them bounds the login with its own deadline.
        request_budget.set(None)
        started_at = time.monotonic()
        try:
            await self._log_in()
        except GatewayError as failure:
            self._monitor.failed(failure)
            raise
        except asyncio.CancelledError:
            self._abandoned(time.monotonic() - started_at)
            raise
        else:
            self._monitor.succeeded()
        finally:
            if self._under_way is asyncio.current_task():
                self._under_way = None

    async def _log_in(self) -> None:
        who = {"identifier": self._origin.identifier, "type": self._origin.identity}
        body = {"license_key": self._credential.license_key, "auth": who}
        try:
            with unwatched():
                answer = await self._office.read(path("auth", "access-token"), method="POST", body=body)
        except GatewayError as error:
            raise self._told(error) from None
        self._take(answer)

    def _take(self, answer: Answer) -> None:
        told = answer.decode(_decoder)
        token = told.data.access_token if told.data is not None else told.access_token
        if token is None:
            raise answer.unreadable("there is no access token in it")
        try:
            self._credential.take(token)
        except ValueError:
            token = None
        if token is None:  # out here, so that no chained exception has the token in its frames
            raise answer.unreadable("the access token in it cannot be sent in a header")
        self._logins += 1
        self._number = self._logins

    def _abandoned(self, waited_s: float) -> None:
        """As with any call: nobody waited for it any longer, and that was the provider's fault if it had been silent for long."""
        if waited_s >= self._silent_s:
            silence = f"{self._origin.provider} gave no answer to a login within {waited_s:.1f} s, and nobody waited any longer."
            self._monitor.failed(UpstreamTimeoutError(silence, provider=self._origin.provider))

    def _told(self, error: GatewayError) -> GatewayError:
        """The failure of a login, as what it means to the operator."""
        if not isinstance(error, _REFUSALS):
            return error
        return UpstreamCredentialError(
            f"The provider refused the login: {error.message}", provider=error.provider, request_id=error.request_id
        )

    async def _within_budget(self, under_way: "asyncio.Task[None]") -> None:
        budget = request_budget.get()
        try:
            async with asyncio.timeout(None if budget is None else budget.remaining_s()):
                await asyncio.shield(under_way)
        except TimeoutError:
            timed_out = True
        else:
            timed_out = False
        if timed_out:
            raise DeadlineExceededError(
                "The request reached its deadline while the gateway was logging in at the provider.", provider=self._origin.provider
            )
