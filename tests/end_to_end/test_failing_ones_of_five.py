"""One of five vendors fails in a list of runs: the other four are whole, and the answer says who is missing, and from when on."""

from contextlib import contextmanager
from datetime import datetime

import pytest

from gateway.domain.errors import StoreUnavailableError
from gateway.simulation.control import Fault
from tests.end_to_end.five_vendors import FiveVendors, check, ids_of
from tests.gateway_under_test import ALL_NAMES, GatewayUnderTest

pytestmark = pytest.mark.anyio

CODES = {kind: "STORE_UNAVAILABLE" if kind == "dx" else "UPSTREAM_UNAVAILABLE" for kind in ALL_NAMES}


@pytest.fixture
def five(gateway_of_five, _clock):
    return FiveVendors(gateway_of_five, _clock)


@contextmanager
def failing(five, kind):
    """Vendors answer 500; the store of home-made CI does not answer."""
    control = five.gateway.simulators[kind].control
    reader = type(five.gateway.gateway.providers[ALL_NAMES["dx"]].builds)

    async def fail(*_):
        raise StoreUnavailableError("The database does not answer.", provider=ALL_NAMES["dx"])
        yield

    with pytest.MonkeyPatch.context() as patch:
        if kind == "dx":
            patch.setattr(reader, "stream_builds", fail)
        else:
            control.add_fault(Fault(route=".*", status=500))
        yield
    control.clear_faults()


def outcome_of(page, kind):
    return next(each for each in page["outcomes"] if each["provider"]["name"] == ALL_NAMES[kind])


def others_are_well(page, kind):
    return all(each["status"] == "OK" for each in page["outcomes"] if each["provider"]["name"] != ALL_NAMES[kind])


@pytest.mark.parametrize("kind", ALL_NAMES)
async def test_a_vendor_that_fails_on_the_first_page_is_absent_from_the_whole_walk(five, kind):
    held = [row for row in five.held() if row.provider != ALL_NAMES[kind]]

    with failing(five, kind):
        first = await five.page(40)
    second = await five.page(40, first["pageInfo"]["endCursor"])

    edges = [*first["edges"], *second["edges"]]
    assert len(edges) == 80
    check(edges, held)
    assert (outcome_of(first, kind)["status"], outcome_of(first, kind)["fault"]["code"]) == ("FAILED", CODES[kind])
    assert (outcome_of(second, kind)["status"], outcome_of(second, kind)["upstreamCalls"]) == ("SKIPPED", 0)
    assert others_are_well(first, kind)
    assert others_are_well(second, kind)


@pytest.mark.parametrize("kind", ALL_NAMES)
async def test_a_vendor_that_fails_later_is_missing_from_there_on_and_the_answer_says_from_when(five, kind):
    held = five.held()
    first = await five.page(40)
    from_there = datetime.fromisoformat(first["edges"][-1]["node"]["createdAt"])

    with failing(five, kind):
        second = await five.page(30, first["pageInfo"]["endCursor"])
    third = await five.page(30, second["pageInfo"]["endCursor"])

    edges = [*second["edges"], *third["edges"]]
    assert len(edges) == 60
    check(first["edges"], held)
    given = set(ids_of(first["edges"]))
    check(edges, [row for row in held if row.provider != ALL_NAMES[kind] and row.id not in given])
    assert (outcome_of(second, kind)["status"], outcome_of(second, kind)["fault"]["code"]) == ("FAILED", CODES[kind])
    assert outcome_of(third, kind)["status"] == "SKIPPED"
    for page in (second, third):
        assert datetime.fromisoformat(outcome_of(page, kind)["missingBefore"]) == from_there
        assert others_are_well(page, kind)


@pytest.mark.parametrize("kind", [kind for kind in ALL_NAMES if kind != "dx"])
async def test_a_vendor_that_hangs_costs_the_others_no_more_than_the_patience(all_simulators, ledger, _clock, kind):
    running = all_simulators()
    async with GatewayUnderTest(running, data_dir=await ledger(), graphql={"patience_s": 0.25}) as gateway:
        five = FiveVendors(gateway, _clock)
        await five.page(1)
        running[kind].control.add_fault(Fault(route=".*", kind="hang"))

        page = await five.page(30)

    held = [row for row in five.held() if row.provider != ALL_NAMES[kind]]
    assert len(page["edges"]) == 30
    check(page["edges"], held)
    assert outcome_of(page, kind)["fault"]["code"] == "UPSTREAM_TIMEOUT"
    assert others_are_well(page, kind)


async def test_with_every_vendor_down_the_ledger_is_still_read(five):
    for kind, simulator in five.gateway.simulators.items():
        if kind != "dx":
            simulator.control.add_fault(Fault(route=".*", status=503))

    page = await five.page(20)

    assert len(page["edges"]) == 20
    check(page["edges"], [row for row in five.held() if row.provider == ALL_NAMES["dx"]])
    assert [each["status"] for each in page["outcomes"]] == ["FAILED"] * 4 + ["OK"]
