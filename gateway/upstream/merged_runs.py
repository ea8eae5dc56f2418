"""Several lists of runs of one provider, each newest first, as one."""

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

from gateway.domain.page import Chunk, RowFault
from gateway.upstream.settle import settle


class TimedRun(Protocol):
    """What the merge must know of a run."""

    @property
    def external_id(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


R = TypeVar("R", bound=TimedRun)
_AT_ONCE = datetime.max.replace(tzinfo=UTC)


class _Part(Generic[R]):
    """One list: what is read of it and not handed on yet."""

    def __init__(self, chunks: AsyncGenerator[Chunk[R], None]) -> None:
        self._chunks = chunks
        self._last = _AT_ONCE
        self.rows: list[tuple[datetime, R | RowFault]] = []  # reversed: the next row is the last
        self.more = True
        self.applied_locally: tuple[str, ...] = ()
        self.note: str | None = None

    @property
    def dry(self) -> bool:
        return self.more and not self.rows

    async def fill(self) -> None:
        """Reads until there is a row or the end. A row whose time cannot be read goes with the one before it."""
        while self.dry:
            chunk = await anext(self._chunks, None)
            if chunk is None:
                self.more = False
                return
            self.more, self.applied_locally, self.note = chunk.more, chunk.applied_locally, chunk.note
            for row in chunk.items:
                self._last = row.created_at or self._last
                self.rows.append((self._last, row))
            self.rows.reverse()

    def next_time(self) -> datetime:
        return self.rows[-1][0]


async def merged(lists: Sequence[AsyncGenerator[Chunk[R], None]]) -> AsyncGenerator[Chunk[R], None]:
    """Hands on what surely comes next; a list is read on only when it has run dry. A failing list fails the whole.

    A run that moves from one list to another while they are read (it has ended, say) comes once.
    """
    given: set[str] = set()
    parts = [_Part(chunks) for chunks in lists]
    try:
        while True:
            filled = await settle((part for part in parts if part.dry), _Part.fill)
            for failure in filled.values():
                if failure is not None:
                    raise failure
            items = _not_yet(_surely_next(parts), given)
            more = any(part.rows or part.more for part in parts)
            locally = tuple(dict.fromkeys(name for part in parts for name in part.applied_locally))
            note = next((part.note for part in parts if part.note is not None), None)
            yield Chunk(items, more, applied_locally=locally, note=note)
            if not more:
                return
    finally:
        for chunks in lists:
            await chunks.aclose()


def _not_yet(rows: Sequence[R | RowFault], given: set[str]) -> tuple[R | RowFault, ...]:
    """Those that are not among the given, which they join."""
    items: list[R | RowFault] = []
    for row in rows:
        row_id = row.id if isinstance(row, RowFault) else row.external_id
        if row_id not in given:
            given.add(row_id)
            items.append(row)
    return tuple(items)


def _surely_next(parts: Sequence[_Part[R]]) -> tuple[R | RowFault, ...]:
    """Rows up to where a list runs dry that has more."""
    items: list[R | RowFault] = []
    filled = [part for part in parts if part.rows]
    while filled:
        newest = max(filled, key=_Part.next_time)
        items.append(newest.rows.pop()[1])
        if newest.dry:
            break
        if not newest.rows:
            filled.remove(newest)
    return tuple(items)
