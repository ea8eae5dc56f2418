"""One run list on its way from the newest runs to the oldest, a stretch of time at a time."""

from datetime import datetime, timedelta

from gateway.providers.talend.execution_filter import ExecutionFilter
from gateway.providers.talend.execution_mapping import Row, id_of
from gateway.providers.talend.execution_pages import ExecutionPages, in_order, stretch_of
from gateway.providers.talend.execution_slices import GOOD_FILL, Stretch, StretchPlanner
from gateway.providers.talend.keys import PLAN, TASK, PipelineWord
from gateway.providers.talend.rows import Listing
from gateway.providers.talend.runs_client import PAGE_ROWS, TimesRefusedError

FIRST_GUESS: dict[PipelineWord, timedelta] = {TASK: timedelta(days=1), PLAN: timedelta(days=3)}
FIRST_GUESS_OF_A_STATUS = timedelta(days=7)
"""Of the runs of all tasks or plans; what a single one has done in the whole window mostly fits on a page, as do all runs that
are not finished."""
UNFINISHED = frozenset({"dispatching", "executing"})
LARGEST_FILL = 85


class StretchReading:
    """Runs that reach into a stretch but were asked for before it are held back until the stretch they belong to is read."""

    def __init__(self, pages: ExecutionPages, matching: ExecutionFilter, at_or_before: datetime | None, page_size: int) -> None:
        self._pages = pages
        self._matching = matching
        self._newest = matching.newest(at_or_before)
        self._fill = max(GOOD_FILL, min(page_size, LARGEST_FILL))
        self._planner = self._planned(pages.clock.now())
        self._begun = False
        self._held: dict[str, Row] = {}
        self._given: set[str] = set()
        self._place: datetime | None = None  # down to where the list is given
        self.done = False

    async def read(self) -> list[Row]:
        """What matches of the next stretch, newest first; possibly nothing."""
        try:
            asked, rows = await self._next_stretch()
        except TimesRefusedError:
            return await self._read_everything()
        within = sum(1 for row in rows.values() if row.created_at is None or row.created_at >= asked.oldest)
        self._planner.take(asked, len(rows), within)
        self._hold(rows)
        self.done = self._planner.done
        return self._give(None if self.done else asked.oldest)

    async def _next_stretch(self) -> tuple[Stretch, dict[str, Row]]:
        """The next one that is narrow enough, with all that it holds."""
        asked, first = await self._first_page()
        while not self._is_narrow_enough(asked, first):
            asked, first = await self._first_page()
        return asked, await self._pages.to_end(asked, first)

    async def _first_page(self) -> tuple[Stretch, Listing[Row]]:
        if not self._begun:
            self._begun = True
            return await self._pages.begin(self._begin)
        asked = self._planner.next_stretch()
        return asked, await self._pages.page(asked, 0)

    def _begin(self, now: datetime) -> Stretch:
        self._planner = self._planned(now)
        return self._planner.next_stretch()

    def _planned(self, now: datetime) -> StretchPlanner:
        whole = stretch_of(now, self._newest, self._matching.oldest)
        which = self._pages.which
        if which.pipeline is not None or which.status in UNFINISHED:
            width = whole.width
        else:
            width = FIRST_GUESS[which.kind] if which.status is None else FIRST_GUESS_OF_A_STATUS
        return StretchPlanner(whole.newest, whole.oldest, width, fill=self._fill)

    def _is_narrow_enough(self, asked: Stretch, first: Listing[Row]) -> bool:
        if not first.more_after(0, PAGE_ROWS):
            return True
        times = [row.created_at for row in first.rows if row.created_at is not None]
        return self._planner.is_worth_its_pages(asked, times, first.total)

    async def _read_everything(self) -> list[Row]:
        """All that the vendor lists, because it takes no times."""
        self._hold(await self._pages.to_end(None, await self._pages.page(None, 0)))
        self.done = True
        return self._give(None)

    def _hold(self, rows: dict[str, Row]) -> None:
        self._held |= {row_id: row for row_id, row in rows.items() if row_id not in self._given}

    def _give(self, down_to: datetime | None) -> list[Row]:
        """What is held and surely comes before all that is still to be read.

        What has come up behind the place where the list is, a run that the vendor shows late or with its times in the wrong
        order, is left out: a list that goes back in time could not be paged.
        """
        ready = [row for row in self._held.values() if down_to is None or row.created_at is None or row.created_at >= down_to]
        for row in ready:
            del self._held[id_of(row)]
            self._given.add(id_of(row))
        behind, self._place = self._place, down_to
        return in_order(
            row
            for row in ready
            if self._matching.keeps(row, self._newest) and (behind is None or row.created_at is None or row.created_at <= behind)
        )
