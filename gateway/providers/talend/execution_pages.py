"""Pages of one run list of the vendor's, mapped, and what a stretch of time holds read to its end."""

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from gateway.domain.errors import GatewayError
from gateway.providers.talend.execution_filter import RunList
from gateway.providers.talend.execution_mapping import Row, id_of, to_row
from gateway.providers.talend.execution_slices import Stretch
from gateway.providers.talend.keys import TASK, Origin
from gateway.providers.talend.rows import Listing
from gateway.providers.talend.runs_client import PAGE_ROWS, Query, RunsClient
from gateway.providers.talend.vendor_clock import VendorClock
from gateway.upstream.settle import settle

# ASSUMED: older runs are in no list, whatever times it is asked for; disproved by a list that holds one.
WINDOW = timedelta(days=60)
WINDOW_NOTE = "Talend lists the runs of the last 60 days."
SKEW = timedelta(minutes=1)
"""How far the vendor's clock may be ahead of what is known of it."""
MARGIN = timedelta(seconds=5)
"""So much less than `WINDOW` is asked for, so that it is not more when the vendor reads it."""
# ASSUMED: a run begins within this time after it was asked for; disproved by one that waited longer. The vendor's windows go by
# the start, lists here by what came before it: a page that begins between the two lacks such a run.
LONGEST_WAIT = timedelta(hours=6)
# ASSUMED: a run that has not begun counts from when it was asked for; disproved by a queued run that a window of its time lacks.
_TRIES = 2


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Newest first, those of one moment by id; what tells no time comes last."""
    return sorted(rows, key=_place)


def _place(row: Row) -> tuple[bool, float, str]:
    created = row.created_at
    return (True, 0.0, id_of(row)) if created is None else (False, -created.timestamp(), id_of(row))


def stretch_of(now: datetime, newest: datetime | None, oldest: datetime | None) -> Stretch:
    """All that the vendor can list of the runs from `oldest` to `newest`.

    It reaches beyond `newest` for those that were asked for before it and began later. Where nothing of it is within the
    vendor's window, it is the window's end: runs that were still going on then are listed.
    """
    end, horizon = now + SKEW, now - WINDOW + MARGIN
    if newest is not None:
        end = max(horizon, end if newest >= end else min(end, newest + LONGEST_WAIT))
    return Stretch(min(end, horizon if oldest is None else max(oldest, horizon)), end)


def pages_in(first: Listing[Row]) -> float:
    """How many pages a list has of which this is the first; more than any bound when the vendor does not tell."""
    if not first.more_after(0, PAGE_ROWS):
        return 1
    return math.inf if first.total is None else math.ceil(first.total / len(first.rows))


class ExecutionPages:
    """One list. Rows that cannot be read, or tell no time, are RowFaults."""

    def __init__(self, client: RunsClient, origin: Origin, which: RunList) -> None:
        self._client = client
        self._origin = origin
        self.which = which
        self.pages_read = 0
        self.paging_disregarded = False
        """What is given lacks rows, as the vendor sent the same ones for every page."""

    @property
    def clock(self) -> VendorClock:
        return self._client.clock

    async def begin(self, choose: Callable[[datetime], Stretch]) -> tuple[Stretch, Listing[Row]]:
        """The first page of the stretch that is chosen by what time it is; chosen again when the vendor's answer tells that it
        is another."""
        known, now = self.clock.known, self.clock.now()
        stretch = choose(now)
        listing = await self.page(stretch, 0)
        told = self.clock.now()
        if not known and abs(told - now) > SKEW / 2:
            stretch = choose(told)
            listing = await self.page(stretch, 0)
        return stretch, listing

    async def page(self, stretch: Stretch | None, offset: int) -> Listing[Row]:
        """None: of all that the vendor lists without times."""
        which, filters = self.which, self._filters(stretch)
        self.pages_read += 1
        if which.kind == TASK:
            task = which.pipeline
            tasks = await (
                self._client.list_task_runs(offset, filters)
                if task is None
                else self._client.list_task_runs_of(task, offset, filters)
            )
            return Listing([to_row(row, self._origin) for row in tasks.rows], tasks.total)
        plan = which.pipeline
        plans = await (
            self._client.list_plan_runs(offset, filters) if plan is None else self._client.list_plan_runs_of(plan, offset, filters)
        )
        return Listing([to_row(row, self._origin) for row in plans.rows], plans.total)

    async def to_end(self, stretch: Stretch | None, first: Listing[Row]) -> dict[str, Row]:
        """All rows by id. Where runs came or went between its pages it is read a second time, so that none is missed."""
        found: dict[str, Row] = {}
        for attempt in range(_TRIES):
            pages = [first, *await self._rest(stretch, first)]
            ids = [id_of(row) for page in pages for row in page.rows]
            found |= {id_of(row): row for page in pages for row in page.rows}
            if len(pages) > 1 and all(set(map(id_of, page.rows)) == set(map(id_of, first.rows)) for page in pages):
                self.paging_disregarded = True
                break
            if len(pages) == 1 or (len(set(ids)) == len(ids) and len({page.total for page in pages}) == 1):
                break
            if attempt + 1 < _TRIES:
                first = await self.page(stretch, 0)
        return found

    async def _rest(self, stretch: Stretch | None, first: Listing[Row]) -> list[Listing[Row]]:
        if not first.more_after(0, PAGE_ROWS):
            return []
        if first.total is None:
            return await self._rest_in_turn(stretch, first)
        size = len(first.rows)
        read = await settle(range(size, first.total, size), lambda offset: self.page(stretch, offset))
        pages: list[Listing[Row]] = []
        for page in read.values():
            if isinstance(page, GatewayError):
                raise page
            pages.append(page)
        return pages

    async def _rest_in_turn(self, stretch: Stretch | None, first: Listing[Row]) -> list[Listing[Row]]:
        pages: list[Listing[Row]] = []
        offset, met = len(first.rows), set(map(id_of, first.rows))
        more = True
        while more:
            page = await self.page(stretch, offset)
            pages.append(page)
            ids = set(map(id_of, page.rows))
            more = page.more_after(offset, PAGE_ROWS) and not ids <= met
            met |= ids
            offset += len(page.rows)
        return pages

    def _filters(self, stretch: Stretch | None) -> Query:
        filters = [*self.which.place, *(() if self.which.status is None else (("status", self.which.status),))]
        # Without times the vendor gives all of its window, and to ask for all of it could be to ask for too much.
        if stretch is not None and stretch.width < WINDOW - SKEW:
            filters += [("from", str(_ms(stretch.oldest))), ("to", str(_ms(stretch.newest) + 1))]
        return filters


def _ms(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
