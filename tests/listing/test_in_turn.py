"""Lists in the vendors' own order: provider by provider, each item once."""

import asyncio

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.cursor import ListCursor, decode_cursor, encode_cursor
from gateway.domain.errors import BudgetExceededError, InvalidInputError, NotSupportedError, UpstreamUnavailableError
from gateway.domain.outcome import OutcomeStatus
from gateway.domain.page import Chunk
from gateway.listing.in_turn import in_turn
from gateway.listing.sorted_set import MAX_SORTED_ITEMS, sorted_set
from gateway.upstream.offset_walk import Rows, aligned_page, walk

pytestmark = pytest.mark.anyio


class Thing(msgspec.Struct, frozen=True):
    name: str


class FakeList:
    """A vendor's list by numbered pages."""

    def __init__(self, provider, names, largest=100, error=None):
        self.provider, self.names, self.largest, self.error = provider, list(names), largest, error
        self.calls = 0

    async def fetch(self, offset, count):
        self.calls += 1
        if self.error is not None:
            raise self.error
        number, per_page = aligned_page(offset, count, self.largest)
        start = (number - 1) * per_page
        part = self.names[start : start + per_page]
        return Rows(start, tuple(Thing(name) for name in part), start + per_page < len(self.names))

    def stream(self, after, count):
        return walk(self.fetch, lambda thing: thing.name, after, count, largest=self.largest)


def missing(name):
    return NotSupportedError(f"{name} has none", provider=name)


async def page(lists, first, after=None, patience_s=5.0):
    cursor = decode_cursor(after, ListCursor, "d")
    sources = [(each.provider, each.stream) for each in lists]
    return await in_turn(sources, after=cursor, first=first, digest="d", patience_s=patience_s, missing=missing)


async def walk_all(lists, first, between=lambda _: None):
    names, after = [], None
    while True:
        got = await page(lists, first, after)
        names += [each.name for each in got.items]
        if not got.has_next_page or not got.positions:
            return names
        after = encode_cursor(got.positions[-1])
        between(names)
        assert len(names) < 500


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=3), st.integers(1, 12), st.integers(3, 20))
def test_each_item_comes_once_in_the_vendors_order(sizes, first, largest):
    lists = [FakeList(f"p{index}", [f"{index}-{place}" for place in range(size)], largest) for index, size in enumerate(sizes)]

    names = asyncio.run(walk_all(lists, first))

    assert names == [name for each in lists for name in each.names]


@settings(max_examples=60, deadline=None)
@given(st.integers(5, 40), st.integers(1, 9), st.integers(1, 3), st.booleans())
def test_rows_put_in_or_taken_out_before_the_cursor_shift_nothing(size, first, moved, put_in):
    vendor = FakeList("p", [f"{place:02}" for place in range(size)], largest=10)
    expected = list(vendor.names)

    def change(seen):
        for turn in range(moved):
            if put_in:
                vendor.names.insert(0, f"new-{len(vendor.names)}-{turn}")
            elif len(seen) > 1 and vendor.names[0] in seen[:-1]:
                vendor.names.pop(0)

    assert asyncio.run(walk_all([vendor], first, change)) == expected


async def test_when_the_cursors_own_item_is_gone_the_walk_goes_on_at_its_place():
    vendor = FakeList("p", "abcdef")
    one = await page([vendor], 3)
    vendor.names.remove("c")

    two = await page([vendor], 3, encode_cursor(one.positions[-1]))

    assert [each.name for each in two.items] == ["d", "e", "f"]


async def test_resuming_costs_one_call():
    vendor = FakeList("p", [f"{place:03}" for place in range(90)])
    one = await page([vendor], 20)
    vendor.calls = 0

    two = await page([vendor], 20, encode_cursor(one.positions[-1]))

    assert [each.name for each in two.items] == [f"{place:03}" for place in range(20, 40)]
    assert vendor.calls == 1


async def test_later_providers_cost_nothing_before_they_are_reached():
    one, two = FakeList("one", "abc"), FakeList("two", "xyz")

    got = await page([one, two], 2)

    assert two.calls == 0
    assert (got.outcomes[1].status, got.outcomes[1].upstream_calls) == (OutcomeStatus.SKIPPED, 0)
    assert got.has_next_page
    assert got.total_count is None


async def test_a_list_read_to_its_end_is_counted():
    assert (await page([FakeList("one", "abc"), FakeList("two", "x")], 10)).total_count == 4


async def test_a_failing_provider_leaves_its_place_to_the_next_and_stays_out():
    bad, good = FakeList("bad", "abc", error=UpstreamUnavailableError("down", provider="bad")), FakeList("good", "wxyz")

    one = await page([bad, good], 2)
    bad.error = None
    two = await page([bad, good], 5, encode_cursor(one.positions[-1]))

    assert [each.name for each in (*one.items, *two.items)] == ["w", "x", "y", "z"]
    assert one.outcomes[0].status is OutcomeStatus.FAILED
    assert two.outcomes[0].status is OutcomeStatus.SKIPPED


async def test_a_silent_provider_is_given_up_after_the_patience():
    good = FakeList("good", "xyz")

    async def hang(_after, _count):
        await asyncio.Event().wait()
        yield

    loop = asyncio.get_running_loop()
    began = loop.time()
    got = await in_turn([("mute", hang), ("good", good.stream)], after=None, first=3, digest="d", patience_s=0.05, missing=missing)

    assert loop.time() - began < 0.15
    assert [each.name for each in got.items] == ["x", "y", "z"]
    assert got.outcomes[0].fault.code == "UPSTREAM_TIMEOUT"


async def sort(lists, first, after=None, descending=False, patience_s=5.0):
    sources = [(each.provider, each.stream) for each in lists]
    return await sorted_set(
        sources, value_of=lambda thing: thing.name, id_of=lambda thing: thing.name, descending=descending, after=after, first=first,
        digest="d", patience_s=patience_s, missing=missing,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("abC", max_size=3), unique_by=str, max_size=20), st.integers(1, 7), st.booleans())
def test_a_sorted_walk_gives_each_item_once_in_order(names, first, descending):
    lists = [FakeList("one", names[::2]), FakeList("two", names[1::2])]

    async def walk_sorted():
        got, after = [], None
        while True:
            part = await sort(lists, first, after, descending)
            got += [each.name for each in part.items]
            if not part.has_next_page:
                return got
            after = part.positions[-1]

    got = asyncio.run(walk_sorted())

    assert sorted(got) == sorted(names)
    assert [name.casefold() for name in got] == sorted((name.casefold() for name in names), reverse=descending)


async def test_a_set_too_large_to_sort_is_refused_by_name_and_the_others_are_served():
    large, small = FakeList("large", (f"{place:05}" for place in range(MAX_SORTED_ITEMS + 1))), FakeList("small", "ab")

    got = await sort([large, small], 5)

    assert [each.name for each in got.items] == ["a", "b"]
    assert got.outcomes[0].fault.code == BudgetExceededError.code
    assert "large" in got.outcomes[0].fault.message
    assert got.total_count is None


async def test_a_silent_provider_does_not_hold_up_a_sorted_list():
    good = FakeList("good", "yx")

    class Mute:
        provider = "mute"

        async def stream(self, _after, _count):
            await asyncio.Event().wait()
            yield

    got = await sort([Mute(), good], 5, patience_s=0.05)

    assert [each.name for each in got.items] == ["x", "y"]
    assert got.outcomes[0].fault.code == "UPSTREAM_TIMEOUT"


async def test_a_cursor_at_a_provider_that_is_gone_is_refused_and_does_not_begin_anew():
    one = await page([FakeList("gone", "abc"), FakeList("other", "xyz")], 2)

    with pytest.raises(InvalidInputError, match="does not have any more"):
        await page([FakeList("other", "xyz")], 2, encode_cursor(one.positions[-1]))


async def test_rows_that_a_vendors_pages_repeat_are_sorted_once():
    class Shifting:
        provider = "p"

        async def stream(self, _after, _count):
            yield Chunk((Thing("a"), Thing("b")), True)
            yield Chunk((Thing("b"), Thing("c")), False)

    got = await sort([Shifting()], 10)

    assert [each.name for each in got.items] == ["a", "b", "c"]
    assert got.total_count == 3
