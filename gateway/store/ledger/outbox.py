"""The outbox: notifications that are to be passed on, each until it is accepted or refused for good."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Select, and_, delete, exists, func, select, update

from gateway.domain.ledger import Forwarding, OutboxEntry, RunNotification
from gateway.store.database import Database
from gateway.store.instants import from_us, to_us
from gateway.store.ledger.tables import notifications, outbox, waits

_decoder = msgspec.json.Decoder(RunNotification)

earlier = outbox.alias("earlier")
IS_FIRST = ~exists().where(
    earlier.c.provider == outbox.c.provider,
    earlier.c.reference_id == outbox.c.reference_id,
    earlier.c.id < outbox.c.id,
    earlier.c.refused_us.is_(None),
)
"""Nothing of the same run waits before it."""


class Outbox:
    """The part of `LedgerStore` that passes on. Notifications enter it in `Recorder`, in the transaction that stores them."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def due(self, provider: str, limit: int, lease_s: float, *, untried_first: bool = False) -> Sequence[OutboxEntry]:
        order = (outbox.c.attempts, outbox.c.due_us, outbox.c.id) if untried_first else (outbox.c.due_us, outbox.c.id)
        now_us = to_us(self._now())
        first = (
            select(outbox.c.id)
            .where(outbox.c.provider == provider, waits, outbox.c.due_us <= now_us, IS_FIRST)
            .order_by(*order)
            .limit(limit)
        )
        # Mostly nothing is due, and then nobody needs to be kept from writing.
        if not await self._database.read(lambda connection: connection.execute(first).first()):
            return ()
        until_us = now_us + _us(lease_s)
        if self._database.dialect.shares_writing:
            first = first.with_for_update(of=outbox, skip_locked=True)
        return await self._database.write(lambda connection: _lease(connection, first, until_us))

    async def give_back(self, entries: Sequence[int]) -> None:
        free = update(outbox).where(outbox.c.id.in_(entries), waits).values(due_us=to_us(self._now()))
        await self._database.write(lambda connection: connection.execute(free))

    async def forwarded(self, entries: Sequence[int]) -> None:
        done = delete(outbox).where(outbox.c.id.in_(entries))
        await self._database.write(lambda connection: connection.execute(done))

    async def retry_later(self, entry: int, error: str, wait_s: float) -> None:
        now_us = to_us(self._now())
        await self._database.write(lambda connection: _postpone(connection, entry, error, now_us, now_us + _us(wait_s)))

    async def refused(self, entry: int, error: str) -> None:
        now_us = to_us(self._now())
        final = update(outbox).where(outbox.c.id == entry, waits)
        final = final.values(attempts=outbox.c.attempts + 1, failed_us=now_us, refused_us=now_us, error=error)
        await self._database.write(lambda connection: connection.execute(final))

    async def forwarding(self, provider: str) -> Forwarding:
        own = outbox.c.provider == provider
        queued = select(func.count()).select_from(outbox).where(own, waits).scalar_subquery()
        refused = select(func.count()).select_from(outbox).where(own, outbox.c.refused_us.is_not(None)).scalar_subquery()
        oldest = select(outbox.c.queued_us).where(own, waits).order_by(outbox.c.id).limit(1).scalar_subquery()
        failed = outbox.c.failed_us
        error = select(outbox.c.error).where(own, failed.is_not(None)).order_by(failed.desc()).limit(1).scalar_subquery()
        statement = select(queued, refused, oldest, error)
        row = await self._database.read(lambda connection: connection.execute(statement).one())
        age_s = None if row[2] is None else max(0.0, (to_us(self._now()) - row[2]) / 1e6)
        return Forwarding(queued=row[0], refused=row[1], oldest_s=age_s, last_error=row[3])


def _lease(connection: Connection, wanted: Select[int], until_us: int) -> list[OutboxEntry]:
    ids = connection.execute(wanted).scalars().all()
    if not ids:
        return []
    connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(due_us=until_us))
    content = select(outbox.c.id, outbox.c.attempts, outbox.c.queued_us, notifications.c.checked).where(outbox.c.id.in_(ids))
    content = content.join(notifications, notifications.c.sequence == outbox.c.id)
    entries = {
        row["id"]: OutboxEntry(
            id=row["id"],
            notification=_decoder.decode(row["checked"]),
            attempts=row["attempts"],
            queued_at=from_us(row["queued_us"]),
        )
        for row in connection.execute(content).mappings()
    }
    return [entries[entry] for entry in ids]


def _postpone(connection: Connection, entry: int, error: str, now_us: int, due_us: int) -> None:
    itself = update(outbox).where(outbox.c.id == entry, waits)
    itself = itself.values(attempts=outbox.c.attempts + 1, failed_us=now_us, error=error, due_us=due_us)
    found = connection.execute(itself.returning(outbox.c.provider, outbox.c.reference_id)).first()
    if found is not None:
        behind = and_(outbox.c.provider == found[0], outbox.c.reference_id == found[1], outbox.c.id > entry, waits)
        connection.execute(update(outbox).where(behind).values(due_us=due_us))


def _us(seconds: float) -> int:
    return round(seconds * 1e6)
