"""The newest builds of many pipelines: pages that mix them while that pays, a call per pipeline for what is left.

One page holds the newest builds of all the pipelines named in it, so a few busy ones can fill it. Two things help: pages
of a session go on where the last one ended, and a new session can leave out the pipelines that are complete and begin at
the day down to which all is known. After each page the planner estimates what finishing would cost each way, and takes
the cheapest. It does no I/O: it is fed with pages and answers with what to do next.
"""

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec

R = TypeVar("R")

PAGE_ROWS = 100
SMALL = 3
"""So few pipelines are asked one by one at once, unless a page is sure to complete one of them."""
CHEAP_WASTE = 3
"""Pages beyond the pipelines they completed that may be lost before pages full of needed rows are the only excuse."""
PRIOR = 0.5
"""Rows that a pipeline is taken to have shown beyond those it did, so that silence is not taken for death."""
RETENTION = timedelta(days=183)
"""Older builds are gone (docs: about six months), so reading to the end completes every pipeline."""


class ReadOn(msgspec.Struct, frozen=True):
    """Read the next page of the session; at first, page 1 of a session with all pipelines."""


class Restart(msgspec.Struct, frozen=True):
    """Read page 1 of a new session with only these pipelines and without the days after `at_or_before`."""

    pipelines: tuple[str, ...]
    at_or_before: datetime


class FetchEach(msgspec.Struct, frozen=True):
    """Ask these pipelines one by one, if any; all others are complete."""

    pipelines: tuple[str, ...]


Step = ReadOn | Restart | FetchEach


class SeenRow(msgspec.Struct, Generic[R], frozen=True, eq=False):
    """A row of a page."""

    pipeline: str
    id: str
    created_at: datetime
    row: R


class NewestBuildsPlanner(Generic[R]):
    """Finds the newest `first` rows of each pipeline, and whether there are more: for that, one row beyond `first`.

    Cost: pages, and single calls for what is left; waste is the pages beyond the pipelines they completed. A page that
    completes none can still be full of needed rows, as pages of equally active pipelines are. So waste never exceeds the
    pages that all needed rows would fill, `pipelines * (first + 1) / 100` (at least CHEAP_WASTE), and it comes close only if
    activity is even while the planner hopes and uneven from then on. Tried over random activity (even, power laws,
    bursts, drift, silence), 50 pipelines and first 10: 2 to 18 calls, 9 in the middle.
    """

    def __init__(self, pipelines: Sequence[str], first: int, starts_below: Callable[[datetime], datetime]) -> None:
        """`starts_below(moment)`: what time the newest row of a new session may have that must include `moment`."""
        self._needed = first + 1
        self._alone = max(1, math.ceil(first / PAGE_ROWS))
        self._starts_below = starts_below
        self._rows: dict[str, list[SeenRow[R]]] = {pipeline: [] for pipeline in pipelines}
        self._counts = dict.fromkeys(pipelines, 0)
        self._open = dict.fromkeys(pipelines)
        self._session = tuple(pipelines)
        self._seen: set[str] = set()
        self._pages = 0
        self._fresh = 0
        self._useful = 0
        self._crowd_per_s = 0.0
        self._newest: datetime | None = None
        self._covered: datetime | None = None
        self._late_above: datetime | None = None
        self._ended = False
        self._stopped = False

    def next_step(self) -> Step:
        """FetchEach is the last step."""
        if self._ended or not self._open:
            return FetchEach(())
        if self._stopped:
            return FetchEach(tuple(self._open))
        if self._pages == 0:
            return ReadOn() if self._first_page_pays() else FetchEach(tuple(self._open))
        if self._covered is None or self._newest is None:
            return FetchEach(tuple(self._open))
        return self._cheapest(self._covered, self._newest)

    def take_page(self, rows: Sequence[SeenRow[R]], *, more: bool) -> None:
        """Rows newest first; ids that were seen before are dropped."""
        self._pages += 1
        self._fresh = self._useful = 0
        for row in rows:
            if row.id in self._seen or (self._late_above is not None and row.created_at > self._late_above):
                continue  # newer than all that was read before: it came in between
            self._seen.add(row.id)
            self._fresh += 1
            found = self._rows.get(row.pipeline)
            if found is None:
                continue
            self._counts[row.pipeline] += 1
            if len(found) < self._needed:
                found.append(row)
                self._useful += 1
        if rows:
            self._newest = self._newest or rows[0].created_at
            last = rows[-1].created_at
            self._covered = last if self._covered is None else min(self._covered, last)
        for pipeline in [pipeline for pipeline in self._open if len(self._rows[pipeline]) == self._needed]:
            del self._open[pipeline]
        self._crowd_per_s = self._crowding(rows)
        self._ended = not more

    def stop(self) -> None:
        """No page can be read any more: what is incomplete is asked for one by one."""
        self._stopped = True

    def result(self, pipeline: str) -> tuple[list[R], bool]:
        """(rows, whether there are more) of a pipeline that need not be asked for."""
        rows = [seen.row for seen in self._rows[pipeline]]
        return rows[: self._needed - 1], len(rows) == self._needed

    def _cheapest(self, covered: datetime, newest: datetime) -> Step:
        one_by_one = FetchEach(tuple(self._open))
        singles = len(self._open) * self._alone
        below = self._starts_below(covered)
        repeated = sum(1 for pipeline in self._open for seen in self._rows[pipeline] if seen.created_at < below)
        span_s = max(1.0, (newest - covered).total_seconds())
        stay = self._calls_to_finish(self._session, 0, span_s)
        restart = self._calls_to_finish(tuple(self._open), repeated, span_s)
        if self._waste() >= CHEAP_WASTE and 2 * self._useful < self._fresh:
            stay = singles
        if min(stay, restart) >= singles or self._waste() >= self._useful_pages():
            return one_by_one
        if stay <= restart:
            return ReadOn()
        self._session = tuple(self._open)
        self._late_above = covered
        return Restart(self._session, covered)

    def _crowding(self, rows: Sequence[SeenRow[R]]) -> float:
        """How many rows a second the complete pipelines put between the needed ones, by the last page."""
        if not rows:
            return 0.0
        crowd = sum(1 for row in rows if row.pipeline not in self._open)
        return crowd / max(1.0, (rows[0].created_at - rows[-1].created_at).total_seconds())

    def _first_page_pays(self) -> bool:
        """Of few pipelines a page is sure to complete one, or is not worth the risk."""
        return len(self._open) > SMALL or (len(self._open) > 1 and len(self._open) * (self._needed - 1) < PAGE_ROWS)

    def _waste(self) -> int:
        return self._pages - (len(self._rows) - len(self._open)) * self._alone

    def _useful_pages(self) -> int:
        """How many pages could be full of rows that are needed without completing a pipeline."""
        return max(CHEAP_WASTE, math.ceil(len(self._rows) * self._needed / PAGE_ROWS))

    def _calls_to_finish(self, session: Sequence[str], repeated: int, span_s: float) -> int:
        """Estimated calls from here on, when pages are read just as long as they are cheaper than single calls.

        Each pipeline is taken to go on as active as it was in the `span_s` seconds that were read.
        """
        rate = {pipeline: (self._counts[pipeline] + PRIOR) / span_s for pipeline in self._open}
        density = sum(rate.values()) + (self._crowd_per_s if len(session) > len(self._open) else 0.0)
        to_end_s = max(0.0, RETENTION.total_seconds() - span_s)
        waits_s = sorted(min((self._needed - len(self._rows[name])) / rate[name], to_end_s) for name in self._open)
        best = len(waits_s) * self._alone
        for completed, wait_s in enumerate(waits_s, 1):
            pages = max(1, math.ceil((repeated + density * wait_s) / PAGE_ROWS))
            best = min(best, pages + (len(waits_s) - completed) * self._alone)
        return best
