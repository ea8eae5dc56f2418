"""One list of executions, page by page, each page compared with what was asked for.

Nobody knows for sure which style of parameters the server reads. So nothing is taken on trust: pages overlap by a row, to
notice when rows were put in or taken out; a page that comes again ends the list; and rows that are not in the order asked for
tell the reader to sort for itself.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from gateway.providers.nuvo import wire
from gateway.providers.nuvo.client import NuvoClient
from gateway.providers.nuvo.execution_filter import Filters, Row, time_of
from gateway.providers.nuvo.habits import Habits
from gateway.providers.nuvo.list_query import ListQuery
from gateway.providers.nuvo.rows import Listing
from gateway.providers.nuvo.window import PAGING_DISREGARDED, Window, window_of

ENOUGH_FALLS = 8
"""So many neighbours in falling order show that a server sorts; fewer may stand so by chance."""
STALE_PAGES = 2
"""So many pages in a row without a new row end the list. One can come of many new executions."""


class ExecutionPages:
    """`more` tells whether another page may follow, `in_order` is False once rows were not newest first.

    `limit` should be at least 2: a single row shows no order.
    """

    def __init__(self, client: NuvoClient, filters: Filters, limit: int, habits: Habits) -> None:
        self._client = client
        self._filters = filters
        self._habits = habits
        self._next = 0  # how many of the server's rows lie before the next one to be read
        self._last_time: datetime | None = None
        self._seen: set[str] = set()
        self._first_page: tuple[str, ...] = ()
        self._stale = 0
        self._short: int | None = None  # how many rows the page before had, if it was none to end with
        self.limit = limit
        self.left: int | None = None  # how many rows follow, when the server tells
        self.more = True
        self.in_order = True
        self.falls = 0  # pairs of neighbours that are in falling order, as they should be
        self.note: str | None = None

    async def read(self) -> list[Row]:
        """The rows of the next page that no earlier page had."""
        offset = max(0, self._next - 1)
        listing = await self._fetch(offset)
        while offset > 0 and self._has_moved_up(listing.rows):
            offset = max(0, offset - self.limit + 1)
            listing = await self._fetch(offset)
        return self._take(offset, listing)

    async def peek(self, offset: int) -> list[Row]:
        """The page at an offset, whatever was read before. `read` goes on behind it."""
        self._seen.clear()
        self._first_page = ()
        self._stale = 0
        if offset != self._next:
            self._short = None
        return self._take(offset, await self._fetch(offset))

    def give_up(self) -> None:
        """The server sends the same rows whatever page it is asked for."""
        self.more = False
        self.note = PAGING_DISREGARDED

    async def _fetch(self, offset: int) -> Listing[wire.Execution]:
        query = ListQuery("created_at", "desc", offset, self.limit, self._filters)
        return await self._client.list_executions(query)

    def _has_moved_up(self, rows: Sequence[Row]) -> bool:
        """Whether the row that was read last is not at its place any more because rows before it are gone: then rows not read
        yet have moved up with it. New rows only push it down."""
        if not rows or rows[0].id in self._seen:
            return not rows
        created = time_of(rows[0])
        return not self.in_order or created is None or self._last_time is None or created <= self._last_time

    def _take(self, offset: int, listing: Listing[wire.Execution]) -> list[Row]:
        rows = listing.rows
        ids = tuple(row.id for row in rows)
        new = [row for row in rows if row.id not in self._seen]
        self._seen.update(ids)
        self._judge_order(rows)
        window = window_of(listing.pagination, offset, self.limit, len(rows))
        repeated = offset > 0 and len(ids) > 1 and ids == self._first_page
        again = window.elsewhere or (repeated and not window.confirmed)
        self._first_page = self._first_page or ids
        self._stale = 0 if new else self._stale + 1
        self._next = offset + len(rows)
        self.left = window.left
        goes_on = self._may_go_on(window, len(rows), behind=None if repeated else bool(new))
        ended = (
            not (window.more or goes_on) or not rows or (not new and not repeated and len(rows) < self.limit and not window.left)
        )
        disregarded = again or (self._stale >= STALE_PAGES and not ended)
        self.more = not ended and not disregarded
        if disregarded and not (window.everything and self._habits.is_end(len(rows))):
            self.note = PAGING_DISREGARDED
        return new

    def _may_go_on(self, window: Window, count: int, *, behind: bool | None) -> bool:
        """Whether rows may follow a short page. `behind`: whether this page has any that the one before, a short one perhaps,
        did not have; None if that is not to be seen."""
        if self._short is not None and behind is not None:
            self._habits.looked_behind(self._short, more=behind)
        self._habits.saw_page(count)
        goes_on = window.short and self._habits.is_end(count) is not True
        self._short = count if goes_on else None
        return goes_on

    def _judge_order(self, rows: Sequence[Row]) -> None:
        times = [created for row in rows if (created := time_of(row)) is not None]
        pairs = list(pairwise(times))
        if any(later > earlier for earlier, later in pairs):
            self.in_order = self._habits.sorts = False
        self.falls += sum(later < earlier for earlier, later in pairs)
        if self._habits.sorts is None and self.in_order and self.falls >= ENOUGH_FALLS:
            self._habits.sorts = True
        self._last_time = times[-1] if times else self._last_time
