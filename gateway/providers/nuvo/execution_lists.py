"""Lists of executions under one filter, newest first."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime

from gateway.domain.execution import Execution
from gateway.domain.page import Chunk, RowFault
from gateway.providers.nuvo.client import NuvoClient
from gateway.providers.nuvo.execution_filter import ExecutionFilter, Row, time_of
from gateway.providers.nuvo.execution_pages import ENOUGH_FALLS, ExecutionPages
from gateway.providers.nuvo.habits import Habits
from gateway.providers.nuvo.seek import seek
from gateway.providers.nuvo.times import EARLIEST

ORDER = "order"
"""In `applied_locally`: the gateway has sorted, because the server did not."""


class ExecutionLists:
    """`largest` rows are asked for at most. What was seen of the server is kept in `habits` from list to list."""

    def __init__(self, client: NuvoClient, habits: Habits, matching: ExecutionFilter, largest: int) -> None:
        self._client = client
        self._habits = habits
        self._largest = largest
        self.matching = matching

    @property
    def sorted_by_server(self) -> bool | None:
        """None: not known yet."""
        return self._habits.sorts

    @property
    def largest(self) -> int:
        return self._largest

    def pages(self, pipeline: str | None, wanted: int) -> ExecutionPages:
        """Small pages only of a server that is known to sort: one that does not shows itself on a large page."""
        limit = max(2, min(wanted, self._largest)) if self._habits.sorts else self._largest
        return ExecutionPages(self._client, self.matching.filters(pipeline), limit, self._habits)

    async def stream(
        self, pipeline: str | None, among: frozenset[str] | None, at_or_before: datetime | None, page_size: int
    ) -> AsyncGenerator[Chunk[Execution], None]:
        """Of one pipeline, or of all of them, or of those `among` all of them."""
        matching = self.matching
        compared = frozenset((pipeline,)) if pipeline is not None else among
        if self._habits.sorts is False:
            yield await self._whole(pipeline, compared, at_or_before)
            return
        bounded = matching.bounded_above(at_or_before)
        dropping = bounded or among is not None or matching.drops_rows
        pages = self.pages(pipeline, self._largest if dropping else page_size)
        rows = await seek(pages, matching, at_or_before) if bounded else await pages.read()
        disregarded: tuple[str, ...] = ()
        while True:
            if not pages.in_order:
                yield await self._whole(pipeline, compared, at_or_before)
                return
            disregarded = tuple(dict.fromkeys((*disregarded, *matching.disregarded(rows, pipeline))))
            kept, ended = self._keep(rows, compared, at_or_before)
            more = pages.more and not ended
            if disregarded:
                pages.limit = self._largest
            if kept or not more:
                yield Chunk(kept, more, applied_locally=self._applied(among, disregarded), note=pages.note)
            if not more:
                return
            rows = await pages.read()

    async def everything(self) -> tuple[list[Row], str | None]:
        """Every row of the list of all pipelines, newest first, sorted here; and what a reader should know of it."""
        return await self._all_rows(None)

    async def _whole(
        self, pipeline: str | None, compared: frozenset[str] | None, at_or_before: datetime | None
    ) -> Chunk[Execution]:
        """The only way to the newest rows of a server that does not sort: all rows."""
        rows, note = await self._all_rows(pipeline)
        kept, _ = self._keep(rows, compared, at_or_before)
        applied = self._applied(None if pipeline is not None else compared, self.matching.disregarded(rows, pipeline))
        return Chunk(kept, False, applied_locally=(*applied, ORDER), note=note)

    async def _all_rows(self, pipeline: str | None) -> tuple[list[Row], str | None]:
        pages = ExecutionPages(self._client, self.matching.filters(pipeline), self._largest, self._habits)
        rows: list[Row] = []
        while pages.more:
            rows += await pages.read()
        if pages.in_order and pages.falls >= ENOUGH_FALLS:
            self._habits.sorts = True  # whatever it did before
        # A row without a readable time stands with the row before it.
        last = EARLIEST
        timed: list[tuple[datetime, Row]] = []
        for row in rows:
            last = time_of(row) or last
            timed.append((last, row))
        timed.sort(key=lambda each: each[0], reverse=True)
        return [row for _, row in timed], pages.note

    def _keep(
        self, rows: Sequence[Row], compared: frozenset[str] | None, at_or_before: datetime | None
    ) -> tuple[tuple[Execution | RowFault, ...], bool]:
        """(what matches, whether the rows have become too old). A row without a readable time stands where its neighbour
        stands."""
        kept: list[Execution | RowFault] = []
        skipping = False
        for row in rows:
            created = time_of(row)
            if created is not None:
                skipping = self.matching.too_new(created, at_or_before)
                if self.matching.too_old(created):
                    return tuple(kept), True
            if not skipping and self.matching.matches(row, compared):
                kept.append(self.matching.value(row))
        return tuple(kept), False

    def _applied(self, among: frozenset[str] | None, disregarded: Sequence[str]) -> tuple[str, ...]:
        several = ("pipelines",) if among is not None else ()
        return tuple(dict.fromkeys((*several, *disregarded, *self.matching.applied_locally)))
