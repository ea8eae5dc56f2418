"""Which stretch of time to read next of a list that has no order.

The vendor sorts run lists in no known way, so nothing of a list can be handed on before all of its stretch is read. Stretches
are read from the newest on, and each is to hold about as many runs as one page. This planner does no I/O: it is fed with what
stretches held and answers with the next one.
"""

import itertools
import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

PAGE_ROWS = 100
MOST_ROWS = 2 * PAGE_ROWS
"""Rows for which a stretch is read to its end: a narrower one would cost as much."""
MOST_PAGES = 10
"""Pages for which it is read when most of its runs only reach into it: a narrower one would hold them too."""
GOOD_FILL = 60
"""Rows to expect of the next stretch, so that it fits on a page although activity differs."""
GROWTH = 64
"""How much wider a stretch may be than the one before."""
NARROWEST = timedelta(minutes=1)
BLIND_SHRINK = 8
"""Divides a stretch of which is known only that it holds more than `MOST_ROWS`."""
ANCHOR = 10
"""So many of a page's newest runs tell how dense a stretch begins, when the page is a sample of it."""


class Stretch(msgspec.Struct, frozen=True):
    """From `oldest` to `newest`, both of them included."""

    oldest: datetime
    newest: datetime

    @property
    def width(self) -> timedelta:
        return self.newest - self.oldest


def width_of(wanted: int, asked: Stretch, page: Sequence[datetime], total: int) -> timedelta:
    """How wide the newest part of a stretch is that holds `wanted` runs, by the times on a page of it, in the vendor's order,
    and the vendor's count.

    A guess: a page that happens to be newest first is taken for the newest runs, any other for a sample of all.
    """
    times = sorted((time for time in page if time >= asked.oldest), reverse=True)
    if not times or total <= 0:
        return asked.width
    if _is_newest_first(page):
        place = min(wanted, len(times))
        return max(NARROWEST, (asked.newest - times[place - 1]) * (wanted / place))
    share = wanted / total * len(page)
    place = min(len(times), max(ANCHOR, math.ceil(share)))
    return max(NARROWEST, min(asked.width * (wanted / total), (asked.newest - times[place - 1]) * (share / place)))


def rows_inside(asked: Stretch, page: Sequence[datetime], total: int) -> float:
    """About how many runs of a stretch began in it, the others only reaching into it; all of them where nothing tells."""
    inside = sum(1 for time in page if time >= asked.oldest)
    newest_first, oldest_first = _is_newest_first(page), _is_newest_first(page[::-1])
    if newest_first and inside < len(page):
        return inside
    if oldest_first and inside > 0:
        return total - (len(page) - inside)
    return total if newest_first or oldest_first else total * inside / len(page)


def _is_newest_first(page: Sequence[datetime]) -> bool:
    return all(newer >= older for newer, older in itertools.pairwise(page))


class StretchPlanner:
    """Stretches from `newest` down to `oldest`, the first one `width` wide. Each begins where the one before it ended."""

    def __init__(self, newest: datetime, oldest: datetime, width: timedelta, *, fill: int = GOOD_FILL) -> None:
        self._edge = newest
        self._oldest = min(oldest, newest)
        self._width = width
        self._fill = fill
        self._refused = 0
        self.done = False

    def next_stretch(self) -> Stretch:
        """To the end where little would be left."""
        left = self._edge - self._oldest
        return Stretch(self._oldest if left <= self._width * 1.5 else self._edge - self._width, self._edge)

    def is_worth_its_pages(self, asked: Stretch, page: Sequence[datetime], total: int | None) -> bool:
        """Whether a stretch of more than one page is to be read to its end. If not, the next one is narrower.

        `page` are the times of the runs on the first page, `total` is the vendor's count, None when it tells none.
        """
        if asked.width <= NARROWEST:
            return True
        if total is None:
            self._width = max(NARROWEST, asked.width / BLIND_SHRINK)
            return False
        inside = rows_inside(asked, page, total)
        reaching = total - inside
        # The same runs again although it is narrower: they reach into every stretch.
        no_better = total > 0.9 * self._refused > 0
        if total <= MOST_ROWS or (total <= MOST_PAGES * PAGE_ROWS and (inside <= max(MOST_ROWS, reaching) or no_better)):
            return True
        self._refused = total
        # Never as wide again: what the page suggests can be wrong.
        self._width = max(NARROWEST, min(width_of(self._fill, asked, page, total), asked.width / 2))
        return False

    def take(self, asked: Stretch, rows: int, within: int) -> None:
        """All of the stretch was read: so many rows, of which so many began in it."""
        self._edge = asked.oldest
        self.done = self._edge <= self._oldest
        self._refused = 0
        fill = max(self._fill, rows - within)  # runs that reach into every stretch cost their pages again and again
        wider = asked.width * (fill / (within + 1))
        self._width = min(max(wider, NARROWEST), max(asked.width, NARROWEST) * GROWTH)
