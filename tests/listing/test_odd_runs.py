"""Runs at the ends of time, and thousands of one moment."""

import pytest

from gateway.domain.cursor import RunCursor, decode_cursor, encode_cursor
from gateway.domain.errors import BudgetExceededError, NotSupportedError
from gateway.domain.outcome import OutcomeStatus
from gateway.domain.page import Chunk
from gateway.listing.newest_first import MOST_OF_ONE_MOMENT, newest_first
from tests.listing.streams import FakeVendor, run

pytestmark = pytest.mark.anyio


def missing(name):
    return NotSupportedError(f"{name} has none", provider=name)


async def page(vendor, first, after=None):
    cursor = decode_cursor(after, RunCursor, "d")
    return await newest_first(
        [(vendor.provider, vendor.stream)], after=cursor, first=first, digest="d", patience_s=5, missing=missing
    )


@pytest.mark.parametrize("milliseconds", [-62_135_596_800_000, -1, 0, 253_402_300_799_000])
async def test_a_walk_goes_on_behind_a_run_of_any_time(milliseconds):
    vendor = FakeVendor("p", [run("p", milliseconds, name) for name in "abc"], page=10)

    first = await page(vendor, 1)
    second = await page(vendor, 5, encode_cursor(first.positions[-1]))

    assert [each.external_id for each in (*first.items, *second.items)] == ["a", "b", "c"]


class InOrder(FakeVendor):
    """Promises that runs of one moment come in order of their ids."""

    async def stream(self, at_or_before, page_size):
        async for chunk in super().stream(at_or_before, page_size):
            yield Chunk(chunk.items, chunk.more, ids_in_order=True)


async def test_cursors_stay_small_where_ids_come_in_order():
    vendor = InOrder("p", [run("p", 7, f"{number:05}") for number in range(3000)], page=100)
    after, names = None, []

    while True:
        got = await page(vendor, 500, after)
        names += [each.external_id for each in got.items]
        if not got.has_next_page:
            break
        after = encode_cursor(got.positions[-1])
        assert len(after) < 200

    assert names == [f"{number:05}" for number in range(3000)]


async def test_where_they_do_not_the_walk_ends_with_a_reason():
    vendor = FakeVendor("p", [run("p", 7, f"{number:05}") for number in range(MOST_OF_ONE_MOMENT + 300)], page=100)
    after, names = None, []

    while True:
        got = await page(vendor, 400, after)
        names += [each.external_id for each in got.items]
        if not got.has_next_page:
            break
        after = encode_cursor(got.positions[-1])

    (outcome,) = got.outcomes
    assert len(names) == len(set(names)) > MOST_OF_ONE_MOMENT - 100
    assert outcome.status is OutcomeStatus.PARTIAL
    assert outcome.fault is not None
    assert outcome.fault.code == BudgetExceededError.code
