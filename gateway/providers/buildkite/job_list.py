"""The one list with cursors: a build's jobs, resumed behind a mark."""

from collections.abc import Awaitable, Callable

from gateway.domain.errors import InvalidInputError
from gateway.domain.job import Job
from gateway.domain.page import Chunk, Mark, RowFault
from gateway.providers.buildkite.client import LARGEST_PAGE

ReadJobs = Callable[[str | None, int], Awaitable[tuple[tuple[Job | RowFault, ...], str | None]]]
"""(cursor, rows per page) -> rows and the next page's cursor, None at the end."""


class _Walk:
    """Rows from one page's start on."""

    def __init__(self, read: ReadJobs, cursor: str | None) -> None:
        self._read = read
        self._cursor = cursor
        self._unread = True
        self._offset = 0
        self.rows: list[tuple[Job | RowFault, Mark]] = []

    @property
    def more(self) -> bool:
        return self._unread or self._cursor is not None

    async def read_page(self, per_page: int) -> None:
        began_at = self._cursor
        rows, self._cursor = await self._read(began_at, per_page)
        self._unread = False
        start = self._offset + len(self.rows)
        self.rows += [(row, Mark(began_at or "", start + index, _id(row))) for index, row in enumerate(rows)]

    def shift(self, offset: int) -> None:
        """Says where in the whole list the first row stands, once that is known."""
        self._offset = offset
        self.rows = [(row, Mark(mark.group, mark.offset + offset, mark.id)) for row, mark in self.rows]

    async def find(self, wanted: str) -> int | None:
        """The place of a row, reading on until it comes."""
        checked = 0
        while True:
            for place in range(checked, len(self.rows)):
                if self.rows[place][1].id == wanted:
                    return place
            checked = len(self.rows)
            if not self.more:
                return None
            await self.read_page(LARGEST_PAGE)


async def jobs_behind(read: ReadJobs, after: Mark | None, first: int) -> Chunk[Job]:
    """The `first` jobs behind a mark. The mark's group is the vendor's cursor of its page, which only saves calls.

    When the mark's job is gone, or the vendor no longer knows the cursor, the list is searched from its start; when the
    job is nowhere its place is taken as the border.
    """
    walk, start = _Walk(read, None), 0
    if after is not None:
        found = await _by_cursor(read, after) if after.group else None
        if found is None:
            place = await walk.find(after.id)
            start = min(after.offset, len(walk.rows)) if place is None else place + 1
        else:
            walk, start = found
    while walk.more and len(walk.rows) - start < first:
        await walk.read_page(max(1, min(first, LARGEST_PAGE)) if after is None else LARGEST_PAGE)
    shown = walk.rows[start : start + first]
    more = walk.more or len(walk.rows) > start + first
    return Chunk(tuple(row for row, _ in shown), more, tuple(mark for _, mark in shown))


async def _by_cursor(read: ReadJobs, after: Mark) -> tuple[_Walk, int] | None:
    walk = _Walk(read, after.group)
    try:
        await walk.read_page(LARGEST_PAGE)
    except InvalidInputError:
        return None  # the cursor is no longer good
    ids = [mark.id for _, mark in walk.rows]
    if after.id not in ids:
        return None
    place = ids.index(after.id)
    walk.shift(after.offset - place)
    return walk, place + 1


def _id(row: Job | RowFault) -> str:
    return row.id if isinstance(row, RowFault) else row.external_id
