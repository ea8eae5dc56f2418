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
CHEAP_WASTE = 3
"""Pages beyond the pipelines they completed that are risked on an estimate alone."""
STRONG = 0.6
"""More are risked only while the estimate of all calls stays below this share of a call per pipeline."""
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

    Cost: pages and single calls. A page that completes no pipeline brought nothing but rows that are needed, or the planner
    stops: at most CHEAP_WASTE pages can be lost on a wrong estimate, so uneven activity costs at most one call per pipeline
    and CHEAP_WASTE. Only while pages show many pipelines about equally active are more pages risked.
    """

    def __init__(self, pipelines: Sequence[str], first: int, starts_below: Callable[[datetime], datetime]) -> None:
        """`starts_below(moment)`: what time the newest row of a new session may have that must include `moment`."""
        self._first = first
        self._starts_below = starts_below
        self._rows: dict[str, list[R]] = {pipeline: [] for pipeline in pipelines}
        self._times: dict[str, list[datetime]] = {pipeline: [] for pipeline in pipelines}
        self._open = dict.fromkeys(pipelines)
        self._session = tuple(pipelines)
        self._seen: set[str] = set()
        self._pages = 0
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
            return ReadOn() if len(self._open) > 1 else FetchEach(tuple(self._open))
        if self._covered is None or self._newest is None:
            return FetchEach(tuple(self._open))
        return self._cheapest(self._covered, self._newest)

    def take_page(self, rows: Sequence[SeenRow[R]], *, more: bool) -> None:
        """Rows newest first; ids that were seen before are dropped."""
        self._pages += 1
        for row in rows:
            if row.id in self._seen or (self._late_above is not None and row.created_at > self._late_above):
                continue  # newer than all that was read: it came while we read
            self._seen.add(row.id)
            found = self._rows.get(row.pipeline)
            if found is None or (len(found) > self._first and row.pipeline not in self._open):
                continue
            found.append(row.row)
            self._times[row.pipeline].append(row.created_at)
        if rows:
            self._newest = self._newest or rows[0].created_at
            self._covered = rows[-1].created_at if self._covered is None else min(self._covered, rows[-1].created_at)
        for pipeline in [pipeline for pipeline in self._open if len(self._rows[pipeline]) > self._first]:
            del self._open[pipeline]
        self._ended = not more

    def stop(self) -> None:
        """No page can be read any more: what is incomplete is asked for one by one."""
        self._stopped = True

    def result(self, pipeline: str) -> tuple[list[R], bool]:
        """(rows, whether there are more) of a pipeline that need not be asked for."""
        rows = self._rows[pipeline]
        return rows[: self._first], len(rows) > self._first

    def _cheapest(self, covered: datetime, newest: datetime) -> Step:
        left = len(self._open)
        alone = max(1, math.ceil(self._first / PAGE_ROWS))
        stay_calls = self._calls_to_finish(self._session, 0, alone)
        below = self._starts_below(covered)
        repeated = sum(1 for pipeline in self._open for time in self._times[pipeline] if time < below)
        restart_calls = self._calls_to_finish(tuple(self._open), repeated, alone)
        best = min(stay_calls, restart_calls)
        if best >= left * alone:
            return FetchEach(tuple(self._open))
        waste = self._pages - (len(self._rows) - left)
        if waste >= CHEAP_WASTE and self._pages + best > STRONG * len(self._rows) * alone:
            return FetchEach(tuple(self._open))
        if restart_calls < stay_calls:
            self._session = tuple(self._open)
            self._late_above = covered
            return Restart(self._session, covered)
        return ReadOn()

    def _calls_to_finish(self, session: Sequence[str], repeated: int, alone: int) -> float:
        """Estimated calls when pages are read as long as that is cheaper than a call for each pipeline left."""
        span_s = self._span_s()
        rate = {p: (len(self._times[p]) + 0.5) / span_s for p in self._open}
        density = sum(rate.get(p) or self._rate_of_complete(p) for p in session)
        to_end_s = max(0.0, RETENTION.total_seconds() - span_s)
        waits_s = sorted(min((self._first + 1 - len(self._times[p])) / rate[p], to_end_s) for p in self._open)
        best = float(len(waits_s) * alone)
        for completed, wait_s in enumerate(waits_s, 1):
            pages = max(1, math.ceil((repeated + density * wait_s) / PAGE_ROWS))
            best = min(best, pages + (len(waits_s) - completed) * alone)
        return best
