"""Who works off which destination: one worker at a time.

A lease that is over is still its worker's, until another one takes it: whoever takes it writes its own name.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select, update

from gateway.domain.destination import DestinationState
from gateway.domain.keys import DestinationKey
from gateway.store.database import Database
from gateway.store.destinations.row import own_id
from gateway.store.destinations.tables import destinations

Wanted = Select[str, str]


async def take(
    database: Database, worker: str, now_us: int, until_us: int, limit: int, providers: Sequence[str]
) -> Sequence[DestinationKey]:
    """Those that have waited longest first: since they are due, or since their last lease ended. Work whose worker has gone comes
    before all.
    """
    if not providers:
        return ()
    free = or_(destinations.c.lease_worker.is_(None), destinations.c.lease_us <= now_us)
    due = and_(destinations.c.state == DestinationState.ACTIVE.value, destinations.c.queued > 0, destinations.c.due_us <= now_us)
    wanted = select(destinations.c.id, destinations.c.provider).where(free, or_(due, destinations.c.running > 0))
    wanted = wanted.where(database.dialect.among_values(destinations.c.provider, providers))
    due_us, lease_us = func.coalesce(destinations.c.due_us, 0), destinations.c.lease_us
    since = case((lease_us > due_us, lease_us), else_=due_us)
    wanted = wanted.order_by(destinations.c.running == 0, since, lease_us, destinations.c.id).limit(limit)
    # Mostly there is nothing to do, and then nobody needs to be kept from writing.
    if not await database.read(lambda connection: connection.execute(wanted).first()):
        return ()
    if database.dialect.shares_writing:
        wanted = wanted.with_for_update(skip_locked=True)
    return await database.write(lambda connection: _take(connection, wanted, worker, until_us))


def keep(connection: Connection, key: DestinationKey, worker: str, until_us: int) -> bool:
    return connection.execute(update(destinations).where(_is_of(key, worker)).values(lease_us=until_us)).rowcount == 1


def release(connection: Connection, key: DestinationKey, worker: str, now_us: int) -> None:
    connection.execute(update(destinations).where(_is_of(key, worker)).values(lease_worker=None, lease_us=now_us))


def _take(connection: Connection, wanted: Wanted, worker: str, until_us: int) -> list[DestinationKey]:
    found = connection.execute(wanted).all()
    taken = destinations.c.id.in_([each[0] for each in found])
    connection.execute(update(destinations).where(taken).values(lease_worker=worker, lease_us=until_us))
    return [DestinationKey(provider, (id_,)) for id_, provider in found]


def _is_of(key: DestinationKey, worker: str) -> ColumnElement[bool]:
    return and_(destinations.c.id == own_id(key), destinations.c.provider == key.provider, destinations.c.lease_worker == worker)
