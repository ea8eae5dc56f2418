"""Response webhooks on their way. A destination never waits for them, and never fails by them."""

import asyncio
import logging
import secrets
import time
from collections import deque
from collections.abc import Callable

import httpx
import msgspec

from gateway.destinations.webhook.counts import Counts, Note
from gateway.destinations.webhook.guarded_transport import GuardedTransport, RefusedAddressError
from gateway.destinations.webhook.payload import CallReport, payload_of
from gateway.destinations.webhook.signature import SigningSecret, webhook_headers
from gateway.domain.global_id import encode_id
from gateway.domain.keys import DestinationKey

log = logging.getLogger(__name__)

NOTE_LIMIT_S = 5.0
"""For the last counts, when everything ends."""
_AGAIN = frozenset({408, 429})


class WebhookOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`timeout_s` bounds one try. There is one more try than pauses; but only one as long as a receiver has not taken
    what came before. `most_waiting_of_one` is for each destination. Counts wait `count_again_s` for a store that is away.
    """

    timeout_s: float = 10.0
    pauses_s: tuple[float, ...] = (1.0, 5.0)
    at_once: int = 8
    most_waiting: int = 1000
    most_waiting_of_one: int = 100
    count_again_s: float = 5.0


class _Told(msgspec.Struct):
    """One call to be told. `id` is the receiver's, by which it knows a repetition."""

    url: str
    report: CallReport
    id: str
    tries: int = 0


class _Failure(msgspec.Struct, frozen=True):
    reason: str
    passing: bool


class ResponseWebhooks:
    """One per process. Of a destination one is sent after the other, in the order told; `at_once` destinations at the same time.

    `note` is told how many were (sent, lost) since it was told last. Without a secret nothing is sent, and all is lost: no receiver
    could tell it from anybody's. ValueError for a secret that is none (`SigningSecret`).
    """

    def __init__(
        self,
        secret: str | None,
        note: Note,
        *,
        allow_loopback: bool,
        options: WebhookOptions | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._secret = None if secret is None else SigningSecret(secret)
        self._options = options or WebhookOptions()
        self._transport = transport or GuardedTransport(allow_loopback=allow_loopback, at_once=self._options.at_once)
        self._now = now
        self._counts = Counts(note, self._options.count_again_s)
        # A destination that has something waiting is in exactly one place: in `_ready`, with a worker, or with a timer.
        self._waiting: dict[DestinationKey, deque[_Told]] = {}
        self._ready: asyncio.Queue[DestinationKey] = asyncio.Queue()
        self._number = 0
        self._none_left = asyncio.Event()
        self._none_left.set()
        self._failing: set[DestinationKey] = set()
        self._full = False
        self._full_of: set[DestinationKey] = set()
        self._unsigned = False
        self._closed = False

    def tell(self, key: DestinationKey, url: str, report: CallReport) -> None:
        """Never waits, never fails. What is too much is lost, and counted so."""
        if self._closed or self._secret is None or self._is_full(key):
            self._counts.add(key, lost=1)
            if self._secret is None and not self._unsigned:
                self._unsigned = True
                log.warning("response webhooks are not sent, and lost: there is no secret to sign them with")
            return
        self._number += 1
        self._none_left.clear()
        told = _Told(url, report, f"msg_{secrets.token_hex(16)}")
        if key in self._waiting:
            self._waiting[key].append(told)
        else:
            self._waiting[key] = deque([told])
            self._ready.put_nowait(key)

    def _is_full(self, key: DestinationKey) -> bool:
        """Of each time that it becomes so, once in the log."""
        if self._number >= self._options.most_waiting:
            if not self._full:
                self._full = True
                log.warning("%d response webhooks wait to be sent: no more are taken until there is room", self._number)
            return True
        waiting = len(self._waiting.get(key, ()))
        if waiting < self._options.most_waiting_of_one:
            return False
        if key not in self._full_of:
            self._full_of.add(key)
            log.warning("%d response webhooks of destination %s wait: it is told no more until there is room", waiting, _name(key))
        return True

    async def run(self) -> None:
        """Until cancelled; what was not sent by then waits for the next run, or for `close`."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._counts.run())
            for _ in range(self._options.at_once):
                tasks.create_task(self._work())

    async def close(self, grace_s: float) -> None:
        """Takes no more, sends what waits for at most `grace_s`, and counts the rest as lost. To be called once `run` has ended."""
        self._closed = True
        running = asyncio.create_task(self.run())
        try:
            async with asyncio.timeout(grace_s):
                await self._none_left.wait()
        except TimeoutError:
            log.warning("%d response webhooks were not sent before the end", self._number)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            for key, waiting in self._waiting.items():
                self._counts.add(key, lost=len(waiting))
            self._waiting.clear()
            await self._counts.finish(NOTE_LIMIT_S)
            await self._transport.aclose()

    async def _work(self) -> None:
        while True:
            key = await self._ready.get()
            pause_s = 0.0
            try:
                pause_s = await self._next_of(key)
            finally:
                if self._waiting.get(key):
                    # By the timer even without a pause: others that are ready come first.
                    asyncio.get_running_loop().call_later(pause_s, self._ready.put_nowait, key)
                else:
                    self._waiting.pop(key, None)

    async def _next_of(self, key: DestinationKey) -> float:
        """One try of what waits first. Gives how long to wait before the next."""
        waiting = self._waiting.get(key)
        if not waiting:
            return 0.0
        told = waiting[0]
        failure = await self._try(key, told)
        if not waiting or waiting is not self._waiting.get(key):
            return 0.0  # given up meanwhile
        pauses_s = () if key in self._failing else self._options.pauses_s
        if failure is not None and failure.passing and told.tries <= len(pauses_s):
            return pauses_s[told.tries - 1]
        waiting.popleft()
        self._left(key, len(waiting))
        self._settle(key, failure)
        return 0.0

    def _left(self, key: DestinationKey, waiting: int) -> None:
        self._number -= 1
        if waiting <= self._options.most_waiting_of_one // 2:
            self._full_of.discard(key)
        if self._number <= self._options.most_waiting // 2:
            self._full = False
        if not self._number:
            self._none_left.set()

    def _settle(self, key: DestinationKey, failure: _Failure | None) -> None:
        if failure is None:
            self._counts.add(key, sent=1)
            if key in self._failing:
                self._failing.discard(key)
                log.info("the response webhook of destination %s takes calls again", _name(key))
            return
        self._counts.add(key, lost=1)
        if key not in self._failing:
            self._failing.add(key)
            log.warning("the response webhook of destination %s does not take calls, they are lost: %s", _name(key), failure.reason)

    async def _try(self, key: DestinationKey, told: _Told) -> _Failure | None:
        """The reason goes into the log: it has nothing of the URL."""
        told.tries += 1
        try:
            async with asyncio.timeout(self._options.timeout_s):
                answer = await self._transport.handle_async_request(self._request(key, told))
        except TimeoutError:
            return _Failure(f"no answer within {self._options.timeout_s:g} s", passing=True)
        except httpx.InvalidURL:
            return _Failure("its URL is no URL", passing=False)
        except httpx.TransportError as error:
            return _Failure(str(error), passing=not isinstance(error, RefusedAddressError))
        except Exception:  # one call that trips a bug must not stop the others
            log.exception("a response webhook of %s failed here", key.provider)
            return _Failure("the gateway failed here", passing=False)
        if answer.is_success:
            return None
        status = answer.status_code
        return _Failure(f"it answered {status}", passing=status >= 500 or status in _AGAIN)

    def _request(self, key: DestinationKey, told: _Told) -> httpx.Request:
        body = payload_of(encode_id(key), told.report)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "cicd-gateway",
            **webhook_headers(self._secret, told.id, int(self._now()), body),
        }
        return httpx.Request("POST", told.url, headers=headers, content=body)


def _name(key: DestinationKey) -> str:
    return f"{key.provider}/{'/'.join(key.parts)}"
