"""The queue of one destination: what its next batch is, and when.

One batch at a time is at the head: running, or on its way back to be sent again. Behind it, new batches are cut.
"""

from collections.abc import Sequence
from operator import itemgetter

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, func, insert, select, update

from gateway.domain.destination import Batch, DeliveryStatus, DestinationState, QueuedRecord, Turn
from gateway.domain.keys import DestinationKey
from gateway.store.destinations.row import Locked, Row, batching_of, own_id
from gateway.store.destinations.tables import calls, destinations, records

RUNNING = DeliveryStatus.RUNNING.value

MOST_BATCH_BYTES = 8 * 1024 * 1024
"""Of the records of one call together. A single one may be larger."""


def next_turn(locked: Locked, attempt_id: str | None) -> Turn:
    """What is to be done now; nothing without an `attempt_id`. Asked again with that of the running batch, that batch."""
    row = locked.row
    if attempt_id is None:
        return Turn(destination=locked.value)
    if row["head_running"]:
        batch = _batch(row, _at_head(locked.connection, row)) if row["head_attempt_id"] == attempt_id else None
        return Turn(destination=locked.value, batch=batch)
    if locked.state is not DestinationState.ACTIVE or not row["queued"]:
        return Turn(destination=locked.value)
    if row["due_us"] <= locked.now_us:
        batch = _again(locked, attempt_id) if locked.goes_back else _cut(locked, attempt_id)
        if batch is not None:
            return Turn(destination=locked.value, batch=batch)
    return Turn(destination=locked.value, wait_s=(row["due_us"] - locked.now_us) / 1e6)


def unfinished(connection: Connection, key: DestinationKey, worker: str) -> Batch | None:
    leased = destinations.c.lease_worker == worker
    own = and_(destinations.c.id == own_id(key), destinations.c.provider == key.provider)
    row = connection.execute(select(destinations).where(own, leased, destinations.c.head_running)).mappings().first()
    return None if row is None else _batch(row, _at_head(connection, row))


def head(row: Row | RowMapping) -> ColumnElement[bool]:
    """The records of the batch at the head."""
    return and_(records.c.destination_id == row["id"], records.c.place.between(row["head_first"], row["head_last"]))


def _cut(locked: Locked, attempt_id: str) -> Batch | None:
    """A new batch; None when its records are to wait for others."""
    row = locked.row
    batching = batching_of(row)
    size = 1 if batching is None else batching.size
    length = func.length(records.c.content).label("length")  # which neither database reads the content for
    waiting = select(records.c.place, records.c.ends_input, records.c.accepted_us, length)
    # Places have no gaps, so both ends are known, and a database that has not counted its rows cannot choose to sort them all.
    places = records.c.place.between(row["head_last"] + 1, row["head_last"] + size)
    waiting = waiting.where(records.c.destination_id == locked.id, places).order_by(records.c.place)
    found = locked.connection.execute(waiting).mappings().all()
    taken, is_whole = _whole(found, size)
    if batching is not None and not is_whole:
        due_us = found[0]["accepted_us"] + round(batching.flush_interval_s * 1e6)
        if due_us > locked.now_us:
            row["due_us"] = due_us
            return None
    row |= {
        "head_call": row["next_call"],
        "head_attempt": 0,
        "head_first": found[0]["place"],
        "head_last": found[taken - 1]["place"],
    }
    row["next_call"] += 1
    new = {"destination_id": locked.id, "number": row["head_call"], "records": taken, "changed": "[]"}
    locked.connection.execute(insert(calls).values(new | {"attempt": 1, "attempt_id": attempt_id, "status": RUNNING}))
    return _run(locked, attempt_id)


def _whole(found: Sequence[RowMapping], size: int) -> tuple[int, bool]:
    """How many of them, the first of the queue, make a batch; and whether nothing can be added to it."""
    sum_of_bytes = 0
    for count, each in enumerate(found):
        sum_of_bytes += each["length"]
        if count and sum_of_bytes > MOST_BATCH_BYTES:
            return count, True
        if each["ends_input"]:
            return count + 1, True
    return len(found), len(found) == size


def _again(locked: Locked, attempt_id: str) -> Batch | None:
    """As it was; or cut anew where batches have become smaller meanwhile: it surely had no effect."""
    row = locked.row
    own = and_(calls.c.destination_id == locked.id, calls.c.number == row["head_call"])
    batching = batching_of(row)
    if row["head_last"] - row["head_first"] + 1 > (1 if batching is None else batching.size):
        locked.connection.execute(update(records).where(head(row)).values(call=None))
        locked.connection.execute(delete(calls).where(own))
        locked.clear_head()
        row["head_last"] = row["head_first"] - 1
        return _cut(locked, attempt_id)
    tried = {"attempt": row["head_attempt"] + 1, "attempt_id": attempt_id, "status": RUNNING}
    locked.connection.execute(update(calls).where(own).values(tried | {"code": None, "message": None, "due_us": None}))
    return _run(locked, attempt_id)


def _run(locked: Locked, attempt_id: str) -> Batch:
    row = locked.row
    begun = {"status": RUNNING, "call": row["head_call"], "attempts": records.c.attempts + 1, "at_us": locked.now_us}
    run = update(records).where(head(row)).values(begun).returning(*records.c["place", "number", "content"])
    taken = sorted(locked.connection.execute(run).mappings(), key=itemgetter("place"))
    row |= {"head_running": True, "head_attempt": row["head_attempt"] + 1, "head_attempt_id": attempt_id}
    row["running"] += len(taken)
    row["queued"] -= len(taken)
    row["due_us"] = locked.now_us if row["queued"] else None  # or later: that is found out when they are at the head
    return _batch(row, taken)


def _at_head(connection: Connection, row: Row | RowMapping) -> Sequence[RowMapping]:
    wanted = select(records.c.number, records.c.content).where(head(row)).order_by(records.c.place)
    return connection.execute(wanted).mappings().all()


def _batch(row: Row | RowMapping, taken: Sequence[RowMapping]) -> Batch:
    return Batch(
        number=row["head_call"],
        attempt=row["head_attempt"],
        attempt_id=row["head_attempt_id"],
        failures=row["head_failures"],
        records=tuple(QueuedRecord(number=each["number"], content=bytes(each["content"])) for each in taken),
    )
