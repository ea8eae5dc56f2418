"""Makes runs anew from the notifications as they were stored."""

from collections.abc import Sequence
from functools import partial

import msgspec
from sqlalchemy import Connection, delete, exists, select

from gateway.domain.ledger import RunNotification, StoredNotification
from gateway.store.database import Database
from gateway.store.instants import from_us
from gateway.store.ledger.recorder import Recorder
from gateway.store.ledger.tables import notifications, runs

AT_ONCE = 200
"""Runs in one transaction, so that nobody waits long for it."""

_decoder = msgspec.json.Decoder(RunNotification)


class Repair:
    """Reads what was stored, and rebuilds from it. Notifications may be recorded meanwhile."""

    def __init__(self, database: Database, recorder: Recorder) -> None:
        self._database = database
        self._recorder = recorder

    async def notifications_of(self, provider: str, reference_id: str) -> Sequence[StoredNotification]:
        """In order of arrival."""
        own = (notifications.c.provider == provider) & (notifications.c.reference_id == reference_id)
        statement = select(notifications).where(own).order_by(notifications.c.sequence)
        rows = await self._database.read(lambda connection: connection.execute(statement).mappings().all())
        return [
            StoredNotification(
                sequence=row["sequence"],
                received_at=from_us(row["received_us"]),
                notification=_decoder.decode(row["checked"]),
            )
            for row in rows
        ]

    async def recompute(self, provider: str) -> int:
        """Rebuilds all runs of a provider and says how many there are; runs without any notification go."""
        count, last = 0, ""
        while ids := await self._next_ids(provider, last):
            await self._database.write(partial(self._rebuild, provider, ids))
            count, last = count + len(ids), ids[-1]
        reported = exists().where(notifications.c.provider == runs.c.provider, notifications.c.reference_id == runs.c.reference_id)
        orphans = delete(runs).where(runs.c.provider == provider, ~reported)
        await self._database.write(lambda connection: connection.execute(orphans))
        return count

    async def _next_ids(self, provider: str, last: str) -> Sequence[str]:
        column = notifications.c.reference_id
        own = select(column).where(notifications.c.provider == provider, column > last)
        following = own.distinct().order_by(column).limit(AT_ONCE)
        return await self._database.read(lambda connection: connection.execute(following).scalars().all())

    def _rebuild(self, provider: str, ids: Sequence[str], connection: Connection) -> None:
        own = self._database.dialect.among_values(notifications.c.reference_id, ids)
        stored = select(*notifications.c["sequence", "reference_id", "checked"]).where(notifications.c.provider == provider, own)
        merges = self._recorder.claim(connection, [(provider, each) for each in ids], anew=True)
        for row in connection.execute(stored).mappings():
            merges[provider, row["reference_id"]].add(_decoder.decode(row["checked"]), row["sequence"])
        self._recorder.save(connection, merges)
