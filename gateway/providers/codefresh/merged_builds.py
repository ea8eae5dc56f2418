"""Several lists of builds, each newest first, as one."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import datetime

from gateway.domain.build import Build
from gateway.domain.page import Chunk, RowFault
from gateway.providers.codefresh.batches import settle

Row = Build | RowFault


class _Part:
    """One list: what is read of it and not handed on yet."""

    def __init__(self, chunks: AsyncIterator[Chunk[Build]]) -> None:
        self._chunks = chunks
        self._last: datetime | None = None
        self.rows: list[tuple[datetime | None, Row]] = []  # reversed: the next row is the last
        self.more = True
        self.applied_locally: tuple[str, ...] = ()

    async def fill(self) -> None:
        """Reads until there is a row or the end."""
        while not self.rows and self.more:
            chunk = await anext(self._chunks)
            self.more = chunk.more
            self.applied_locally = chunk.applied_locally
            for row in chunk.items:
                self._last = row.created_at or self._last
                self.rows.append((self._last, row))
            self.rows.reverse()


async def merged(lists: Sequence[AsyncIterator[Chunk[Build]]]) -> AsyncGenerator[Chunk[Build], None]:
    """Chunks of all lists, newest first. A list is read on only when its next row is needed."""
    parts = [_Part(chunks) for chunks in lists]
    while True:
        filled = await settle((part for part in parts if not part.rows and part.more), _Part.fill)
        for failure in filled.values():
            if failure is not None:
                raise failure
        items: list[Row] = []
        open_parts = [part for part in parts if part.rows]
        while open_parts:
            newest = max(open_parts, key=_head)
            items.append(newest.rows.pop()[1])
            if not newest.rows:
                if newest.more:
                    break
                open_parts.remove(newest)
        more = any(part.rows or part.more for part in parts)
        yield Chunk(tuple(items), more, applied_locally=parts[0].applied_locally)
        if not more:
            return


def _head(part: _Part) -> float:
    """The time of the next row; a row before any readable time comes first."""
    moment = part.rows[-1][0]
    return float("inf") if moment is None else moment.timestamp()
