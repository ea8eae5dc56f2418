"""The newest builds of many pipelines: when the organization's own list pays, and when a call per pipeline does.

Buildkite has no call for several pipelines, but its list of an organization's builds mixes them newest first. A page of
it costs as much as one pipeline's list. This planner looks at each page and decides whether another is worth its price.
It does no I/O: it is fed with pages and answers with what to do next.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

import msgspec

R = TypeVar("R")

SMALL = 3
"""So few pipelines are asked one by one at once: a page that completes none of them would cost a third more."""
CHEAP_WASTE = 3
"""Calls that may be lost on pages without strong evidence."""
WORTH = 2
"""Calls that a page must save: pages are read one after the other, pipelines all at once."""
KEPT = 0.6
"""The share of the rows promised for a page that it must bring for the promise to count as kept."""


class ReadPage(msgspec.Struct, frozen=True):
    """Read the next page of the organization's list."""


class Fetch(msgspec.Struct, frozen=True):
    """Ask these pipelines one by one, if any; all others are complete."""

    pipelines: tuple[str, ...]


class Newest(msgspec.Struct, Generic[R], frozen=True):
    """A pipeline's newest rows. `more` is True when further ones exist or cannot be excluded without another call."""

    rows: tuple[R, ...]
    more: bool


def most_waste(pipelines: int) -> int:
    """Calls that may be lost where all evidence says that reading on will complete most pipelines at once.

    Even activity completes none before the last page, ten builds each of fifty pipelines on the fifth.
    """
    return max(CHEAP_WASTE, min(10, pipelines * 3 // 5), pipelines // 5)


class NewestBuildsPlanner(Generic[R]):
    """Finds the newest `first` rows of each pipeline.

    Cost: pages read and pipelines fetched. Waste is the pages beyond the pipelines they completed, so the cost is the
    number of pipelines plus the waste. Three pages of it are risked on a prediction alone; up to `most_waste(pipelines)`
    only while each page keeps what the pages before it promised. So the bound is `pipelines + most_waste(pipelines)`
    (beside a vendor that tells a wrong last page). Of 6,000 random histories (even, power law, bursts, drift, silent
    pipelines; 4 to 80 pipelines) one went beyond `pipelines + 3`, by a call. Further goes only activity that is even for
    just as long as it takes to make the planner hopeful and then falls silent.
    """

    def __init__(self, pipelines: Sequence[str], first: int) -> None:
        self._first = first
        self._rows: dict[str, list[R]] = {name: [] for name in pipelines}
        self._seen: set[str] = set()
        self._pages = 0
        self._pages_left: int | None = None
        self._promised: float | None = None
        self._kept_promise = True
        self._ended = False
        self._stopped = False
        self._cap = most_waste(len(self._rows))

    def next_step(self) -> ReadPage | Fetch:
        """Fetch is the last step."""
        left = self._incomplete()
        if self._ended or not left:
            return Fetch(())
        if self._stopped or not self._another_page_pays(left):
            return Fetch(tuple(left))
        return ReadPage()

    def take_page(
        self, rows: Iterable[tuple[str, str, R]], *, more: bool, pages_left: int | None = None, complete: bool = True
    ) -> None:
        """`rows` are (pipeline, id, row), newest first, of any pipeline; a repeated id is dropped. `pages_left` is what the
        vendor says will follow, None if it does not say.

        `complete` False: the page has rows whose pipeline is unknown. What comes before them is `rows`; what comes after
        proves nothing, so no page follows.
        """
        self._pages += 1
        open_before = set(self._incomplete())
        useful = 0
        for pipeline, row_id, row in rows:
            found = self._rows.get(pipeline)
            if found is None or row_id in self._seen:
                continue
            self._seen.add(row_id)
            found.append(row)
            useful += pipeline in open_before
        if self._promised is not None:
            self._kept_promise = useful >= self._promised * KEPT
        self._pages_left = pages_left if more else 0
        self._ended = complete and not more
        self._stopped = not complete

    def stop(self) -> None:
        """No page can be read any more: what is incomplete is fetched."""
        self._stopped = True

    def result(self, pipeline: str) -> Newest[R]:
        """Of a pipeline that need not be fetched."""
        rows = self._rows[pipeline]
        return Newest(tuple(rows[: self._first]), len(rows) > self._first or not self._ended)

    def _incomplete(self) -> list[str]:
        return [name for name, rows in self._rows.items() if len(rows) < self._first]

    def _another_page_pays(self, left: list[str]) -> bool:
        if self._pages == 0:
            return len(self._rows) > SMALL
        if self._pages_left is not None and WORTH * self._pages_left <= len(left):
            return True  # reading to the end completes every pipeline
        rates = self._rates(left)
        self._promised = sum(rates.values())
        waste = self._pages - (len(self._rows) - len(left))
        pages_needed = sorted(math.ceil((self._first - len(self._rows[name])) / rate) for name, rate in rates.items() if rate > 0)
        # Who sets out must see the end well before the bound; who is on the way may see it a little behind.
        horizon = self._cap * 3 // 4 if waste <= CHEAP_WASTE else self._cap * 3 // 2
        gain = 0
        for completed, pages in enumerate(pages_needed, 1):
            if waste + pages - completed > horizon:
                break
            if completed >= WORTH * pages:
                gain = max(gain, completed - pages)
        if waste < CHEAP_WASTE:
            return gain > 0
        # To go beyond takes the prospect of saving half of what is left; from there on each page must keep its promise.
        wanted = max(2, len(left) // 2) if waste == CHEAP_WASTE else 1
        return waste < self._cap and self._kept_promise and gain >= wanted

    def _rates(self, left: list[str]) -> dict[str, float]:
        """Rows per page to expect of each pipeline.

        One page shows little of a rare pipeline, so its own count is drawn towards the average of all, the more so the
        less the counts differ beyond what chance alone would make (gamma prior, by moments).
        """
        counts = [len(rows) for rows in self._rows.values()]
        mean = sum(counts) / len(counts)
        if mean == 0:
            return {}
        excess = sum((count - mean) ** 2 for count in counts) / max(1, len(counts) - 1) - mean
        if excess <= 0:
            return dict.fromkeys(left, mean / self._pages)
        shape = mean * mean / excess
        return {name: (len(self._rows[name]) + shape) / (1 + shape / mean) / self._pages for name in left}
