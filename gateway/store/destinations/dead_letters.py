"""Dead letters that are sent once more, by hand."""

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, delete, select, update

from gateway.domain.destination import DEAD, DeliveryStatus
from gateway.domain.keys import DeliveryKey
from gateway.store.destinations.deliveries import place_of
from gateway.store.destinations.intake import enqueued
from gateway.store.destinations.row import Locked
from gateway.store.destinations.tables import IS_DEAD, calls, records

LOOKED_UP_AT_ONCE = 1000

CallId = tuple[str, int]
"""Destination and number."""


def requeue(
    locked: Locked, deliveries: Sequence[DeliveryKey] | None, status: DeliveryStatus | None, limit: int
) -> list[DeliveryKey]:
    wanted = select(records.c.id, records.c.number, records.c.status, records.c.call).where(
        records.c.destination_id == locked.id, IS_DEAD
    )
    if status is not None:
        wanted = wanted.where(records.c.status == status.value)
    if deliveries is None:
        found = locked.connection.execute(wanted.order_by(records.c.id).limit(limit)).all()
    else:
        named = [place for key in deliveries if key.provider == locked.row["provider"] and (place := place_of(key)) is not None]
        numbers = sorted({number for id_, number in named if id_ == locked.id})
        found = []
        for start in range(0, len(numbers), LOOKED_UP_AT_ONCE):
            some = records.c.number.in_(numbers[start : start + LOOKED_UP_AT_ONCE])
            found += locked.connection.execute(wanted.where(some)).all()
        found = sorted(found)[:limit]
    if not found:
        return []
    first = locked.row["next_place"]
    again = (
        update(records)
        .where(records.c.id == bindparam("own"))
        .values(
            status=DeliveryStatus.QUEUED.value, place=bindparam("end"), call=None, ends_input=bindparam("last"), at_us=locked.now_us
        )
    )
    placed = [{"own": each.id, "end": first + count, "last": each is found[-1]} for count, each in enumerate(found)]
    locked.connection.execute(again, placed)
    for was in DEAD:
        locked.row[was.value] -= sum(each.status == was.value for each in found)
    enqueued(locked, len(found), at_once=True)
    let_go(locked.connection, ((locked.id, each.call) for each in found))
    locked.save()
    return [locked.delivery_key(each.number) for each in found]


def let_go(connection: Connection, named: Iterable[tuple[str, int | None]]) -> None:
    """Records that do not name these calls any more. What nobody names goes. In one order, so that no two wait for each other."""
    fewer: Counter[tuple[str, int]] = Counter((id_, number) for id_, number in named if number is not None)
    if not fewer:
        return
    own = (calls.c.destination_id == bindparam("own"), calls.c.number == bindparam("own_number"))
    asked = [{"own": id_, "own_number": number, "fewer": count} for (id_, number), count in sorted(fewer.items())]
    connection.execute(update(calls).where(*own).values(records=calls.c.records - bindparam("fewer")), asked)
    connection.execute(
        delete(calls).where(*own, calls.c.records <= 0), [{"own": id_, "own_number": number} for id_, number in sorted(fewer)]
    )
