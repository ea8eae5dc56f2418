"""Passing reports on to a DX instance, behind the backs of those who sent them.

Elsewhere in the gateway a write is never sent twice: whether the first one arrived may be unknown, and to run a pipeline twice is
harm. Here it is right to send again until the instance has said ok or has refused for good. What a report does depends on
nothing but its content (start is a minimum, end a maximum, state the highest), so that one which arrives twice changes nothing.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import Sequence

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.ledger import LedgerStore, OutboxEntry
from gateway.providers.dx.client import DxClient
from gateway.providers.dx.pace import Pace
from gateway.providers.dx.verdict import Verdict, verdict_of

log = logging.getLogger(__name__)

LONGEST_ASKED_S = 3600.0
"""Of what an instance may ask for by Retry-After; a longer time is tried earlier."""


class ForwardingOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`timeout_s` bounds one call. Reports of other processes, and those whose time comes, are looked for every `poll_s`."""

    per_second: float
    timeout_s: float
    poll_s: float = 1.0
    at_once: int = 8


class Forwarder:
    """Takes what is due out of the outbox and sends it. One per account and process; processes share an outbox."""

    def __init__(self, store: LedgerStore, provider: str, client: DxClient, pace: Pace, options: ForwardingOptions) -> None:
        self._store = store
        self._provider = provider
        self._client = client
        self._pace = pace
        self._options = options
        self._round = max(1, math.ceil(options.per_second * 2))
        self._lease_s = 2 * (options.timeout_s + self._round / options.per_second) + options.timeout_s
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There is something new: do not wait for the next look."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled. What was taken and is on its way by then is due again when its lease ends."""
        while True:
            try:
                await self._pace.resume()
                self._wake.clear()
                limit = 1 if self._pace.careful else self._round
                entries = await self._store.due(self._provider, limit, self._lease_s, untried_first=self._pace.careful)
                if entries:
                    await self._send_all(entries)
                else:
                    await self._idle()
            except* GatewayError as failures:
                log.warning("forwarding of %s is waiting for the store: %s", self._provider, _first(failures))
                await asyncio.sleep(self._pace.wait_s(0))
            except* Exception as failures:
                log.exception("forwarding of %s failed here; it goes on", self._provider, exc_info=failures)
                await asyncio.sleep(self._pace.wait_s(3))

    async def _idle(self) -> None:
        try:
            async with asyncio.timeout(self._options.poll_s):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _send_all(self, entries: Sequence[OutboxEntry]) -> None:
        """Those whose turn does not come are given back."""
        places = asyncio.Semaphore(self._options.at_once)  # of this round: one that is broken off takes no place of the next
        left = [entry.id for entry in entries]
        try:
            async with asyncio.TaskGroup() as tasks:
                for entry in entries:
                    await places.acquire()
                    if not await self._pace.turn():
                        return
                    left.remove(entry.id)
                    tasks.create_task(self._send(entry, places))
        finally:
            with contextlib.suppress(GatewayError):  # then they are due when their lease ends
                if left:
                    await self._store.give_back(left)

    async def _send(self, entry: OutboxEntry, places: asyncio.Semaphore) -> None:
        try:
            await self._client.record_run(entry.notification)
        except GatewayError as error:
            await self._failed(entry, error)
        except Exception:  # one report that trips a bug must not stop the others
            log.exception("forwarding of %s failed on the report %d", self._provider, entry.id)
            await self._store.retry_later(
                entry.id, "INTERNAL: the gateway failed here, see its log", self._pace.wait_s(entry.attempts)
            )
        else:
            self._pace.succeeded()
            await self._store.forwarded([entry.id])
        finally:
            places.release()

    async def _failed(self, entry: OutboxEntry, error: GatewayError) -> None:
        match verdict_of(error):
            case Verdict.REFUSED:
                self._pace.succeeded()
                log.warning("%s refuses a report for good: %s", self._provider, error.message)
                await self._store.refused(entry.id, f"refused: {error.message}")
            case Verdict.MISCONFIGURED:
                wait_s = self._pace.misconfigured()
                log.error("forwarding of %s is stopped for %.0f s: %s", self._provider, wait_s, error.message)
                told = f"configuration: {error.message.rstrip('.')}. Nothing is passed on until that is mended."
                await self._store.retry_later(entry.id, told, wait_s)
            case Verdict.LATER:
                asked_s = None if error.retry_after_s is None else min(error.retry_after_s, LONGEST_ASKED_S)
                paused_s = self._pace.failed(asked_s)
                # A report that the instance cannot digest must not hold up the others: its own failures count for it.
                own_s = self._pace.wait_s(entry.attempts)
                await self._store.retry_later(entry.id, f"{error.code}: {error.message}", max(paused_s, own_s))


def _first(failures: BaseExceptionGroup[GatewayError]) -> str:
    error: BaseException = failures
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error)
