"""Calls to Talend as they all are: logged in, with the version of the API, and once more after a refused token."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

import msgspec

from gateway.domain.commands.command import Pair
from gateway.domain.errors import GatewayError, InvalidInputError, UpstreamCredentialError
from gateway.domain.free_call import FreeCall
from gateway.providers.talend.explain import RerunRefusedError
from gateway.providers.talend.login import VERSION, Login
from gateway.providers.talend.vendor_clock import VendorClock
from gateway.upstream.answer import Answer
from gateway.upstream.client import Upstream
from gateway.upstream.delivery import mark_sent

T = TypeVar("T")

Query = Sequence[tuple[str, str]]

# A DELETE answers text: users of the API report 406 for one that accepts nothing but JSON.
_DELETE: Mapping[str, str] = {**VERSION, "Accept": "*/*"}


class TalendCalls:
    """What the clients are built on. Paths are built by `path()` and begin with `orchestration` or `processing`.

    `clock` is the vendor's: what is asked for by time is asked for in the vendor's.
    """

    def __init__(self, upstream: Upstream, login: Login) -> None:
        self.upstream = upstream
        self.clock = VendorClock()
        self._login = login

    @property
    def provider(self) -> str:
        return self.upstream.provider

    async def read(self, path: str, *, method: str = "GET", query: Query = (), body: object | None = None) -> Answer:
        """A call that changes nothing: searches and analyses are POST."""

        async def call() -> Answer:
            return self._seen(await self.upstream.read(path, method=method, query=query, body=body, headers=VERSION))

        token = await self._login.ready()
        try:
            try:
                return await call()
            except UpstreamCredentialError:
                if not await self._login.renew(token):
                    raise
            return await call()
        except RerunRefusedError as error:
            refused = InvalidInputError(error.message, provider=error.provider, request_id=error.request_id)
        raise refused  # no read repeats a run

    async def write(
        self, path: str, *, method: str, query: Query = (), body: object | None = None, hide: Sequence[str] = ()
    ) -> Answer:
        """A call that changes something, in the course of a command (see `Upstream.command`, also for `hide`). It is made a second
        time only after a 401, which is certain to have changed nothing. A failure carries `sent`."""

        async def call() -> Answer:
            headers = _DELETE if method == "DELETE" else VERSION
            answer = await self.upstream.command(path, method=method, query=query, body=body, headers=headers, hide=hide)
            return self._seen(answer)

        return await self._logged_in(call)

    async def send(self, call: FreeCall) -> None:
        """Any call to the vendor's host: see `FreeCalls`. Where it names no version of the API, it gets ours."""
        standard = _DELETE if call.method == "DELETE" else VERSION
        named = {header.name.lower() for header in call.headers}
        added = tuple(Pair(name, value) for name, value in standard.items() if name.lower() not in named)
        whole = msgspec.structs.replace(call, headers=(*added, *call.headers))
        await self._logged_in(lambda: self.upstream.send(whole))

    @property
    def base_url(self) -> str:
        """The address that the account is configured with."""
        return self.upstream.base_url

    async def close(self) -> None:
        await self.upstream.close()
        await self._login.close()

    async def _logged_in(self, call: Callable[[], Awaitable[T]]) -> T:
        token = await _before_sending(self._login.ready)
        try:
            return await call()
        except UpstreamCredentialError:
            if not await _before_sending(lambda: self._login.renew(token)):
                raise
        return await call()

    def _seen(self, answer: Answer) -> Answer:
        self.clock.observe(answer.headers)
        return answer


async def _before_sending(step: Callable[[], Awaitable[T]]) -> T:
    try:
        return await step()
    except GatewayError as error:
        mark_sent(error, False)
        raise
