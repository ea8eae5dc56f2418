"""Reading one list of builds from the newest on, without losing a row to the rows that come in meanwhile."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from datetime import datetime

from gateway.domain.errors import MalformedResponseError
from gateway.providers.buildkite.explain import TooDeepError
from gateway.providers.buildkite.mapping import milliseconds, utc
from gateway.providers.buildkite.rows import BadRow, Listing
from gateway.providers.buildkite.wire import WireBuild

ReadPage = Callable[[int, int | None], Awaitable[Listing[WireBuild]]]
"""(page from 1, exclusive upper bound of created_at in milliseconds) -> one page."""

MOST_IDLE_PAGES = 3
"""Pages in a row without a row that was not there before: the list goes in circles."""


async def build_pages(read: ReadPage, created_to_ms: int | None, *, changeable: bool) -> AsyncGenerator[Listing[WireBuild], None]:
    """Pages of fresh rows, newest first; each row once.

    Numbered pages below a fixed upper time, so that new builds do not shift them: every page is full. Where rows can
    leave the list (`changeable`: a status filter) numbers would skip rows, so each page begins at the time of the last
    row before it, which costs one repeated row a page. That is also the way on when the vendor refuses to go deeper.
    """
    page, bound = 1, created_to_ms
    given: set[str] = set()
    oldest: int | None = None
    idle = 0
    while True:
        try:
            listing = await read(page, bound)
        except TooDeepError:
            # A page of one single millisecond cannot be split further.
            if oldest is None or page == 1 or (bound is not None and oldest + 1 >= bound):
                raise
            page, bound = 1, oldest + 1
            continue
        fresh = [row for row in listing.rows if _id(row) not in given]
        given.update(map(_id, fresh))
        more = listing.more and bool(listing.rows)
        yield Listing(fresh, more, listing.pages_left)
        if not more:
            return
        idle = 0 if fresh else idle + 1
        if idle >= MOST_IDLE_PAGES:
            raise MalformedResponseError("The provider's list of builds repeats itself.")
        last = _first_time(reversed(listing.rows))
        oldest = oldest if last is None else last
        if changeable and oldest is not None and (bound is None or oldest + 1 < bound):
            page, bound = 1, oldest + 1
            continue
        newest = _first_time(listing.rows) if bound is None else None
        bound = bound if newest is None else newest + 1
        page += 1


def _id(row: WireBuild | BadRow) -> str:
    return row.fault.id if isinstance(row, BadRow) else row.id


def _first_time(rows: Iterable[WireBuild | BadRow]) -> int | None:
    """Milliseconds of the first row whose time can be read."""
    return next((ms for row in rows if (ms := _created_ms(row)) is not None), None)


def _created_ms(row: WireBuild | BadRow) -> int | None:
    try:
        created: datetime | None = row.fault.created_at if isinstance(row, BadRow) else utc(row.created_at)
    except ValueError:
        return None
    return None if created is None else milliseconds(created)
