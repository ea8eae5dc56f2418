"""Reading deliveries: records with what is known of their last call."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, or_, select

from gateway.domain.destination import DEAD, Delivery, DeliveryPlace, DeliveryQuery, DeliveryStatus
from gateway.domain.keys import DeliveryKey
from gateway.domain.write_log import Receipt
from gateway.store.destinations.intake import key_digest
from gateway.store.destinations.row import own_id
from gateway.store.destinations.tables import IS_DEAD, calls, destinations, records
from gateway.store.dialects import Dialect
from gateway.store.instants import from_us

LONGEST_NUMBER = 18
"""Digits of what fits into the column."""
LOOKED_UP_AT_ONCE = 200

_receipt = msgspec.json.Decoder(Receipt)
_texts = msgspec.json.Decoder(tuple[str, ...])


def newest(
    connection: Connection, dialect: Dialect, query: DeliveryQuery, after: DeliveryPlace | None, limit: int
) -> list[tuple[int, Delivery]]:
    page = select(records)
    if query.destinations is not None:
        providers = {own_id(key): key.provider for key in query.destinations}
        owned = select(destinations.c.id, destinations.c.provider).where(destinations.c.id.in_([id_ for id_ in providers if id_]))
        ids = [id_ for id_, provider in connection.execute(owned) if providers[id_] == provider]
        page = page.where(_one_of(dialect, records.c.destination_id, ids))
    if query.statuses is not None:
        names = [status.value for status in query.statuses]
        page = page.where(_one_of(dialect, records.c.status, names))
        if set(query.statuses) <= set(DEAD):
            page = page.where(IS_DEAD)
    if query.record_keys is not None:
        page = page.where(dialect.among_values(records.c.key_digest, [key_digest(key) for key in query.record_keys]))
    if after is not None:
        page = page.where(records.c.id < after.id)
    found = _whole(page.order_by(records.c.id.desc()).limit(limit))
    rows = connection.execute(found.order_by(found.selected_columns.id.desc())).mappings()
    return [(row["id"], to_delivery(row)) for row in rows]


def find(connection: Connection, keys: Sequence[DeliveryKey]) -> list[Delivery | None]:
    numbers = sorted({place for place in map(place_of, keys) if place is not None})
    found: dict[DeliveryKey, Delivery] = {}
    for start in range(0, len(numbers), LOOKED_UP_AT_ONCE):
        some = numbers[start : start + LOOKED_UP_AT_ONCE]
        asked = or_(*(and_(records.c.destination_id == id_, records.c.number == number) for id_, number in some))
        for row in connection.execute(_whole(select(records).where(asked))).mappings():
            delivery = to_delivery(row)
            found[delivery.key] = delivery
    return [found.get(key) for key in keys]


def place_of(key: DeliveryKey) -> tuple[str, int] | None:
    """Destination and number; None for a key that cannot be one of ours."""
    if len(key.parts) != 2 or "\0" in key.parts[0]:
        return None
    number = key.parts[1]
    is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    return (key.parts[0], int(number)) if is_number else None


def to_delivery(row: RowMapping) -> Delivery:
    content, due_us, duration_us, receipt = row["content"], row["due_us"], row["duration_us"], row["receipt"]
    return Delivery(
        key=DeliveryKey(row["provider"], (row["destination_id"], str(row["number"]))),
        status=DeliveryStatus(row["status"]),
        accepted_at=from_us(row["accepted_us"]),
        at=from_us(row["at_us"]),
        attempts=row["attempts"],
        record_key=row["record_key"],
        record=None if content is None else bytes(content),
        call=row["call"],
        attempt_id=row["attempt_id"],
        code=row["code"],
        message=row["message"],
        receipt=None if receipt is None else _receipt.decode(receipt),
        duration_s=None if duration_us is None else duration_us / 1e6,
        changed=() if row["changed"] is None else _texts.decode(row["changed"]),
        due_at=None if due_us is None else from_us(due_us),
    )


def _one_of(dialect: Dialect, column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
    """A single value is written as one: then the index is in the order of the page."""
    return column == values[0] if len(values) == 1 else dialect.among_values(column, values)


def _whole(page: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The page is cut first: what is joined to it must not change which way it is read."""
    own = page.subquery("page")
    call = and_(calls.c.destination_id == own.c.destination_id, calls.c.number == own.c.call)
    joined = own.join(destinations, destinations.c.id == own.c.destination_id).outerjoin(calls, call)
    told = calls.c["attempt_id", "code", "message", "receipt", "duration_us", "changed", "due_us"]
    return select(own, destinations.c.provider, *told).select_from(joined)
