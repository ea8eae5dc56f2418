"""Run lists newest first: stretches of time read one after the other, sorted, and lists of several kinds merged."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime

from gateway.domain.execution import Execution
from gateway.domain.page import Chunk
from gateway.providers.talend.execution_filter import ExecutionFilter, RunList
from gateway.providers.talend.execution_mapping import Row
from gateway.providers.talend.execution_pages import WINDOW_NOTE, ExecutionPages, in_order, stretch_of
from gateway.providers.talend.execution_reading import StretchReading
from gateway.providers.talend.execution_slices import MOST_ROWS
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.pages import PAGING_DISREGARDED
from gateway.providers.talend.runs_client import RunsClient, TimesRefusedError
from gateway.upstream.merged_runs import merged


class ExecutionLists:
    """Lists under one filter."""

    def __init__(self, client: RunsClient, origin: Origin, matching: ExecutionFilter) -> None:
        self._client = client
        self._origin = origin
        self.matching = matching
        self._pages: list[ExecutionPages] = []

    def pages(self, which: RunList) -> ExecutionPages:
        pages = ExecutionPages(self._client, self._origin, which)
        self._pages.append(pages)
        return pages

    def now(self) -> datetime:
        """At the vendor."""
        return self._client.clock.now()

    def stream(
        self, bases: Sequence[RunList], at_or_before: datetime | None, page_size: int
    ) -> AsyncGenerator[Chunk[Execution], None]:
        """Chunks newest first of all these lists together."""
        lists = [self._of_pipeline(base, at_or_before, page_size) for base in bases if base.pipeline is not None]
        shared = [which for base in bases if base.pipeline is None for which in self.matching.status_lists(base)]
        lists += [self._of(which, at_or_before, page_size) for which in shared]
        return lists[0] if len(lists) == 1 else merged(lists)

    def chunk(self, rows: Sequence[Row], *, more: bool) -> Chunk[Execution]:
        disregarded = any(pages.paging_disregarded for pages in self._pages)
        note = f"{WINDOW_NOTE} {PAGING_DISREGARDED}" if disregarded else WINDOW_NOTE
        return Chunk(tuple(rows), more, applied_locally=self.matching.applied_locally, note=note)

    async def _of_pipeline(
        self, base: RunList, at_or_before: datetime | None, page_size: int
    ) -> AsyncGenerator[Chunk[Execution], None]:
        """What the vendor can filter by several calls only is filtered here, if one call brings it all."""
        which = self.matching.status_lists(base)
        if len(which) > 1:
            whole = await self._at_once(base, at_or_before)
            if whole is not None:
                yield whole
                return
        lists = [self._of(each, at_or_before, page_size) for each in which]
        async with aclosing(lists[0] if len(lists) == 1 else merged(lists)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _at_once(self, base: RunList, at_or_before: datetime | None) -> Chunk[Execution] | None:
        """All that matches, if a few calls bring it; None where there is too much of it, or the vendor does not take times."""
        pages, newest = self.pages(base), self.matching.newest(at_or_before)
        try:
            stretch, first = await pages.begin(lambda now: stretch_of(now, newest, self.matching.oldest))
            if first.total is None or first.total > MOST_ROWS:
                return None
            rows = await pages.to_end(stretch, first)
        except TimesRefusedError:
            return None
        return self.chunk(in_order(row for row in rows.values() if self.matching.keeps(row, newest)), more=False)

    async def _of(self, which: RunList, at_or_before: datetime | None, page_size: int) -> AsyncGenerator[Chunk[Execution], None]:
        reading = StretchReading(self.pages(which), self.matching, at_or_before, page_size)
        while not reading.done:
            rows = await reading.read()
            if rows or reading.done:
                yield self.chunk(rows, more=not reading.done)
