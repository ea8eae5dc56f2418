"""An input of records of any length, taken in as it comes."""

import asyncio
import time
from collections.abc import Callable, Sequence

import msgspec

from gateway.destinations.intake.admission import MOST_QUEUED, NoRoomError, find_room
from gateway.destinations.intake.group import Committed, Group
from gateway.destinations.intake.reading import Elements, Item, Lines, ReadRecord, RecordReader
from gateway.domain.destination import Destination, Intake, IntakeStep, Refusal
from gateway.domain.destination_store import DestinationStore
from gateway.domain.errors import ConflictError, InvalidInputError, NotFoundError, QueueFullError
from gateway.domain.keys import DestinationKey

GROUP_RECORDS = 500
GROUP_BYTES = 1024 * 1024
REFUSALS_TOLD = 1000
LONGEST_NAME = 255
RESERVED_NAMES = "sendRecords:"
"""What inputs of another way in are named by."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an input has come, all of it committed. Of a named one the counts are of the whole input, however often it was gone
    on with, except that a record at which it stopped counts as refused only here. `refusals` are the first of those found this
    time, `left_out` the number of the others.
    """

    consumed: int
    accepted: int
    duplicates: int
    refused: int
    ended: bool
    refusals: tuple[Refusal, ...] = ()
    left_out: int = 0
    stopped_at: int | None = None


class QueueBound(msgspec.Struct, frozen=True, kw_only=True):
    """How many records may wait in one destination. An input that meets a full queue looks every `poll_s` whether there is room
    again, and gives up when none of it was taken for `patience_s`.
    """

    max_queued: int = MOST_QUEUED
    poll_s: float = 0.5
    patience_s: float = 60.0


class RecordInput:
    """One input: `open`, then `feed` for each chunk, then `end`. What comes to the store in between is in groups, one behind the
    other, and what `feed` returns from has been committed except for the last of them: so the last can carry the input's end.

    With a `name` it can be gone on with later. Then either all of it is fed again, or all but its first `left_out` lines or
    records; those of them that were consumed before are passed over. An `array` is one JSON array, else it is NDJSON.

    While the queue of a destination that sends is full, what was fed waits, and its caller with it: QueueFullError when that takes
    too long. Of a group as much is taken as fits.

    `wake` is called behind every commit. Every method raises what the store does, and nothing can be fed after that.
    """

    def __init__(
        self,
        store: DestinationStore,
        key: DestinationKey,
        *,
        name: str | None = None,
        left_out: int = 0,
        array: bool = False,
        stop_on_error: bool = False,
        bound: QueueBound = QueueBound(),  # noqa: B008  a value
        wake: Callable[[], None] | None = None,
    ) -> None:
        self._store = store
        self._key = key
        self._name = name
        self._left_out = left_out
        self._array = array
        self._stops = stop_on_error
        self._bound = bound
        self._wake = wake
        self._reader: RecordReader = Elements(left_out) if array else Lines(left_out)
        self._key_attribute: str | None = None
        self._items: list[Item] = []
        self._bytes = 0
        self._known = Intake()
        self._queued = False
        self._stopped_at: int | None = None
        self._refusals: list[Refusal] = []
        self._refused = 0

    async def open(self) -> bool:
        """False when it has ended before: nothing more of it is taken. NotFoundError without such a destination, ConflictError when
        more was left out than is consumed, DestinationNotActiveError when it takes no records now.
        """
        destination = await existing(self._store, self._key)
        if self._name is not None:
            self._known = await self._store.intake(self._key, self._name) or self._known
        if self._known.ended:
            return False
        if self._left_out > self._known.consumed:
            raise ConflictError(f"Of this input {self._known.consumed} are consumed, so `from` cannot be {self._left_out}.")
        try:
            find_room(destination, 1, self._bound.max_queued)
        except NoRoomError as full:
            if not isinstance(full.told, QueueFullError):
                raise full.told from None
        self._key_attribute = destination.settings.key_attribute
        self._reader = (
            Elements(self._left_out, self._known.consumed) if self._array else Lines(self._left_out, self._known.consumed)
        )
        return True

    async def feed(self, chunk: bytes) -> bool:
        """False when it has stopped: nothing more of it is read."""
        for item in self._reader.feed(chunk):
            await self._take(item)
            if self._stopped_at is not None:
                return False
        return True

    async def flush(self, *, waits: bool = True) -> bool:
        """Commits what is held back: there may be more later, or never. False when it has stopped. Without `waits` it is a
        QueueFullError at once where not all of it fits.
        """
        if self._items:
            await self._commit(waits=waits)
        return self._stopped_at is None

    async def end(self) -> None:
        """There is no more. ConflictError when it is shorter than what was consumed of it before: it must be another one."""
        for item in self._reader.end():
            await self._take(item)
        if self._stopped_at is not None:
            return
        if self._reader.count < self._known.consumed:
            raise ConflictError(
                f"Of the input of this name {self._known.consumed} were consumed before, and this one has {self._reader.count}."
            )
        await self._commit(ends=True)

    @property
    def progress(self) -> Progress:
        known = self._known
        return Progress(
            consumed=known.consumed,
            accepted=known.accepted,
            duplicates=known.duplicates,
            refused=known.refused + (self._stopped_at is not None),
            ended=known.ended,
            refusals=tuple(self._refusals),
            left_out=self._refused - len(self._refusals),
            stopped_at=self._stopped_at,
        )

    async def _take(self, item: Item) -> None:
        size = 0 if isinstance(item, Refusal) else len(item.content)
        if len(self._items) >= GROUP_RECORDS or (self._items and self._bytes + size > GROUP_BYTES):
            await self._commit()
        if self._stopped_at is not None:
            return
        self._items.append(item)
        self._bytes += size
        if isinstance(item, Refusal) and (self._stops or self._reader.broken):
            await self._commit()

    async def _commit(self, *, ends: bool = False, waits: bool = True) -> None:
        items, self._items, self._bytes = self._items, [], 0
        count, since = len(items), time.monotonic()
        while True:
            is_last = count == len(items)
            try:
                await self._commit_part(items[:count], ends=ends and is_last)
            except NoRoomError as full:
                if full.room > 0:
                    count = _fitting(items, full.room)
                else:
                    await self._until_room(full, since + self._bound.patience_s if waits else since)
                    count = len(items)
                continue
            if is_last or self._stopped_at is not None:
                return
            items, since = items[count:], time.monotonic()
            count = len(items)

    async def _until_room(self, full: NoRoomError, deadline: float) -> None:
        """Room for one record is enough. Meanwhile nothing more is read."""
        while True:
            if not isinstance(full.told, QueueFullError) or time.monotonic() >= deadline:
                raise full.told from None
            await asyncio.sleep(self._bound.poll_s)
            try:
                find_room(await existing(self._store, self._key), 1, self._bound.max_queued)
            except NoRoomError as again:
                full = again
            else:
                return

    async def _commit_part(self, items: Sequence[Item], *, ends: bool) -> None:
        start = self._known.consumed
        consumed = self._reader.count if ends else items[-1].number
        step = None if self._name is None else IntakeStep(name=self._name, start=start, consumed=consumed)
        group = Group(self._store, self._key, items, max_queued=self._bound.max_queued, stops=self._stops, first=not self._queued)
        committed = await group.commit(self._key_attribute, ends_input=ends, step=step)
        self._key_attribute = committed.key_attribute
        self._note(committed, consumed, ends)
        if self._wake is not None:
            self._wake()

    def _note(self, committed: Committed, consumed: int, ends: bool) -> None:
        known, stop = self._known, committed.stop
        self._queued = self._queued or committed.accepted > 0
        self._known = Intake(
            consumed=consumed if stop is None else max(known.consumed, stop.number - 1),
            accepted=known.accepted + committed.accepted,
            duplicates=known.duplicates + committed.duplicates,
            refused=known.refused + len(committed.refusals),
            ended=ends and stop is None,
        )
        found = committed.refusals if stop is None else (*committed.refusals, stop)
        self._stopped_at = None if stop is None else stop.number
        self._refused += len(found)
        self._refusals += found[: REFUSALS_TOLD - len(self._refusals)]


def _fitting(items: Sequence[Item], room: int) -> int:
    """How many from the first on have no more records than there is room for."""
    for index, item in enumerate(items):
        room -= isinstance(item, ReadRecord)
        if room < 0:
            return index
    return len(items)


async def existing(store: DestinationStore, key: DestinationKey) -> Destination:
    """NotFoundError when there is none."""
    found = (await store.get([key]))[0]
    if found is None:
        raise NotFoundError("There is no such destination.")
    return found


def checked_name(name: str) -> str:
    """The name of an input as a caller may choose it. InvalidInputError for others."""
    if not (1 <= len(name) <= LONGEST_NAME and name.isprintable()):
        raise InvalidInputError(f"`intake` must be a name of 1 to {LONGEST_NAME} printable characters.", field="intake")
    if name.startswith(RESERVED_NAMES):
        raise InvalidInputError(f"`intake` must not begin with `{RESERVED_NAMES}`.", field="intake")
    return name
