"""Pages of pipelines, for a walk by offsets that a server may not heed."""

from gateway.domain.page import RowFault
from gateway.domain.pipeline import Pipeline
from gateway.providers.nuvo.client import NuvoClient
from gateway.providers.nuvo.habits import Habits
from gateway.providers.nuvo.keys import Origin
from gateway.providers.nuvo.list_query import ListQuery
from gateway.providers.nuvo.mapping import to_pipeline
from gateway.providers.nuvo.rows import BadRow
from gateway.providers.nuvo.window import PAGING_DISREGARDED, window_of
from gateway.upstream.offset_walk import Rows


class PipelinePages:
    """The pages of one walk. A page that comes again under another offset ends the list where it stood first."""

    def __init__(self, client: NuvoClient, origin: Origin, habits: Habits) -> None:
        self._client = client
        self._origin = origin
        self._habits = habits
        self._offsets: dict[tuple[str, ...], int] = {}
        self.note: str | None = None

    async def fetch(self, offset: int, count: int) -> Rows[Pipeline]:
        """What `walk` needs. The total is told where it can be believed. A call more when a short page may not be the last."""
        rows, short = await self._read(offset, count)
        length = len(rows.items)
        if not short or self._habits.is_end(length) is not None:
            return rows
        following, _ = await self._read(offset + length, count)
        if following.offset != offset + length:  # the same page
            return Rows(offset, rows.items, False)
        self._habits.looked_behind(length, more=bool(following.items))
        return rows if following.items else Rows(offset, rows.items, False, length if offset == 0 else None)

    async def page(self, offset: int, count: int) -> Rows[Pipeline]:
        """One call. Whether a short page is the last is left open."""
        return (await self._read(offset, count))[0]

    async def _read(self, offset: int, count: int) -> tuple[Rows[Pipeline], bool]:
        """(a page, whether it is a short one that may still not be the last)"""
        listing = await self._client.list_pipelines(ListQuery("created_at", "asc", offset, count))
        items = tuple(self._value(row) for row in listing.rows)
        ids = tuple(row.id for row in listing.rows)
        window = window_of(listing.pagination, offset, count, len(items))
        self._habits.saw_page(len(items))
        at = self._offsets.setdefault(ids, offset)
        if window.elsewhere or (items and at != offset):
            if not (window.everything and self._habits.is_end(len(items))):
                self.note = PAGING_DISREGARDED
            start = min(at, listing.pagination.offset or 0) if window.elsewhere else at
            return Rows(start, items, False), False
        short = bool(items) and window.short and self._habits.is_end(len(items)) is not True
        more = bool(items) and (window.more or short)
        whole = len(items) if offset == 0 and not more else None
        return Rows(offset, items, more, whole if window.total is None else window.total), short

    def _value(self, row: object) -> Pipeline | RowFault:
        return row.fault if isinstance(row, BadRow) else to_pipeline(row, self._origin)  # type: ignore[arg-type]
