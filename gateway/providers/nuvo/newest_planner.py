"""The newest executions of many pipelines: pages of all pipelines' executions while that pays, then a call for each pipeline
that is left.

The vendor cannot be asked for several pipelines at once, but the list without a filter mixes them all, newest first. After each
page the planner estimates what finishing would cost either way. It does no I/O: it is fed with pages and answers what to do.
"""

import math
from collections.abc import Sequence
from typing import Generic, TypeVar

R = TypeVar("R")

SMALL = 3
"""So few pipelines are asked one by one at once, unless a page is sure to complete one of them."""
CHEAP_WASTE = 3
"""Pages beyond the pipelines they completed that may be lost before pages full of needed rows are the only excuse."""
PRIOR = 0.5
"""Rows that a pipeline is taken to have shown beyond those it did, so that silence is not taken for death."""


class NewestPlanner(Generic[R]):
    """Finds the newest `first` rows of each pipeline, and whether there are more: for that, one row beyond `first`.

    Cost: pages, and single calls for what is left. Waste (pages beyond the pipelines they completed) never exceeds the pages
    that all needed rows would fill, at least CHEAP_WASTE.
    """

    def __init__(self, pipelines: Sequence[str], first: int, page_rows: int) -> None:
        self._needed = first + 1
        self._page_rows = page_rows
        self._alone = max(1, math.ceil(first / page_rows))
        self._rows: dict[str, list[R]] = {pipeline: [] for pipeline in pipelines}
        self._counts = dict.fromkeys(pipelines, 0)
        self._open = dict.fromkeys(pipelines)
        self._pages = 0
        self._seen = 0
        self._left: int | None = None
        self._ended = False

    @property
    def reads_on(self) -> bool:
        """Whether the next page of all pipelines is worth its call."""
        if self._ended or not self._open:
            return False
        count = len(self._open)
        if self._pages == 0:
            return count > SMALL or (count > 1 and count * (self._needed - 1) < self._page_rows)
        return self._waste() < self._useful_pages() and self._calls_to_finish() < count * self._alone

    @property
    def unfinished(self) -> tuple[str, ...]:
        """The pipelines to be asked one by one when no further page is read."""
        return () if self._ended else tuple(self._open)

    def take_page(self, rows: Sequence[tuple[str | None, R]], *, more: bool, left: int | None) -> None:
        """(pipeline, row), newest first; of no pipeline, rows that do not match. `left`: how many rows follow, if known."""
        self._pages += 1
        self._seen += len(rows)
        self._left = left
        for pipeline, row in rows:
            found = self._rows.get(pipeline) if pipeline is not None else None
            if pipeline is None or found is None:
                continue
            self._counts[pipeline] += 1
            if len(found) < self._needed:
                found.append(row)
                if len(found) == self._needed:
                    del self._open[pipeline]
        self._ended = not more

    def result(self, pipeline: str) -> tuple[list[R], bool]:
        """(rows, whether there are more) of a pipeline that need not be asked for."""
        rows = self._rows[pipeline]
        return rows[: self._needed - 1], len(rows) == self._needed

    def _waste(self) -> int:
        return self._pages - (len(self._rows) - len(self._open)) * self._alone

    def _useful_pages(self) -> int:
        """How many pages could be full of rows that are needed without completing a pipeline."""
        return max(CHEAP_WASTE, math.ceil(len(self._rows) * self._needed / self._page_rows))

    def _calls_to_finish(self) -> int:
        """Estimated calls from here on, when pages are read just as long as they are cheaper than single calls: at least one.

        Each pipeline is taken to go on as active as it was. Reading to the end completes every one.
        """
        waits = sorted(self._rows_until_complete(pipeline) for pipeline in self._open)
        return min(
            max(1, math.ceil(wait / self._page_rows)) + (len(waits) - completed) * self._alone
            for completed, wait in enumerate(waits, 1)
        )

    def _rows_until_complete(self, pipeline: str) -> float:
        share = (self._counts[pipeline] + PRIOR) / max(1, self._seen)
        wait = (self._needed - len(self._rows[pipeline])) / share
        return wait if self._left is None else min(wait, self._left)
