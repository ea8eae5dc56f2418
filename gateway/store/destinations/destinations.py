"""Destinations, their queues and deliveries, as `gateway.domain.destination.DestinationStore` describes them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from gateway.domain.destination import (
    Accepted,
    Batch,
    CallEnd,
    Delivery,
    DeliveryPlace,
    DeliveryQuery,
    DeliveryStatus,
    Destination,
    DestinationPlace,
    DestinationQuery,
    DestinationState,
    Intake,
    IntakeStep,
    Record,
    Turn,
)
from gateway.domain.errors import ConflictError, NotFoundError, StoreUnavailableError
from gateway.domain.keys import DeliveryKey, DestinationKey
from gateway.store.database import Database
from gateway.store.destinations import catalog, dead_letters, deliveries, intake, leases, row, settling
from gateway.store.destinations import queue as queues
from gateway.store.destinations.forgetting import forget
from gateway.store.destinations.row import Locked
from gateway.store.destinations.tables import destinations
from gateway.store.instants import to_us


class SqlDestinations:
    """One per process. Others may work on the same database."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._is_open = False

    def open(self) -> None:
        """The tables are there. Until then, and after `close`, everything is a StoreUnavailableError."""
        self._is_open = True

    def close(self) -> None:
        self._is_open = False

    async def create(self, destination: Destination) -> None:
        await self._opened().write(lambda connection: row.create(connection, destination))

    async def get(self, keys: Sequence[DestinationKey]) -> Sequence[Destination | None]:
        dialect = self._database.dialect
        return await self._opened().read(lambda connection: catalog.find(connection, dialect, keys))

    async def list(self, query: DestinationQuery, after: DestinationPlace | None, limit: int) -> Sequence[Destination]:
        dialect = self._database.dialect
        return await self._opened().read(lambda connection: catalog.newest(connection, dialect, query, after, limit))

    async def change(self, key: DestinationKey, change: Callable[[Destination], Destination]) -> Destination | None:
        def work(connection: Connection) -> Destination | None:
            locked = self._lock(connection, key)
            return None if locked is None else catalog.change(locked, change)

        return await self._opened().write(work)

    async def accept(
        self,
        key: DestinationKey,
        records: Sequence[Record],
        check: Callable[[Destination], None],
        *,
        ends_input: bool,
        step: IntakeStep | None = None,
    ) -> Accepted:
        """NotFoundError when there is no such destination. One transaction is one group: some thousand records at a time."""

        def work(connection: Connection) -> Accepted:
            locked = self._existing(connection, key)
            check(locked.value)
            return intake.accept(locked, self._database.dialect, records, step, ends_input=ends_input)

        return await self._opened().write(work)

    async def intake(self, key: DestinationKey, name: str) -> Intake | None:
        return await self._opened().read(lambda connection: intake.find(connection, key, name))

    async def lease(self, worker: str, lease_s: float, limit: int, providers: Sequence[str]) -> Sequence[DestinationKey]:
        now = self._now()
        return await leases.take(self._opened(), worker, to_us(now), _until(now, lease_s), limit, providers)

    async def unfinished(self, key: DestinationKey, worker: str) -> Batch | None:
        return await self._opened().read(lambda connection: queues.unfinished(connection, key, worker))

    async def turn(self, key: DestinationKey, worker: str, lease_s: float, attempt_id: str | None, ended: CallEnd | None) -> Turn:
        """May be asked again, with the same words, when the answer was lost: what was settled is not settled twice, and the batch
        that was taken under `attempt_id` is given once more. While another batch is running none is taken.
        """

        def work(connection: Connection) -> Turn:
            locked = self._lock(connection, key)
            if locked is None or not locked.is_leased_by(worker):
                return Turn(destination=None)
            if ended is not None:
                settling.settle(locked, ended)
            locked.row["lease_us"] = locked.now_us + round(lease_s * 1e6)
            turn = queues.next_turn(locked, attempt_id)
            locked.save()
            return turn

        return await self._opened().write(work)

    async def keep(self, key: DestinationKey, worker: str, lease_s: float) -> bool:
        until_us = _until(self._now(), lease_s)
        return await self._opened().write(lambda connection: leases.keep(connection, key, worker, until_us))

    async def release(self, key: DestinationKey, worker: str) -> None:
        now_us = to_us(self._now())
        await self._opened().write(lambda connection: leases.release(connection, key, worker, now_us))

    async def deliveries(self, query: DeliveryQuery, after: DeliveryPlace | None, limit: int) -> Sequence[tuple[int, Delivery]]:
        dialect = self._database.dialect
        return await self._opened().read(lambda connection: deliveries.newest(connection, dialect, query, after, limit))

    async def get_deliveries(self, keys: Sequence[DeliveryKey]) -> Sequence[Delivery | None]:
        return await self._opened().read(lambda connection: deliveries.find(connection, keys))

    async def requeue(
        self, key: DestinationKey, deliveries: Sequence[DeliveryKey] | None, status: DeliveryStatus | None, limit: int
    ) -> Sequence[DeliveryKey]:
        """Oldest first in either case; with neither, all dead letters. NotFoundError when there is no such destination,
        ConflictError when it is deleted.
        """

        def work(connection: Connection) -> Sequence[DeliveryKey]:
            locked = self._existing(connection, key)
            if locked.state is DestinationState.DELETED:
                raise ConflictError("The destination is deleted: it sends nothing any more.", provider=key.provider)
            return dead_letters.requeue(locked, deliveries, status, limit)

        return await self._opened().write(work)

    async def note_webhooks(self, key: DestinationKey, sent: int, lost: int) -> None:
        """Told again because the answer was lost, they are counted twice: the counters say at least, not at most."""
        own = update(destinations).where(destinations.c.id == row.own_id(key), destinations.c.provider == key.provider)
        counted = {"webhooks_sent": destinations.c.webhooks_sent + sent, "webhooks_lost": destinations.c.webhooks_lost + lost}
        await self._opened().write(lambda connection: connection.execute(own.values(counted)))

    async def forget(self, before: datetime, limit: int) -> int:
        """What is forgotten is not counted down: counters tell all that ever happened. The key of a forgotten record is free again,
        as is the name of a forgotten input: what comes under it is taken as something new. `before` is in the past.
        """
        dialect = self._database.dialect
        before_us, now_us = to_us(before), to_us(self._now())
        return await self._opened().write(lambda connection: forget(connection, dialect, before_us, now_us, limit))

    def _lock(self, connection: Connection, key: DestinationKey) -> Locked | None:
        return Locked.find(connection, self._database.dialect, key, self._now)

    def _existing(self, connection: Connection, key: DestinationKey) -> Locked:
        locked = self._lock(connection, key)
        if locked is None:
            raise NotFoundError("There is no such destination.", provider=key.provider)
        return locked

    def _opened(self) -> Database:
        if not self._is_open:
            raise StoreUnavailableError("The gateway's store is not open.", retry_after_s=1)
        return self._database


def _until(now: datetime, lease_s: float) -> int:
    return to_us(now + timedelta(seconds=lease_s))
