"""The newest runs of many tasks (or plans): the list that mixes them while that pays, a list each for what is left.

The mixed list (or several of them, one for each of the statuses wanted) has no order, so it is read by stretches of time, from
the newest one on. After each the planner estimates what finishing would cost each way, and takes the cheapest. It does no I/O:
it is fed with what was read and answers with what to do next.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from gateway.providers.talend.execution_slices import BLIND_SHRINK, NARROWEST, PAGE_ROWS, Stretch, width_of

R = TypeVar("R")

SMALL = 3
"""So few pipelines are asked one by one at once."""
SURE_PAGES = 1
"""Further pages for which the whole list is read at once: it completes every pipeline."""
CHEAP_WASTE = 3
"""Pages beyond the pipelines they completed that may be lost before pages full of needed rows are the only excuse."""
STEP_ROWS = 270
"""Most rows to expect of one stretch: then the estimate is made anew."""
CERTAINTY = 2
"""Calls that it is worth to know how many will be made: the rest of the list completes every pipeline."""
SLACK = 0.7
"""Standard deviations by which a pipeline is taken to be slower than its mean, because the slowest one counts."""


class ReadStretch(msgspec.Struct, frozen=True):
    """Read this stretch: to its end if that takes at most so many pages beyond the first of each list, else only those."""

    stretch: Stretch
    most_further_pages: int


class FetchEach(msgspec.Struct, frozen=True):
    """Ask these pipelines one by one, if any; all others are complete."""

    pipelines: tuple[str, ...]


Step = ReadStretch | FetchEach


class SeenRun(msgspec.Struct, Generic[R], frozen=True, eq=False):
    """A run of the mixed list. `pipeline` is "" for one that does not match: it takes place and no more."""

    pipeline: str
    id: str
    created_at: datetime
    row: R


class Part(msgspec.Struct, Generic[R], frozen=True, eq=False):
    """The first page of one list, in the vendor's order. `total` is how many rows it has, if the vendor tells."""

    rows: Sequence[SeenRun[R]]
    total: int | None

    def width_of(self, wanted: int, asked: Stretch) -> timedelta:
        total = self.total if self.total is not None else BLIND_SHRINK * len(self.rows)
        return width_of(wanted, asked, [row.created_at for row in self.rows], total)


class NewestExecutionsPlanner(Generic[R]):
    """Finds the newest `first` runs of each pipeline, and whether there are more: for that, one run beyond `first`.

    Cost: pages, and single calls for what is left; waste is the pages beyond the pipelines they completed. Beyond CHEAP_WASTE
    it grows only while pages are full of needed rows, and never above the first page and those that all needed rows would fill,
    `1 + pipelines * (first + 1) / 100` (one stretch, of three pages, may overshoot that).
    """

    def __init__(self, pipelines: Sequence[str], first: int, whole: Stretch) -> None:
        """`whole` is all that the vendor can list."""
        self._needed = first + 1
        self._whole = whole
        self._edge = whole.newest
        self._found: dict[str, dict[str, SeenRun[R]]] = {pipeline: {} for pipeline in pipelines}
        self._counts = dict.fromkeys(pipelines, 0)
        self._open = dict.fromkeys(pipelines)
        self._seen_s = 0.0  # how much time the counts are of
        self._rows_per_s: float | None = None
        self._total: int | None = None
        self._taken = 0
        self._pages = 0
        self._useful_share = 1.0
        self._stopped = False

    @property
    def begun(self) -> bool:
        return self._pages > 0

    def next_step(self) -> Step:
        """FetchEach is the last step."""
        if self._edge <= self._whole.oldest:
            return FetchEach(())
        if self._stopped or not self._open or len(self._found) <= SMALL:
            return FetchEach(tuple(self._open))
        if self._rows_per_s is None:
            return ReadStretch(self._whole, SURE_PAGES)
        return self._cheapest(self._rows_per_s)

    def take_parts(self, asked: Stretch, parts: Sequence[Part[R]]) -> None:
        """The first page of each list for a stretch that has too many. Which rows of a stretch are on a first page is not
        known, but they tell about how active each pipeline is."""
        self._pages += len(parts)
        if asked == self._whole:
            totals = [part.total for part in parts]
            self._total = None if None in totals else sum(total for total in totals if total is not None)
        wanted = min(STEP_ROWS, len(self._found) * self._needed)
        self._rows_per_s = sum(wanted / part.width_of(wanted, asked).total_seconds() for part in parts)
        if self._edge == self._whole.newest:
            self._counts = dict.fromkeys(self._counts, 0)
            self._count(row for part in parts for row in part.rows)
            self._seen_s = sum(len(part.rows) for part in parts) / self._rows_per_s

    def take(self, asked: Stretch, rows: Sequence[SeenRun[R]], pages: int) -> None:
        """All of a stretch, of so many pages."""
        self._pages += pages
        if self._edge == self._whole.newest:
            self._counts = dict.fromkeys(self._counts, 0)
        before = {pipeline: len(self._found[pipeline]) for pipeline in self._open}
        self._count(row for row in rows if row.created_at >= asked.oldest)
        for row in rows:
            if row.pipeline in self._found:
                self._found[row.pipeline][row.id] = row
        self._edge = asked.oldest
        self._seen_s = (self._whole.newest - self._edge).total_seconds()
        self._rows_per_s = max(1, len(rows)) / _seconds(asked)
        self._taken += len(rows)
        useful = sum(min(len(self._found[name]), self._needed) - min(had, self._needed) for name, had in before.items())
        self._useful_share = useful / max(1, len(rows))
        for pipeline in before:
            if len(self._known(pipeline)) >= self._needed:
                del self._open[pipeline]

    def stop(self) -> None:
        """No stretch can be read any more: what is incomplete is asked for one by one."""
        self._stopped = True

    def result(self, pipeline: str) -> tuple[list[R], bool]:
        """(rows newest first, whether there are more) of a pipeline that need not be asked for."""
        known = sorted(self._known(pipeline), key=lambda run: (-run.created_at.timestamp(), run.id))
        return [run.row for run in known[: self._needed - 1]], len(known) >= self._needed

    def _known(self, pipeline: str) -> list[SeenRun[R]]:
        """Those before which none can come any more."""
        everything = self._edge <= self._whole.oldest
        return [run for run in self._found[pipeline].values() if everything or run.created_at >= self._edge]

    def _count(self, rows: Iterable[SeenRun[R]]) -> None:
        for row in rows:
            if row.pipeline in self._counts:
                self._counts[row.pipeline] += 1

    def _cheapest(self, rows_per_s: float) -> Step:
        one_by_one = FetchEach(tuple(self._open))
        left_s = (self._edge - self._whole.oldest).total_seconds()
        left_rows = rows_per_s * left_s if self._total is None else max(1, self._total - self._taken)
        rates = self._rates()
        alone = {name: self._calls_alone(rates[name]) for name in self._open}
        waits_s = sorted((self._wait_s(name, rates[name], left_s), alone[name]) for name in self._open)
        singles = sum(alone.values())
        best, reach_s, rest = singles, 0.0, singles
        for wait_s, calls in waits_s:
            rest -= calls
            pages = max(1, math.ceil(min(rows_per_s * wait_s, left_rows) / PAGE_ROWS))
            if pages + rest < best:
                best, reach_s = pages + rest, wait_s
        to_end = math.ceil(left_rows / PAGE_ROWS)
        if to_end < singles and (to_end <= best or (self._total is not None and to_end <= best + CERTAINTY)):
            return ReadStretch(Stretch(self._whole.oldest, self._edge), to_end)
        if not reach_s or not self._may_lose_a_page():
            return one_by_one
        return self._stretch(reach_s, left_s, rows_per_s)

    def _stretch(self, reach_s: float, left_s: float, rows_per_s: float) -> ReadStretch:
        """As far as it pays, in steps; no less than a page holds, which costs no more."""
        expected = min(max(rows_per_s * reach_s, 0.9 * PAGE_ROWS), STEP_ROWS)
        width_s = max(expected / rows_per_s, NARROWEST.total_seconds())
        if width_s >= left_s:
            return ReadStretch(Stretch(self._whole.oldest, self._edge), math.ceil(expected / PAGE_ROWS))
        return ReadStretch(Stretch(self._edge - timedelta(seconds=width_s), self._edge), math.ceil(expected / PAGE_ROWS))

    def _may_lose_a_page(self) -> bool:
        waste = self._pages - (len(self._found) - len(self._open))
        if waste < CHEAP_WASTE:
            return True
        needed_pages = 1 + math.ceil(len(self._found) * self._needed / PAGE_ROWS)
        return waste < needed_pages and self._useful_share >= 0.5

    def _wait_s(self, pipeline: str, rate: float, left_s: float) -> float:
        missing = self._needed - len(self._known(pipeline))
        return min(left_s, (missing + SLACK * math.sqrt(missing)) / rate) if rate > 0 else left_s

    def _calls_alone(self, rate: float) -> int:
        """A pipeline's own list of the whole window is read first; when it has more than a page, a stretch of it follows."""
        return 1 if rate * _seconds(self._whole) <= PAGE_ROWS else 2

    def _rates(self) -> dict[str, float]:
        """Runs a second to expect of each open pipeline.

        What was seen shows little of a rare pipeline, so its own count is drawn towards the average of all, the more so the less
        the counts differ beyond what chance alone would make (gamma prior, by moments).
        """
        counts = list(self._counts.values())
        mean = sum(counts) / len(counts)
        if mean == 0 or self._seen_s <= 0:
            return dict.fromkeys(self._open, 0.0)
        excess = sum((count - mean) ** 2 for count in counts) / max(1, len(counts) - 1) - mean
        if excess <= 0:
            return dict.fromkeys(self._open, mean / self._seen_s)
        shape = mean * mean / excess
        return {name: (self._counts[name] + shape) / (1 + shape / mean) / self._seen_s for name in self._open}


def _seconds(stretch: Stretch) -> float:
    return max(NARROWEST.total_seconds(), stretch.width.total_seconds())
