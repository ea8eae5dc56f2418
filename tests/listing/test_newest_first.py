"""The merge: every run once, in order, whatever the page sizes, ties and insertions."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.cursor import RunCursor, decode_cursor, encode_cursor, micros
from gateway.domain.errors import MalformedResponseError, NotSupportedError, UpstreamUnavailableError
from gateway.domain.outcome import OutcomeStatus
from gateway.domain.page import Chunk, RowFault
from gateway.listing.newest_first import newest_first
from tests.listing.streams import FakeVendor, run

pytestmark = pytest.mark.anyio


def missing(name):
    return NotSupportedError(f"{name} has none", provider=name)


async def page(vendors, first, after=None, patience_s=5.0):
    sources = [(vendor.provider, vendor.stream) for vendor in vendors]
    cursor = decode_cursor(after, RunCursor, "d")
    return await newest_first(sources, after=cursor, first=first, digest="d", patience_s=patience_s, missing=missing)


async def walk(vendors, sizes, between=lambda: None):
    """Pages through with the given sizes, cycling; returns all names."""
    names, after, turn = [], None, 0
    while True:
        got = await page(vendors, sizes[turn % len(sizes)], after)
        names += [each.external_id for each in got.items]
        turn += 1
        if not got.has_next_page or not got.items:
            return names
        after = encode_cursor(got.positions[-1])
        between()
        assert turn < 500


times = st.lists(st.integers(1, 8), max_size=14)
page_sizes = st.lists(st.integers(1, 7), min_size=1, max_size=3)


def runs_of(provider, spread):
    return [run(provider, time, f"{provider}-{place:02}") for place, time in enumerate(spread)]


@settings(max_examples=150, deadline=None)
@given(st.lists(times, min_size=1, max_size=3), page_sizes, st.integers(1, 4), st.randoms())
def test_each_run_comes_once_and_newest_first_for_any_page_sizes_and_ties(spread, sizes, vendor_page, random):
    vendors = []
    for index, each in enumerate(spread):
        runs = runs_of(f"p{index}", each)
        random.shuffle(runs)
        vendors.append(FakeVendor(f"p{index}", runs, page=vendor_page))
    expected = {each.external_id: micros(each.created_at) for vendor in vendors for each in vendor.runs}

    names = asyncio.run(walk(vendors, sizes))

    assert sorted(names) == sorted(expected)
    assert [expected[name] for name in names] == sorted(expected.values(), reverse=True)


@settings(max_examples=100, deadline=None)
@given(st.lists(times, min_size=1, max_size=3), st.integers(1, 5), st.integers(1, 4), st.integers(1, 3))
def test_runs_put_in_while_paging_disturb_nothing(spread, size, vendor_page, inserted):
    vendors = [FakeVendor(f"p{index}", runs_of(f"p{index}", each), page=vendor_page) for index, each in enumerate(spread)]
    expected = sorted(each.external_id for vendor in vendors for each in vendor.runs)
    serial = iter(range(10_000))

    def put_in():
        for vendor in vendors:
            vendor.runs.extend(run(vendor.provider, 100 + next(serial), f"new-{next(serial)}") for _ in range(inserted))

    names = asyncio.run(walk(vendors, [size], put_in))

    assert sorted(name for name in names if not name.startswith("new-")) == expected
    assert not any(name.startswith("new-") for name in names)


@settings(max_examples=60, deadline=None)
@given(times, times, st.integers(1, 6), st.integers(1, 4))
def test_every_edge_continues_exactly_where_it_stands(left, right, size, vendor_page):
    vendors = [FakeVendor(name, runs_of(name, each), page=vendor_page) for name, each in (("a", left), ("b", right))]

    async def check():
        whole = await page(vendors, 100)
        names = [each.external_id for each in whole.items]
        for place, position in enumerate(whole.positions):
            after = encode_cursor(position)
            one, two = await asyncio.gather(page(vendors, size, after), page(vendors, size, after))
            assert [each.external_id for each in one.items] == names[place + 1 : place + 1 + size]
            assert one.items == two.items

    asyncio.run(check())


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(1, 2), min_size=2, max_size=14),
    page_sizes,
    st.lists(st.integers(1, 5), min_size=1, max_size=4),
    st.randoms(),
)
def test_ties_come_once_however_the_vendors_pages_cut_them(spread, sizes, vendor_pages, random):
    """The vendor's page size changes from request to request, as it does with the number of items asked for."""
    runs = runs_of("p", spread)
    random.shuffle(runs)
    vendor = FakeVendor("p", runs)
    turns = iter(range(10_000))

    def other_pages():
        vendor.page = vendor_pages[next(turns) % len(vendor_pages)]

    other_pages()
    names = asyncio.run(walk([vendor], sizes, other_pages))

    assert sorted(names) == sorted(each.external_id for each in runs)


async def test_a_provider_is_asked_only_when_its_next_run_is_needed():
    new = FakeVendor("new", [run("new", 100 - place, f"n{place:02}") for place in range(30)], page=5)
    old = FakeVendor("old", [run("old", 10 - place, f"o{place}") for place in range(9)], page=3)

    got = await page([new, old], 12)

    assert [each.external_id for each in got.items] == [f"n{place:02}" for place in range(12)]
    assert (new.calls, old.calls) == (3, 1)
    assert got.has_next_page


async def test_a_provider_that_fails_at_first_is_absent_for_the_whole_walk():
    good = FakeVendor("good", [run("good", time, f"g{time}") for time in range(1, 7)])
    bad = FakeVendor("bad", [run("bad", time, f"b{time}") for time in range(1, 7)], fail_at_call=1)
    bad.error = UpstreamUnavailableError("down", provider="bad")

    one = await page([good, bad], 3)
    bad.error = None
    two = await page([good, bad], 3, encode_cursor(one.positions[-1]))

    assert [each.external_id for each in (*one.items, *two.items)] == ["g6", "g5", "g4", "g3", "g2", "g1"]
    failed, absent = one.outcomes[1], two.outcomes[1]
    assert (failed.status, failed.fault.code, failed.missing_before) == (OutcomeStatus.FAILED, "UPSTREAM_UNAVAILABLE", None)
    assert (absent.status, absent.fault.code) == (OutcomeStatus.SKIPPED, "UPSTREAM_UNAVAILABLE")


async def test_a_provider_that_fails_later_is_dropped_and_says_from_when_on_it_is_missing():
    good = FakeVendor("good", [run("good", time, f"g{time}") for time in range(1, 13)])
    bad = FakeVendor("bad", [run("bad", time, f"b{time}") for time in range(1, 13)], fail_at_call=2)
    bad.error = UpstreamUnavailableError("down", provider="bad")

    one = await page([good, bad], 10)
    bad.error = None
    two = await page([good, bad], 10, encode_cursor(one.positions[-1]))

    outcome = one.outcomes[1]
    assert (outcome.status, micros(outcome.missing_before)) == (OutcomeStatus.PARTIAL, 10_000)
    assert [each.external_id for each in one.items if each.key.provider == "bad"] == ["b12", "b11", "b10"]
    assert not [each for each in two.items if each.key.provider == "bad"]
    assert micros(two.outcomes[1].missing_before) == 10_000


async def test_an_edge_before_the_drop_still_has_the_provider():
    good = FakeVendor("good", [run("good", time, f"g{time}") for time in range(1, 13)])
    bad = FakeVendor("bad", [run("bad", time, f"b{time}") for time in range(1, 13)], fail_at_call=2)
    bad.error = UpstreamUnavailableError("down", provider="bad")

    whole = await page([good, bad], 10)
    bad.error = None
    again = await page([good, bad], 2, encode_cursor(whole.positions[1]))

    assert [each.external_id for each in again.items] == [each.external_id for each in whole.items[2:4]]


async def test_a_silent_provider_is_given_up_after_the_patience_and_the_other_is_served():
    good = FakeVendor("good", [run("good", time, f"g{time}") for time in range(1, 4)])
    cancelled = asyncio.Event()

    async def hang(_at_or_before, _page_size):
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        yield

    loop = asyncio.get_running_loop()
    began = loop.time()
    got = await newest_first(
        [("good", good.stream), ("mute", hang)], after=None, first=3, digest="d", patience_s=0.05, missing=missing
    )

    assert loop.time() - began < 0.15
    assert [each.external_id for each in got.items] == ["g3", "g2", "g1"]
    assert (got.outcomes[1].status, got.outcomes[1].fault.code) == (OutcomeStatus.FAILED, "UPSTREAM_TIMEOUT")
    assert cancelled.is_set()


async def test_a_provider_without_the_list_is_not_supported_and_does_not_end_the_walk():
    good = FakeVendor("good", [run("good", time, f"g{time}") for time in range(1, 4)])

    got = await newest_first(
        [("good", good.stream), ("other", None)], after=None, first=2, digest="d", patience_s=1, missing=missing
    )

    assert got.outcomes[1].status is OutcomeStatus.NOT_SUPPORTED
    assert got.positions[-1].absent == ()


async def test_a_provider_that_falls_silent_while_another_has_runs_ready_is_given_up_too():
    ready = FakeVendor("ready", [run("ready", time, f"r{time}") for time in range(1, 6)], page=5)

    async def stalls(_at_or_before, _page_size):
        yield Chunk((run("slow", 9, "s9"),), True)
        await asyncio.Event().wait()

    got = await newest_first(
        [("ready", ready.stream), ("slow", stalls)], after=None, first=4, digest="d", patience_s=0.05, missing=missing
    )

    assert [each.external_id for each in got.items] == ["s9", "r5", "r4", "r3"]
    assert (got.outcomes[1].status, got.outcomes[1].fault.code) == (OutcomeStatus.PARTIAL, "UPSTREAM_TIMEOUT")


def unreadable(name):
    return RowFault(MalformedResponseError("no time, no sense", provider="bad"), name)


def of(*chunks):
    async def stream(_at_or_before, _page_size):
        for place, items in enumerate(chunks):
            yield Chunk(tuple(items), place + 1 < len(chunks))

    return stream


async def pair(bad, first=10):
    good = FakeVendor("good", [run("good", time, f"g{time}") for time in range(1, 4)])
    sources = [("good", good.stream), ("bad", bad)]
    return await newest_first(sources, after=None, first=first, digest="d", patience_s=1, missing=missing)


async def test_a_provider_of_which_no_row_can_be_placed_has_failed():
    got = await pair(of([unreadable("a"), unreadable("b")]), first=2)

    outcome = got.outcomes[1]
    assert (outcome.status, outcome.fault.code, outcome.missing_before) == (OutcomeStatus.FAILED, "UPSTREAM_MALFORMED", None)
    assert [each.external_id for each in got.items] == ["g3", "g2"]
    assert [absence.provider for absence in got.positions[-1].absent] == ["bad"]


async def test_a_provider_whose_later_rows_cannot_be_placed_is_dropped_from_there_on():
    got = await pair(of([run("bad", 9, "b9")], [unreadable("a")]))

    outcome = got.outcomes[1]
    assert (outcome.status, outcome.fault.code, micros(outcome.missing_before)) == (
        OutcomeStatus.PARTIAL,
        "UPSTREAM_MALFORMED",
        9_000,
    )
    assert [each.external_id for each in got.items] == ["b9", "g3", "g2", "g1"]


async def test_an_unreadable_row_at_the_top_stands_beside_its_neighbour():
    got = await pair(of([unreadable("a"), run("bad", 9, "b9")]), first=2)

    assert isinstance(got.items[0], RowFault)
    assert got.items[1].external_id == "b9"
    assert got.outcomes[1].status is OutcomeStatus.PARTIAL
