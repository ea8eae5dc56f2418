"""Builds and executions of five vendors in one list: each once, in order, however it is paged and whatever comes in meanwhile.

What is expected is read from the simulators' own data and from what was reported to the ledger.
"""

import asyncio
from itertools import groupby

import pytest

from gateway.simulation.clock import ManualClock
from gateway.simulation.server import start
from tests.end_to_end.five_vendors import NO_BUILDS, RUNS, FiveVendors, check, ids_of
from tests.gateway_under_test import ALL_NAMES, ALL_VENDORS, GatewayUnderTest

pytestmark = pytest.mark.anyio

BUILDS = RUNS.replace("runs(", "builds(").replace("RunFilter", "BuildFilter")
EXECUTIONS = RUNS.replace("runs(", "executions(").replace("RunFilter", "ExecutionFilter")
VENDORS = set(ALL_NAMES.values())


@pytest.fixture(scope="module")
def clock(_clock):
    return ManualClock(_clock.start)


@pytest.fixture(scope="module")
def own_simulators(clock):
    """Of this file alone, because runs are added."""
    running = {each.kind: start(each, clock=clock) for each in ALL_VENDORS}
    yield running
    for simulator in running.values():
        simulator.stop()


@pytest.fixture
async def five(own_simulators, clock, ledger):
    for simulator in own_simulators.values():
        simulator.control.reset_calls()
    async with GatewayUnderTest(own_simulators, data_dir=await ledger()) as gateway:
        yield FiveVendors(gateway, clock)


async def test_the_newest_runs_come_once_and_in_order(five):
    held = five.held()

    edges = await five.walk([37, 100, 3], 9)

    assert len(edges) == 420
    assert {edge["node"]["provider"]["name"] for edge in edges} == VENDORS
    check(edges, held)


@pytest.mark.parametrize(("sizes", "pages"), [([1], 25), ([2, 5], 8), ([13], 3), ([39, 1], 2)])
async def test_every_page_size_gives_the_same_walk(five, sizes, pages):
    whole = await five.walk([60], 1)

    edges = await five.walk(sizes, pages)

    assert len(edges) >= 25
    assert ids_of(edges) == ids_of(whole)[: len(edges)]


async def test_a_cursor_used_twice_gives_the_same_page_at_once_later_and_elsewhere(five, ledger):
    first = await five.page(50)
    async with GatewayUnderTest(five.gateway.simulators, data_dir=await ledger()) as elsewhere:
        other = FiveVendors(elsewhere, five.clock)
        for place in (0, 33):
            after = first["edges"][place]["cursor"]
            pages = await asyncio.gather(five.page(20, after), five.page(20, after), other.page(20, after))
            await five.add_runs()
            pages.append(await five.page(20, after))

            assert [page["edges"] for page in pages] == [pages[0]["edges"]] * 4
            assert ids_of(pages[0]["edges"])[: 49 - place] == ids_of(first["edges"])[place + 1 :][:20]


async def test_runs_added_at_every_vendor_while_paging_neither_repeat_nor_hide_others(five):
    held = five.held()

    edges = await five.walk([9, 30, 1], 15, between=five.add_runs)

    assert len(edges) == 200
    check(edges, held)


async def test_what_was_added_heads_the_list_at_once(five):
    await five.add_runs()
    await five.add_runs()
    added = five.held()[:10]
    assert [len(list(group)) for _, group in groupby(added, key=lambda row: row.time_ms)] == [5, 5]

    for size in (1, 2, 3, 10):
        edges = await five.walk([size], -(-10 // size))

        assert ids_of(edges)[:10] == [row.id for row in added]


async def test_runs_of_one_moment_at_several_vendors_stay_whole_over_page_borders(even_gateway_of_five, _clock):
    five = FiveVendors(even_gateway_of_five, _clock, "even")
    held = five.held()

    for size in (1, 2, 5):
        edges = await five.walk([size], 30 // size)

        assert len(edges) == 30
        check(edges, held)
    assert any(len({row.provider for row in group}) == 3 for group in tied(held[:30]))


def tied(rows):
    groups = (list(group) for _, group in groupby(rows, key=lambda row: row.time_ms))
    return [group for group in groups if len(group) > 1]


async def test_runs_are_the_builds_and_the_executions(five):
    runs, builds, executions = await asyncio.gather(five.page(100), five.page(100, query=BUILDS), five.page(100, query=EXECUTIONS))

    places = {row.id: row.place for row in five.held()}
    both = [edge["node"] for edge in (*builds["edges"], *executions["edges"])]
    merged = sorted(both, key=lambda node: (*places[node["externalId"]], node["externalId"]))
    assert [edge["node"] for edge in runs["edges"]] == merged[:100]
    assert {node["__typename"] for node in merged[:100]} == {"Build", "Execution"}


@pytest.mark.parametrize(("query", "lacking"), [(BUILDS, NO_BUILDS), (EXECUTIONS, VENDORS - NO_BUILDS)])
async def test_a_vendor_without_such_runs_says_so_without_a_call(five, query, lacking):
    page = await five.page(5, query=query)

    statuses = {each["provider"]["name"]: each["status"] for each in page["outcomes"]}
    assert statuses == {name: "NOT_SUPPORTED" if name in lacking else "OK" for name in VENDORS}
    calls = five.gateway.calls()
    assert [calls[kind] for kind, name in ALL_NAMES.items() if name in lacking] == [0] * len(lacking)
    assert all(calls[kind] for kind, name in ALL_NAMES.items() if name not in lacking | {ALL_NAMES["dx"]})


async def test_the_ledger_is_read_and_no_vendor_asked_for_it(five):
    page = await five.page(20, filter={"kinds": ["DX"]})

    assert page["outcomes"][0] | {"missingBefore": None} == {
        "provider": {"name": "homegrown"}, "status": "OK", "fault": None, "missingBefore": None, "upstreamCalls": 0, "servedFrom": "STORE",
    }  # fmt: skip
    assert sum(five.gateway.calls().values()) == 0
    assert len(page["edges"]) == 20
