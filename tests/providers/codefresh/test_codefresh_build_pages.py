"""Vendors that behave otherwise than the simulator: end days that do not count, no word of the next page, dull cursors."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from gateway.domain.build import Build, BuildQuery
from gateway.domain.errors import InvalidInputError, MalformedResponseError
from gateway.domain.page import RowFault
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.build_filter import BuildFilter
from gateway.providers.codefresh.build_pages import BuildLists, EndDay
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.keys import Origin
from gateway.providers.codefresh.newest_reader import newest_of
from gateway.providers.codefresh.rows import BadRow, Listing

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PIPELINES = tuple(f"65f1c441{number:016x}" for number in range(6))


class Vendor:
    """Answers `list_builds` from memory, one build an hour, the pipelines in turn."""

    def __init__(self, *, count: int = 500, end_day_counts: bool = True, tells_next_page: bool = True) -> None:
        self.rows: list[wire.Build | BadRow] = [
            wire.Build(id=f"{number:024x}", created=NOW - number * HOUR, pipeline_id=PIPELINES[number % len(PIPELINES)])
            for number in range(count)
        ]
        self.calls: list[dict[str, list[str]]] = []
        self._end_day_counts = end_day_counts
        self._tells_next_page = tells_next_page
        self._places: dict[str, int] = {}
        self.fails_on_page: int | None = None

    async def list_builds(self, session: str, page: int, limit: int, filters: Sequence[tuple[str, str]]) -> Listing[wire.Build]:
        asked: dict[str, list[str]] = {"page": [str(page)]}
        for name, value in filters:
            asked.setdefault(name, []).append(value)
        self.calls.append(asked)
        if page == self.fails_on_page:
            self.fails_on_page = None
            raise InvalidInputError("page is not a neighbour of the last page read")
        rows = [row for row in self.rows if self._matches(row, asked)]
        start = 0 if page == 1 else self._places[session]
        self._places[session] = start + limit
        more = start + limit < len(rows)
        return Listing(rows[start : start + limit], next_page=more if self._tells_next_page else None)

    def _matches(self, row: wire.Build | BadRow, asked: dict[str, list[str]]) -> bool:
        if isinstance(row, BadRow):
            return True
        if "pipeline" in asked and row.pipeline_id not in asked["pipeline"]:
            return False
        day = row.created.date()
        for end in map(date.fromisoformat, asked.get("endDate", [])):
            if day > end or (day == end and not self._end_day_counts):
                return False
        return all(day >= date.fromisoformat(start) for start in asked.get("startDate", []))


def lists_of(vendor: Vendor, query: BuildQuery | None = None, end_day: EndDay | None = None) -> BuildLists:
    matching = BuildFilter(query or BuildQuery(), Origin("shop-codefresh", "https://g.codefresh.io"))
    return BuildLists(cast(CodefreshClient, vendor), end_day or EndDay(), matching)


async def read(lists: BuildLists, at_or_before: datetime | None = None, page_size: int = 100) -> list[Any]:
    return [item async for chunk in lists.stream(None, at_or_before, page_size) for item in chunk.items]


def ids(rows: Sequence[Any]) -> list[str]:
    return [row.id if isinstance(row, RowFault) else row.external_id for row in rows]


@pytest.mark.parametrize("end_day_counts", [True, False])
@pytest.mark.parametrize("tells_next_page", [True, False])
async def test_from_any_moment_on_nothing_is_missing(end_day_counts: bool, tells_next_page: bool) -> None:
    vendor = Vendor(end_day_counts=end_day_counts, tells_next_page=tells_next_page)
    end_day = EndDay()
    for number in (0, 5, 11, 13, 30, 36, 250, 499):
        moment = NOW - number * HOUR

        found = await read(lists_of(vendor, end_day=end_day), moment)

        assert ids(found) == [f"{place:024x}" for place in range(number, 500)]


async def test_an_end_day_that_does_not_count_is_learnt_too() -> None:
    vendor = Vendor(end_day_counts=False)
    end_day = EndDay()
    lists = lists_of(vendor, end_day=end_day)
    await read(lists, NOW - 30 * HOUR)
    vendor.calls.clear()

    await anext(lists.stream(None, NOW - 30 * HOUR, 20))

    assert [call["endDate"] for call in vendor.calls] == [["2026-03-02"]]  # the moment lies on the day before


async def test_as_long_as_nothing_is_known_the_day_after_is_taken_where_it_must_hold() -> None:
    end_day = EndDay()

    assert end_day.holding(NOW) == date(2026, 3, 3)
    assert end_day.starts_below(NOW) == datetime(2026, 3, 4, tzinfo=UTC)
    assert end_day.seen_in(date(2026, 3, 2), [wire.Build(id="a", created=NOW)])
    assert end_day.holding(NOW) == date(2026, 3, 2)
    assert end_day.starts_below(NOW) == datetime(2026, 3, 3, tzinfo=UTC)


async def test_without_word_of_the_next_page_a_full_page_means_another() -> None:
    vendor = Vendor(count=200, tells_next_page=False)

    chunks = [chunk async for chunk in lists_of(vendor).stream(None, None, 100)]

    assert [(len(chunk.items), chunk.more) for chunk in chunks] == [(100, True), (100, True), (0, False)]


async def test_an_empty_page_ends_a_list_whatever_is_promised() -> None:
    vendor = Vendor(count=0)
    vendor._tells_next_page = True
    lists = lists_of(vendor)

    assert await read(lists) == []
    assert len(vendor.calls) == 1


async def test_a_session_that_is_lost_among_newer_rows_is_begun_anew_once() -> None:
    vendor = Vendor()
    vendor.fails_on_page = 2
    lists = lists_of(vendor, BuildQuery(created_to=NOW - 5 * HOUR))

    found = await read(lists)

    assert list(dict.fromkeys(ids(found))) == [f"{place:024x}" for place in range(6, 500)]


@pytest.mark.parametrize("end_day_counts", [True, False])
@pytest.mark.parametrize("first", [3, 25])
async def test_newest_builds_are_exact_whatever_an_end_day_means(end_day_counts: bool, first: int) -> None:
    vendor = Vendor(count=900, end_day_counts=end_day_counts)

    found = await newest_of(lists_of(vendor), PIPELINES, first)

    for number, pipeline in enumerate(PIPELINES):
        chunk = found[pipeline]
        assert not isinstance(chunk, Exception)
        assert ids(chunk.items) == [f"{number + len(PIPELINES) * place:024x}" for place in range(first)]
        assert chunk.more
    assert len(vendor.calls) <= len(PIPELINES)


async def test_a_row_of_no_known_time_leaves_the_rest_to_single_lists() -> None:
    vendor = Vendor(count=60)
    fault = RowFault(MalformedResponseError("unreadable"), "x")
    vendor.rows.insert(10, BadRow(fault, PIPELINES[0]))

    found = await newest_of(lists_of(vendor), PIPELINES, 3)

    chunk = found[PIPELINES[1]]
    assert not isinstance(chunk, Exception)
    assert [type(item) for item in chunk.items] == [Build, Build, RowFault]  # this vendor shows it in every list
