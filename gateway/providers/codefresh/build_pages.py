"""Pages of builds: each loop in a paging session of its own, begun anew where the vendor has lost it.

The vendor keeps a cursor per session, from which only the neighbouring page can be read. So two loops never share a
session, no page is asked for out of turn, and nothing about a session outlives the request.
"""

import uuid
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from gateway.domain.build import Build
from gateway.domain.errors import InvalidInputError
from gateway.domain.page import Chunk, RowFault
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.build_filter import BuildFilter, time_of
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.rows import BadRow, Listing

# ASSUMED: no larger page is given; disproved by one, which would save calls.
LARGEST_PAGE = 100
DAY = timedelta(days=1)

Rows = Sequence[wire.Build | BadRow]


class EndDay:
    """Whether a list that ends with a day (`endDate`) holds that day's builds. The vendor does not say; its answers do."""

    # ASSUMED: its days are UTC days; disproved by a build that is missing from the list of the day it was created on.

    def __init__(self) -> None:
        self._included: bool | None = None

    @property
    def known(self) -> bool:
        return self._included is not None

    def holding(self, moment: datetime) -> date:
        """An end day whose list surely holds this moment."""
        return moment.date() if self._included else moment.date() + DAY

    def starts_below(self, moment: datetime) -> datetime:
        """No build in the list that ends with `holding(moment)` is this new."""
        return datetime.combine(self.holding(moment) + DAY, time(), UTC)

    def seen_in(self, day: date, rows: Rows) -> bool:
        """Whether builds of the day can be in the list that ends with it, of which these are the first rows."""
        if _holds(rows, day):
            self._included = True
        return self._included is True

    def seen_after(self, day: date, rows: Rows) -> None:
        """The same question, when the list that ends a day later shows what the one that ends with `day` did not."""
        if _holds(rows, day):
            self._included = False


class BuildPages:
    """One session. `more` tells whether another page follows the one read last."""

    def __init__(self, client: CodefreshClient, filters: Sequence[tuple[str, str]], limit: int) -> None:
        self._client = client
        self._filters = filters
        self._limit = limit
        self._session = f"gateway-{uuid.uuid4().hex}"
        self.pages_read = 0
        self.more = True

    async def read(self) -> Rows:
        """The next page."""
        listing: Listing[wire.Build] = await self._client.list_builds(
            self._session, self.pages_read + 1, self._limit, self._filters
        )
        self.pages_read += 1
        # Older servers do not tell; then a full page means that another may follow.
        self.more = bool(listing.rows) and (
            listing.next_page if listing.next_page is not None else len(listing.rows) >= self._limit
        )
        return listing.rows


class BuildLists:
    """Lists of builds under one filter."""

    def __init__(self, client: CodefreshClient, end_day: EndDay, matching: BuildFilter) -> None:
        self._client = client
        self._end_day = end_day
        self.matching = matching

    def session(self, pipelines: Sequence[str] | None, limit: int, holding: datetime | None) -> BuildPages:
        """A session that begins with the newest builds, or with a day's end after `holding`."""
        end_day = None if holding is None else self._end_day.holding(holding)
        return BuildPages(self._client, self.matching.pairs(pipelines, end_day), limit)

    def starts_below(self, moment: datetime) -> datetime:
        return self._end_day.starts_below(moment)

    async def stream(
        self, pipelines: Sequence[str] | None, at_or_before: datetime | None, page_size: int
    ) -> AsyncGenerator[Chunk[Build], None]:
        """Chunks newest first. Pages are as large as can be where many rows may be dropped: in a list that begins in the
        past the first ones may be too new."""
        newest = self.matching.newest(at_or_before)
        dropping = newest is not None or self.matching.compares_rows
        limit = LARGEST_PAGE if dropping else max(1, min(page_size, LARGEST_PAGE))
        pages, rows = await self._begin(pipelines, limit, newest)
        place: datetime | None = None
        resumed_at: datetime | None = None
        while True:
            kept, ended, place = self._keep(rows, newest, place)
            more = pages.more and not ended
            if kept or not more:
                yield Chunk(tuple(kept), more, applied_locally=self.matching.applied_locally)
            if not more:
                return
            try:
                rows = await pages.read()
            except InvalidInputError:
                # The vendor has lost the session's place. A new session goes on behind the last row; rows of that very
                # moment come twice.
                if place is None or place == resumed_at:
                    raise
                newest = resumed_at = place
                pages, rows = await self._begin(pipelines, LARGEST_PAGE, newest)

    def _keep(
        self, rows: Rows, newest: datetime | None, place: datetime | None
    ) -> tuple[list[Build | RowFault], bool, datetime | None]:
        """(what matches, whether the rows have become too old, the time of the last row that was not too new).

        A row without a readable time stands where its neighbour stands.
        """
        kept: list[Build | RowFault] = []
        skipping = False
        for row in rows:
            created = time_of(row)
            skipping = skipping if created is None else newest is not None and created > newest
            if skipping:
                continue
            place = created or place
            if created is not None and self.matching.too_old(created):
                return kept, True, place
            if self.matching.matches(row):
                kept.append(self.matching.value(row))
        return kept, False, place

    async def _begin(self, pipelines: Sequence[str] | None, limit: int, newest: datetime | None) -> tuple[BuildPages, Rows]:
        """A session that begins no later than at `newest`, with its first page.

        As long as it is not known whether an end day counts, the day itself is tried: rows of a day too many would have
        to be read and dropped.
        """
        if newest is None or self._end_day.known:
            pages = self.session(pipelines, limit, newest)
            return pages, await pages.read()
        day = newest.date()
        pages = BuildPages(self._client, self.matching.pairs(pipelines, day), limit)
        rows = await pages.read()
        if self._end_day.seen_in(day, rows):
            return pages, rows
        pages = self.session(pipelines, limit, newest)
        rows = await pages.read()
        self._end_day.seen_after(day, rows)
        return pages, rows


def _holds(rows: Rows, day: date) -> bool:
    return any(created.date() == day for created in map(time_of, rows) if created is not None)
