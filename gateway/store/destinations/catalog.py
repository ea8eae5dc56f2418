"""Destinations as such: made, found, changed."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, and_, or_, select, update

from gateway.domain.destination import (
    DeliveryStatus,
    Destination,
    DestinationPlace,
    DestinationQuery,
    DestinationState,
)
from gateway.domain.keys import DestinationKey
from gateway.store.destinations.row import Locked, described, own_id, to_destination
from gateway.store.destinations.tables import NEWEST_FIRST, calls, destinations, records
from gateway.store.dialects import Dialect
from gateway.store.instants import to_us

CANCELED_AT_ONCE = 20_000
"""Places in one statement: a statement may take no longer than the database is waited for."""


def find(connection: Connection, dialect: Dialect, keys: Sequence[DestinationKey]) -> list[Destination | None]:
    ids = [each for each in map(own_id, keys) if each is not None]
    wanted = select(destinations).where(dialect.among_values(destinations.c.id, ids))
    found = {each.key: each for each in map(to_destination, connection.execute(wanted).mappings())}
    return [found.get(key) for key in keys]


def newest(
    connection: Connection, dialect: Dialect, query: DestinationQuery, after: DestinationPlace | None, limit: int
) -> list[Destination]:
    state = destinations.c.state
    wanted = select(destinations)
    if query.states is None:
        wanted = wanted.where(state != DestinationState.DELETED.value)
    else:
        wanted = wanted.where(dialect.among_values(state, [each.value for each in query.states]))
    if query.providers is not None:
        wanted = wanted.where(dialect.among_values(destinations.c.provider, query.providers))
    if query.name_contains:
        wanted = wanted.where(destinations.c.name_folded.contains(query.name_contains.casefold(), autoescape=True))
    if after is not None:
        at_us = to_us(after.created_at)
        created = destinations.c.created_us
        wanted = wanted.where(or_(created < at_us, and_(created == at_us, destinations.c.id < after.id)))
    return [to_destination(row) for row in connection.execute(wanted.order_by(*NEWEST_FIRST).limit(limit)).mappings()]


def change(locked: Locked, changing: Callable[[Destination], Destination]) -> Destination:
    before = locked.value
    after = changing(before)
    locked.row |= described(after)
    if after.state is DestinationState.ACTIVE and before.state is not after.state:
        locked.row["head_failures"] = 0
    if after.state is DestinationState.DELETED:
        _cancel_queued(locked)
    elif not locked.goes_back and locked.row["queued"]:
        locked.row["due_us"] = locked.now_us  # other settings cut other batches: the next turn finds out
    locked.save()
    return locked.value


def _cancel_queued(locked: Locked) -> None:
    row = locked.row
    queue = and_(records.c.destination_id == locked.id, records.c.place.is_not(None))
    waits = and_(queue, records.c.status == DeliveryStatus.QUEUED.value)
    first = locked.connection.execute(select(records.c.place).where(queue).order_by(records.c.place).limit(1)).scalar()
    canceled = {"status": DeliveryStatus.CANCELED.value, "place": None, "at_us": locked.now_us}
    for place in range(row["next_place"] if first is None else first, row["next_place"], CANCELED_AT_ONCE):
        some = records.c.place.between(place, place + CANCELED_AT_ONCE - 1)
        locked.connection.execute(update(records).where(waits, some).values(canceled))
    if locked.goes_back:
        own = and_(calls.c.destination_id == locked.id, calls.c.number == row["head_call"])
        locked.connection.execute(update(calls).where(own).values(status=DeliveryStatus.CANCELED.value, due_us=None))
        locked.clear_head()
    row["canceled"] += row["queued"]
    row |= {"queued": 0, "due_us": None}
