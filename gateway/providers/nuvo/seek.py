"""Where in a list that is sorted by time a moment lies: the vendor cannot be asked for executions before a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from gateway.providers.nuvo.execution_filter import ExecutionFilter, Row, time_of
from gateway.providers.nuvo.execution_pages import ExecutionPages

GUESSES = 4
"""So many probes are placed by the times seen so far; if activity is too uneven for that, halving finds the place."""


REACH = 8
"""A probe may lie so many times as far down as what is known, where the end of the list is not: a moment long before the first
execution would lead far behind it."""


class _Range:
    """Rows before `low` are surely too new; the row at `high`, once that is known, is not."""

    def __init__(self, bound: datetime, width: int) -> None:
        self._bound = bound
        self._width = width
        self._newest: datetime | None = None
        self._low_time: datetime | None = None
        self._high: int | None = None
        self._high_time: datetime | None = None
        self._guesses = 0
        self.low = 0

    def rise(self, at: int, rows: Sequence[Row]) -> None:
        """All of these rows are too new."""
        self._newest = self._newest or time_of(rows[0])
        self._low_time = time_of(rows[-1])
        self.low = at + len(rows)

    def fall(self, at: int, rows: Sequence[Row]) -> None:
        """None of these rows is too new."""
        self._high, self._high_time = at, time_of(rows[0]) if rows else None

    def next(self, left: int | None) -> int:
        """The offset to look at. `left`: how many rows follow those that were read last."""
        self._guesses += 1
        high = self._high
        if high is not None and high - self.low <= self._width:
            return self.low
        if high is not None and (self._high_time is None or self._guesses > GUESSES):
            return (self.low + high) // 2
        if self._guesses > GUESSES:
            return self.low + (self._width << (self._guesses - GUESSES))
        at = self.low + max(0, self._ahead() - self._width // 2)
        end = high if high is not None else self.low + left if left is not None else self.low * (1 + REACH)
        return max(self.low, min(at, end - 1))

    def _ahead(self) -> int:
        """How many rows behind `low` the moment lies, if activity is even from the one known time to the other."""
        if self._low_time is None or self._newest is None:
            return 0
        if self._high is None or self._high_time is None:
            span, rows = self._newest - self._low_time, self.low
        else:
            span, rows = self._low_time - self._high_time, self._high - self.low
        return int(rows * ((self._low_time - self._bound) / max(span, timedelta(seconds=1))))


async def seek(pages: ExecutionPages, matching: ExecutionFilter, at_or_before: datetime | None) -> list[Row]:
    """The first page that is not wholly too new; `pages` goes on behind it. For filters that are bounded above.

    New executions push rows down meanwhile, so a page can begin with rows that are too new, but none that is old enough lies
    before it.
    """

    def newer(row: Row) -> bool:
        """One without a readable time is taken for one that is not."""
        created = time_of(row)
        return created is not None and matching.too_new(created, at_or_before)

    place = _Range(matching.bound(at_or_before), pages.limit)
    met: set[str] = set()
    at = 0
    while True:
        rows = await pages.peek(at)
        if not pages.in_order:
            return rows
        if not rows or not newer(rows[-1]):
            if at == place.low or (rows and newer(rows[0])):
                return rows
            place.fall(at, rows)
        else:
            if rows[0].id in met:
                pages.give_up()
            if not pages.more:
                return rows
            met.add(rows[0].id)
            place.rise(at, rows)
        at = place.next(pages.left)
