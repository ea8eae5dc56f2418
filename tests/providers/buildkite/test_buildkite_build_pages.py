"""Reading a list of builds page by page: no row lost, none twice, and always an end."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.cursor import EPOCH
from gateway.domain.errors import MalformedResponseError
from gateway.domain.page import RowFault
from gateway.providers.buildkite.build_pages import build_pages
from gateway.providers.buildkite.explain import TooDeepError
from gateway.providers.buildkite.rows import BadRow, Listing
from gateway.providers.buildkite.wire import WireBuild

pytestmark = pytest.mark.anyio


def _build(name: str, ms: int) -> WireBuild:
    moment = EPOCH + timedelta(milliseconds=ms)
    return WireBuild(id=name, number=1, url="", created_at=moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"))


class Vendor:
    """A list of (id, milliseconds), which tests change between pages."""

    def __init__(self, rows: list[tuple[str, int]], per_page: int, deepest: int = 10_000) -> None:
        self.rows = sorted(rows, key=lambda row: -row[1])
        self.per_page = per_page
        self.deepest = deepest
        self.calls: list[tuple[int, int | None]] = []
        self.meanwhile: Callable[[], None] = lambda: None

    async def read(self, page: int, bound_ms: int | None) -> Listing[WireBuild]:
        self.calls.append((page, bound_ms))
        if page * self.per_page > self.deepest:
            raise TooDeepError("Listing builds this deep is not supported.")
        found = [row for row in self.rows if bound_ms is None or row[1] < bound_ms]
        start = (page - 1) * self.per_page
        shown = found[start : start + self.per_page]
        self.meanwhile()
        return Listing([_build(*row) for row in shown], start + self.per_page < len(found))

    def insert(self, name: str, ms: int) -> None:
        self.rows = sorted([*self.rows, (name, ms)], key=lambda row: -row[1])


async def _ids(vendor: Vendor, *, changeable: bool, created_to_ms: int | None = None) -> list[str]:
    return [
        row.id
        async for page in build_pages(vendor.read, created_to_ms, changeable=changeable)
        for row in page.rows
        if isinstance(row, WireBuild)
    ]


def _spread(count: int) -> list[tuple[str, int]]:
    return [(f"b{place}", 1_000_000 - 10 * place) for place in range(count)]


async def test_without_a_status_filter_pages_are_full_and_stand_still() -> None:
    vendor = Vendor(_spread(250), 100)

    assert await _ids(vendor, changeable=False) == [name for name, _ in _spread(250)]
    assert vendor.calls == [(1, None), (2, 1_000_001), (3, 1_000_001)]


async def test_with_a_status_filter_each_page_begins_at_the_last_row() -> None:
    vendor = Vendor(_spread(250), 100)

    assert await _ids(vendor, changeable=True) == [name for name, _ in _spread(250)]
    assert vendor.calls[1] == (1, 1_000_000 - 990 + 1)
    assert len(vendor.calls) == 3


@pytest.mark.parametrize("changeable", [True, False])
async def test_new_builds_do_not_shift_the_rows_behind_them(changeable: bool) -> None:
    vendor = Vendor(_spread(95), 10)
    numbers: Iterator[int] = iter(range(1_000))

    def push() -> None:
        for _ in range(7):
            number = next(numbers)
            vendor.insert(f"new{number}", 1_000_001 + number)

    vendor.meanwhile = push

    found = await _ids(vendor, changeable=changeable)

    assert found == [name for name, _ in _spread(95)]


async def test_rows_that_leave_a_filtered_list_hide_no_other() -> None:
    vendor = Vendor(_spread(95), 10)

    def finish() -> None:
        del vendor.rows[:3]

    vendor.meanwhile = finish

    found = await _ids(vendor, changeable=True)

    # Nothing that is still there when its page is read is missing: page n is read after 3n rows have gone from the front.
    assert found == [name for name, _ in _spread(95)]


@pytest.mark.parametrize("changeable", [True, False])
async def test_too_deep_a_page_is_read_from_a_later_start(changeable: bool) -> None:
    vendor = Vendor(_spread(95), 10, deepest=30)

    assert await _ids(vendor, changeable=changeable) == [name for name, _ in _spread(95)]


@pytest.mark.parametrize("changeable", [True, False])
async def test_more_builds_in_one_millisecond_than_a_page_holds(changeable: bool) -> None:
    rows = [("first", 9_000), *((f"tied{place}", 5_000) for place in range(37)), ("last", 1_000)]
    vendor = Vendor(rows, 10)

    found = await _ids(vendor, changeable=changeable)

    assert sorted(found) == sorted(name for name, _ in rows)
    assert len(vendor.calls) <= 8


async def test_a_millisecond_deeper_than_the_vendor_lists_is_an_error_and_no_loop() -> None:
    vendor = Vendor([(f"tied{place}", 5_000) for place in range(100)], 10, deepest=50)

    with pytest.raises(TooDeepError):
        await _ids(vendor, changeable=False)

    assert len(vendor.calls) <= 8


@pytest.mark.parametrize("changeable", [True, False])
async def test_a_vendor_that_repeats_itself_is_left(changeable: bool) -> None:
    async def read(_page: int, _bound_ms: int | None) -> Listing[WireBuild]:
        return Listing([_build("same", 5_000)], True)

    with pytest.raises(MalformedResponseError):
        async for _ in build_pages(read, None, changeable=changeable):
            pass


async def test_an_empty_page_is_the_end_whatever_the_vendor_says() -> None:
    async def read(_page: int, _bound_ms: int | None) -> Listing[WireBuild]:
        return Listing([], True)

    assert [page.more async for page in build_pages(read, None, changeable=True)] == [False]


async def test_rows_without_a_readable_time_are_passed_on_and_walked_over() -> None:
    vendor = Vendor(_spread(25), 10)

    async def read(page: int, bound_ms: int | None) -> Listing[WireBuild]:
        listing = await vendor.read(page, bound_ms)
        spoiled = BadRow(RowFault(MalformedResponseError("bad"), f"bad{len(vendor.calls)}"))
        return Listing([*listing.rows, spoiled], listing.more)

    found = [row async for page in build_pages(read, None, changeable=True) for row in page.rows]

    assert [row.id for row in found if isinstance(row, WireBuild)] == [name for name, _ in _spread(25)]
    assert sum(isinstance(row, BadRow) for row in found) == len(vendor.calls)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12), st.booleans(), st.integers(0, 60))
async def test_each_row_comes_exactly_once_while_others_come_in(seed: int, per_page: int, changeable: bool, count: int) -> None:
    rng = Random(seed)
    rows = [(f"b{place}", rng.randrange(1, 40)) for place in range(count)]
    vendor = Vendor(rows, per_page, deepest=100_000)
    vendor.meanwhile = lambda: vendor.insert(f"new{len(vendor.rows)}", 40 + len(vendor.calls))

    found = await _ids(vendor, changeable=changeable)

    old = [name for name in found if name.startswith("b")]
    assert sorted(old) == sorted(name for name, _ in rows)
