"""Works off the queues of destinations: in each process, as long as it runs. Several share them by leases."""

import asyncio
import contextlib
import functools
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from gateway.destinations.carrier import Carrier, Errand
from gateway.destinations.verdict import WITHDRAWN, not_sent, verdict_after_loss, verdict_of
from gateway.domain.audit import Attempt, AttemptWithdrawnError, AuditOutcome, MutationStore, Settlement
from gateway.domain.budget import RequestBudget
from gateway.domain.call_log import Call
from gateway.domain.destination import Batch, CallEnd, DeliveryStatus, Destination, Turn
from gateway.domain.destination_store import DestinationStore
from gateway.domain.errors import StoreUnavailableError
from gateway.domain.global_id import encode_id
from gateway.domain.keys import DestinationKey
from gateway.operations.attempts import new_attempt_id

log = logging.getLogger(__name__)

STORE_WAIT_S = 1.0
"""Between tries when the store is away."""
ANYBODY = "destination"
"""In whose name is sent what nobody activated any more."""


class Told(Protocol):
    """Who wants to know of calls that have come to their end."""

    def __call__(self, destination: Destination, batch: Batch, end: CallEnd, calls: tuple[Call, ...]) -> None: ...


class DelivererOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`deadline_s` and `max_calls` bound one delivery. What other processes have queued, and what has become due, is looked for
    every `poll_s`. `at_once` destinations are worked off at the same time,
    each for about `turn_s` if others wait.
    """

    deadline_s: float
    max_calls: int
    poll_s: float = 1.0
    lease_s: float = 15.0
    at_once: int = 16
    turn_s: float = 10.0


class Deliverer:
    """One per process."""

    def __init__(
        self,
        store: DestinationStore,
        attempts: MutationStore,
        carrier: Carrier,
        tell: Told,
        providers: Sequence[str],
        options: DelivererOptions,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._attempts = attempts
        self._carrier = carrier
        self._tell = tell
        self._providers = providers
        self._options = options
        self._now = now
        self._worker = secrets.token_hex(8)
        self._wake = asyncio.Event()
        self._working: dict[DestinationKey, asyncio.Task[None]] = {}
        self._again: set[DestinationKey] = set()
        self._taking: asyncio.Task[None] | None = None
        self._stopping = False

    def wake(self) -> None:
        """There is something new: do not wait for the next look."""
        self._wake.set()

    async def run(self) -> None:
        """Until `close`."""
        failing = False
        while not self._stopping:
            self._wake.clear()
            self._taking = asyncio.create_task(self._take())
            try:
                await asyncio.shield(self._taking)  # what it has leased must not be forgotten
                failing = False
            except StoreUnavailableError as error:
                if not failing:
                    log.warning("destinations wait for the store: %s", error.message)
                failing = True
            except Exception:  # whatever it is must not end the sending for good
                log.exception("taking up destinations failed here; it goes on")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._options.poll_s):
                    await self._wake.wait()

    async def close(self) -> None:
        """Lets calls in flight come to their end, and notes them; the rest stays queued."""
        self._stopping = True
        self._wake.set()
        if self._taking is not None:
            await asyncio.gather(self._taking, return_exceptions=True)
        while self._working:
            await asyncio.gather(*self._working.values(), return_exceptions=True)

    async def _take(self) -> None:
        free = self._options.at_once - len(self._working)
        if free <= 0:
            return
        for key in await self._store.lease(self._worker, self._options.lease_s, free, self._providers):
            if self._stopping:
                await self._store.release(key, self._worker)
            elif key in self._working:  # it has given the lease back, and is about to end
                self._again.add(key)
            else:
                self._begin(key)

    def _begin(self, key: DestinationKey) -> None:
        task = self._working[key] = asyncio.create_task(self._work(key), name=f"destination {key.parts[0]}")
        task.add_done_callback(functools.partial(self._done, key))

    def _done(self, key: DestinationKey, _: asyncio.Task[None]) -> None:
        self._working.pop(key, None)
        if key in self._again:
            self._again.discard(key)
            self._begin(key)  # also when stopping: then it gives the lease back
        self._wake.set()

    async def _work(self, key: DestinationKey) -> None:
        """As long as there is something to be sent, the lease holds, and no other destination waits for too long."""
        try:
            ended = await self._after_loss(key)
            began_at = time.monotonic()
            while True:
                turned_at = time.monotonic()
                its_turn_is_over = len(self._working) >= self._options.at_once and turned_at - began_at > self._options.turn_s
                attempt_id = None if self._stopping or its_turn_is_over else new_attempt_id(self._now())
                turn = await self._keep_trying(key, attempt_id, ended)
                if turn.destination is None:
                    log.warning("another process has taken over destination %s", key.parts[0])
                    return
                if turn.batch is None:
                    if attempt_id is None or turn.wait_s is None or turn.wait_s > self._options.poll_s:
                        break
                    await asyncio.sleep(turn.wait_s)
                    ended = None
                    continue
                if time.monotonic() - turned_at > self._options.lease_s / 2:  # the lease may be over before it is sent
                    ended = not_sent(turn.batch)
                    continue
                ended = await self._delivered(turn.destination, turn.batch)
            await self._store.release(key, self._worker)
        except StoreUnavailableError as error:
            log.warning("destination %s waits for the store: %s", key.parts[0], error.message)
        except Exception:  # nobody waits for this task: unsaid here, it would be said nowhere
            log.exception("sending for destination %s failed here; it is taken up again when its lease is over", key.parts[0])

    async def _after_loss(self, key: DestinationKey) -> CallEnd | None:
        """The end of what ran when the worker before this one went. As long as that may still be under way, so is the wait."""
        batch = await self._store.unfinished(key, self._worker)
        while batch is not None and not self._stopping:
            entry = await self._attempts.attempt(batch.attempt_id)
            if entry is None and not await self._withdrawn(key, batch):
                continue  # it has begun at this moment
            end = verdict_after_loss(entry, batch)
            if end is not None:
                log.warning("after an interruption, call %d of destination %s is %s", batch.number, key.parts[0], end.status.name)
                return end
            await asyncio.sleep(self._options.poll_s)
            if not await self._store.keep(key, self._worker, self._options.lease_s):
                return None
        return None

    async def _withdrawn(self, key: DestinationKey, batch: Batch) -> bool:
        """Makes sure that an attempt that has not begun never will, should its worker only have been slow. False when it has begun
        meanwhile.
        """
        attempt = Attempt(
            id=batch.attempt_id,
            at=self._now(),
            caller=ANYBODY,
            mutation=WITHDRAWN,
            provider=key.provider,
            destination=encode_id(key),
        )
        await self._attempts.note(attempt, Settlement(outcome=AuditOutcome.REFUSED, duration_s=0.0, code="WITHDRAWN"))
        entry = await self._attempts.attempt(batch.attempt_id)
        return entry is not None and entry.attempt.mutation == WITHDRAWN

    async def _keep_trying(self, key: DestinationKey, attempt_id: str | None, ended: CallEnd | None) -> Turn:
        """What has ended must be noted, however long the store is away: else it would be in doubt for nothing."""
        while True:
            try:
                return await self._store.turn(key, self._worker, self._options.lease_s, attempt_id, ended)
            except StoreUnavailableError:
                if ended is None or self._stopping:
                    raise
            await asyncio.sleep(STORE_WAIT_S)

    async def _delivered(self, destination: Destination, batch: Batch) -> CallEnd:
        errand = Errand(
            destination=destination,
            caller=destination.activated_by or ANYBODY,
            budget=RequestBudget(self._options.deadline_s, self._options.max_calls),
            records=[msgspec.json.decode(record.content) for record in batch.records],
            attempt_id=batch.attempt_id,
        )
        carrying = asyncio.create_task(self._carrier.carry(errand))
        while not (await asyncio.wait({carrying}, timeout=self._options.lease_s / 3))[0]:
            with contextlib.suppress(StoreUnavailableError):  # then `turn` tells what has become of the lease
                await self._store.keep(destination.key, self._worker, self._options.lease_s)
        try:
            carried = carrying.result()
        except AttemptWithdrawnError:
            return not_sent(batch)
        if carried.unusable is not None:
            return not_sent(batch, code=carried.unusable.code, message=carried.unusable.message, stop=True)
        end = verdict_of(carried.performed, batch, carried.duration_s)
        if end.status is not DeliveryStatus.QUEUED:
            try:
                self._tell(destination, batch, end, carried.calls)
            except Exception:  # to tell others must never cost what is known
                log.exception("the end of call %d of destination %s cannot be told", batch.number, destination.key.parts[0])
        return end
