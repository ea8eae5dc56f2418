"""Records that come with a mutation: all at once, or none."""

import hashlib
import hmac
import json
from collections.abc import Sequence

from gateway.destinations.intake.admission import MOST_QUEUED, NoRoomError
from gateway.destinations.intake.group import Group, decide
from gateway.destinations.intake.input import RESERVED_NAMES, existing
from gateway.destinations.intake.reading import Item, ReadRecord
from gateway.destinations.intake.record import (
    INVALID_TEXT,
    KEY_HAS_OTHER_CONTENT,
    NOT_AN_OBJECT,
    NUMBER_TOO_LARGE,
    RecordFaultError,
    is_too_deep,
    key_of,
    read_record,
    too_deep,
)
from gateway.domain import mutation_errors
from gateway.domain.commands.command import JsonObject
from gateway.domain.destination import Intake, IntakeStep, Refusal
from gateway.domain.destination_store import DestinationStore
from gateway.domain.destination_trial import Sent
from gateway.domain.errors import ConflictError, InvalidInputError
from gateway.domain.keys import DestinationKey
from gateway.domain.mutation_errors import IdempotencyReason

MOST_SENT = 1000
DUPLICATE = "DUPLICATE"
"""Code of a prepared record that would count as a duplicate."""


async def send(
    store: DestinationStore,
    key: DestinationKey,
    records: Sequence[JsonObject],
    idempotency_key: str | None,
    caller: str,
    max_queued: int = MOST_QUEUED,
) -> Sent:
    """Puts records into the queue in one transaction. Repeated by the same caller with the same idempotency key, it answers with
    the counts it had the first time; the refusals are then those that the records themselves show. `max_queued` is how many may
    wait in one destination.

    InvalidInputError for no records or too many, NotFoundError, DestinationNotActiveError, QueueFullError where not all of them
    fit, StoreUnavailableError: then nothing was taken.
    """
    if not 1 <= len(records) <= MOST_SENT:
        raise InvalidInputError(f"`records` must be 1 to {MOST_SENT:,} records, not {len(records):,}.", field="records")
    destination = await existing(store, key)
    key_attribute = destination.settings.key_attribute
    items = [_item(number, record) for number, record in enumerate(records, 1)]
    step = None if idempotency_key is None else _step(records, idempotency_key, caller)
    if step is not None and (before := await store.intake(key, step.name)) is not None:
        return _repeated(before, step, items, key_attribute)
    try:
        group = Group(store, key, items, max_queued=max_queued)
        committed = await group.commit(key_attribute, ends_input=True, step=step)
    except NoRoomError as full:
        raise full.told from None
    except ConflictError:
        # the same request at the same time, and the other one was faster
        if step is None or (before := await store.intake(key, step.name)) is None:
            raise
        return _repeated(before, step, items, key_attribute)
    refusals = committed.refusals
    return Sent(accepted=committed.accepted, duplicates=committed.duplicates, refused=len(refusals), refusals=refusals)


def prepared(records: Sequence[object], key_attribute: str | None) -> list[ReadRecord | Refusal]:
    """What `send` would make of each of these, without asking any store, and as if none of them was taken before: one whose key
    another had before it is a Refusal with the code DUPLICATE, or KEY_HAS_OTHER_CONTENT. Numbers begin at 1.
    """
    items: list[ReadRecord | Refusal] = []
    known: dict[str, ReadRecord] = {}
    for number, record in enumerate(records, 1):
        item = _item(number, record)
        if isinstance(item, ReadRecord) and key_attribute is not None:
            item = _known_by_key(item, key_attribute, known)
        items.append(item)
    return items


def _known_by_key(item: ReadRecord, key_attribute: str, known: dict[str, ReadRecord]) -> ReadRecord | Refusal:
    try:
        before = known.setdefault(key_of(item.values, key_attribute), item)
    except RecordFaultError as fault:
        return Refusal(number=item.number, code=fault.code, message=fault.message)
    if before is item:
        return item
    same = before.content == item.content
    message = f"Record {before.number} has {'the same' if same else 'other'} content under the same {key_attribute!r}."
    return Refusal(number=item.number, code=DUPLICATE if same else KEY_HAS_OTHER_CONTENT, message=message)


def _item(number: int, record: object) -> Item:
    try:
        values, content = read_record(_text(record))
    except RecordFaultError as fault:
        return Refusal(number=number, code=fault.code, message=fault.message)
    return ReadRecord(number, content, values)


def _text(record: object) -> bytes:
    if not isinstance(record, dict):
        raise RecordFaultError(NOT_AN_OBJECT, "A record is a JSON object.")
    if is_too_deep(record):
        raise too_deep()
    try:
        return json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        raise RecordFaultError(INVALID_TEXT, "The record has half a surrogate pair: no character is meant by it.") from None
    except ValueError:
        message = "The record has a number that cannot be kept: NaN, an infinity, or one of thousands of digits."
        raise RecordFaultError(NUMBER_TOO_LARGE, message) from None


def _step(records: Sequence[JsonObject], idempotency_key: str, caller: str) -> IntakeStep:
    """The digest cannot be tried out by who has the database alone: the key is in it only as a part of another digest. Records that
    are too deep are refused whatever they hold, and stand in it all alike.
    """
    try:
        canonical = json.dumps([None if is_too_deep(record) else record for record in records], sort_keys=True).encode()
    except ValueError:
        message = "`records` has a number of thousands of digits."
        raise InvalidInputError(message, field="records") from None
    name = RESERVED_NAMES + hashlib.sha256(json.dumps([caller, idempotency_key]).encode()).hexdigest()
    digest = hmac.new(idempotency_key.encode(errors="surrogatepass"), canonical, hashlib.sha256).digest()
    return IntakeStep(name=name, start=0, consumed=len(records), digest=digest)


def _repeated(before: Intake, step: IntakeStep, items: Sequence[Item], key_attribute: str | None) -> Sent:
    if not hmac.compare_digest(before.digest or b"", step.digest or b""):
        other = mutation_errors.IdempotencyError(
            code="IDEMPOTENCY",
            message="This idempotencyKey was used for other records of this destination. Take a new one for other records.",
            path=("input", "idempotencyKey"),
            reason=IdempotencyReason.OTHER_INPUT,
        )
        return Sent(errors=(other,))
    shown = decide(items, key_attribute, stops=False).refusals
    return Sent(
        accepted=before.accepted,
        duplicates=before.duplicates,
        refused=before.refused,
        refusals=shown[: before.refused],
        replayed=True,
    )
