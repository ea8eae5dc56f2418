"""Taking records in: at the end of the queue, each key once, together with how far their input has come."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, insert, select, update

from gateway.domain.destination import Accepted, DeliveryStatus, Intake, IntakeStep, Record
from gateway.domain.errors import ConflictError
from gateway.domain.keys import DeliveryKey, DestinationKey
from gateway.store.destinations.row import Locked, batching_of, own_id, settings_of, storable
from gateway.store.destinations.tables import HAS_KEY, destinations, intakes, records
from gateway.store.dialects import Dialect, Stretches

DIGEST_BYTES = 16
LOOKED_UP_AT_ONCE = 1000


def find(connection: Connection, key: DestinationKey, name: str) -> Intake | None:
    named = and_(intakes.c.destination_id == own_id(key), intakes.c.name == name, destinations.c.provider == key.provider)
    joined = select(intakes).join(destinations, destinations.c.id == intakes.c.destination_id)
    row = connection.execute(joined.where(named)).mappings().first()
    return None if row is None else _to_intake(row)


def accept(locked: Locked, dialect: Dialect, given: Sequence[Record], step: IntakeStep | None, *, ends_input: bool) -> Accepted:
    before = None if step is None else _expected(locked, step)
    accepted = _insert(locked, dialect, given, ends_input=ends_input)
    if ends_input and not (accepted.outcomes and accepted.outcomes[-1]):
        _end_queue(locked)
    if step is not None:
        _bring_forward(locked, dialect, before or Intake(digest=step.digest), step, accepted, ended=ends_input)
    locked.save()
    return accepted


def key_digest(key: str) -> str:
    """By which keys, and the names of their attributes, are compared."""
    return _digest(key.encode("utf-8", "surrogatepass")).hex()


def _insert(locked: Locked, dialect: Dialect, given: Sequence[Record], *, ends_input: bool) -> Accepted:
    row = locked.row
    attribute = key_digest(settings_of(row).key_attribute or "")
    known = _known_keys(locked, dialect, given, attribute)
    rows: list[dict[str, Any]] = []
    outcomes: list[DeliveryKey | None] = []
    other_content: list[int] = []
    for index, record in enumerate(given):
        digests: tuple[str, bytes] | tuple[None, None] = (None, None)
        if record.key is not None:
            digests = (key_digest(record.key), _content_digest(record.content))
            taken = known.setdefault(*digests)
            if taken is not digests[1]:
                outcomes.append(None)
                if taken != digests[1]:
                    other_content.append(index)
                continue
        number = row["next_number"] + len(rows)
        outcomes.append(locked.delivery_key(number))
        rows.append(
            {
                "destination_id": locked.id,
                "number": number,
                "place": row["next_place"] + len(rows),
                "status": DeliveryStatus.QUEUED.value,
                "content": record.content,
                "record_key": None if record.key is None else storable(record.key),
                "key_digest": digests[0],
                "key_attribute": None if record.key is None else attribute,
                "content_digest": digests[1],
                "attempts": 0,
                "ends_input": ends_input and index == len(given) - 1,
                "accepted_us": locked.now_us,
                "at_us": locked.now_us,
            }
        )
    if rows:
        locked.connection.execute(insert(records), rows)
        enqueued(locked, len(rows), at_once=ends_input)
        row["next_number"] += len(rows)
        row["accepted"] += len(rows)
    duplicates = len(given) - len(rows) - len(other_content)
    return Accepted(outcomes=tuple(outcomes), duplicates=duplicates, other_content=tuple(other_content))


def enqueued(locked: Locked, count: int, *, at_once: bool) -> None:
    """Counts what was put at the end of the queue, and tells when its head can be taken."""
    row = locked.row
    waiting = row["queued"]
    row["queued"] += count
    row["next_place"] += count
    if locked.goes_back:
        return
    batching = batching_of(row)
    if at_once or batching is None or row["queued"] >= batching.size:
        locked.due_now()
    elif not waiting:
        row["due_us"] = locked.now_us + round(batching.flush_interval_s * 1e6)


def _end_queue(locked: Locked) -> None:
    """What is last in the queue need not wait for others."""
    row = locked.row
    if not row["queued"]:
        return
    queue = and_(records.c.destination_id == locked.id, records.c.place.is_not(None))
    last = select(func.max(records.c.place)).where(queue).scalar_subquery()
    locked.connection.execute(update(records).where(queue, records.c.place == last).values(ends_input=True))
    if not locked.goes_back:
        locked.due_now()


def _known_keys(locked: Locked, dialect: Dialect, given: Sequence[Record], attribute: str) -> dict[str, bytes]:
    """Of the keys given those that were taken before under the same attribute, with the digest of what they stand for."""
    wanted = sorted({key_digest(record.key) for record in given if record.key is not None})
    known: dict[str, bytes] = {}
    columns = (records.c.key_digest, records.c.destination_id, records.c.key_attribute)
    for start in range(0, len(wanted), LOOKED_UP_AT_ONCE):
        values = [(digest, locked.id, attribute) for digest in wanted[start : start + LOOKED_UP_AT_ONCE]]
        # One by one: a list of values in a condition makes PostgreSQL read the whole destination, until it has counted the rows.
        found = dialect.first_of_each(Stretches(records, columns, values, (HAS_KEY,), ()), 1)
        found = found.with_only_columns(found.selected_columns.key_digest, found.selected_columns.content_digest)
        known |= {key: bytes(content) for key, content in locked.connection.execute(found)}
    return known


def _expected(locked: Locked, step: IntakeStep) -> Intake | None:
    """How far the input is. ConflictError when this is not its next step."""
    row = locked.connection.execute(select(intakes).where(_is(locked, step.name))).mappings().first()
    before = None if row is None else _to_intake(row)
    provider = locked.row["provider"]
    if before is not None and step.digest is not None and before.digest != step.digest:
        raise ConflictError("Another input was begun under this name.", provider=provider)
    if before is not None and before.ended:
        raise ConflictError("The input of this name has ended.", provider=provider)
    consumed = 0 if before is None else before.consumed
    if consumed != step.start:
        message = f"The input of this name is at {consumed}, not at {step.start}: somebody else goes on with it."
        raise ConflictError(message, provider=provider)
    return before


def _bring_forward(locked: Locked, dialect: Dialect, before: Intake, step: IntakeStep, accepted: Accepted, *, ended: bool) -> None:
    row = {
        "consumed": step.consumed,
        "accepted": before.accepted + sum(outcome is not None for outcome in accepted.outcomes),
        "duplicates": before.duplicates + accepted.duplicates,
        "refused": before.refused + step.refused + len(accepted.other_content),
        "ended": ended,
        "digest": before.digest,
        "at_us": locked.now_us,
    }
    save = dialect.insert_or_replace(intakes, list(row))
    locked.connection.execute(save.values(destination_id=locked.id, name=step.name, **row))


def _to_intake(row: RowMapping) -> Intake:
    digest = row["digest"]
    return Intake(
        consumed=row["consumed"],
        accepted=row["accepted"],
        duplicates=row["duplicates"],
        refused=row["refused"],
        ended=row["ended"],
        digest=None if digest is None else bytes(digest),
    )


def _is(locked: Locked, name: str) -> ColumnElement[bool]:
    return and_(intakes.c.destination_id == locked.id, intakes.c.name == name)


def _content_digest(content: bytes) -> bytes:
    """The same for the same members, in whatever order."""
    return _digest(msgspec.json.encode(msgspec.json.decode(content), order="sorted"))


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=DIGEST_BYTES).digest()
