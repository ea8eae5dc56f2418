"""`executions(orderBy:)` over Talend and nuvo: every field both ways, in pages, and refused by name where there are too many."""

from datetime import datetime, timedelta

import pytest

from gateway.simulation.control import Fault
from tests.end_to_end.five_vendors import FiveVendors
from tests.gateway_under_test import ALL_NAMES

pytestmark = pytest.mark.anyio

EXECUTIONS = """
query ($first: Int!, $after: String, $filter: ExecutionFilter, $order: ExecutionOrder) {
  page: executions(first: $first, after: $after, filter: $filter, orderBy: $order) {
    totalCount
    edges { cursor node { id externalId createdAt startedAt finishedAt updatedAt durationSeconds provider { name } } }
    pageInfo { hasNextPage endCursor }
    outcomes { provider { name } status truncated fault { code message } }
  }
}
"""
FIELDS = {
    "CREATED_AT": "createdAt", "STARTED_AT": "startedAt", "FINISHED_AT": "finishedAt", "UPDATED_AT": "updatedAt",
    "DURATION": "durationSeconds",
}  # fmt: skip
DAYS = 4
MOST = 1_000


@pytest.fixture
def five(gateway_of_five, _clock):
    return FiveVendors(gateway_of_five, _clock)


@pytest.fixture
def lately(_clock):
    """Few enough to be sorted."""
    return {"createdFrom": (_clock.start - timedelta(days=DAYS)).isoformat().replace("+00:00", "Z")}


def sorted_by(nodes, name, direction):
    """A naive reading: those without a value last, equals by provider and id."""

    def number(node):
        value = node[name]
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else value

    sign = -1 if direction == "DESC" else 1
    ties = {True: 0, False: 1}
    return sorted(
        nodes,
        key=lambda node: (ties[node[name] is not None], sign * (number(node) or 0), node["provider"]["name"], node["externalId"]),
    )


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", FIELDS)
async def test_every_field_sorts_both_ways_over_all_vendors(five, lately, field, direction):
    nodes = [edge["node"] for edge in await five.walk([100], 9, query=EXECUTIONS, filter=lately)]
    assert {node["provider"]["name"] for node in nodes} == {ALL_NAMES["talend"], ALL_NAMES["nuvo"]}
    order = {"field": field, "direction": direction}

    edges = await five.walk([100], 9, query=EXECUTIONS, filter=lately, order=order)

    found = [edge["node"] for edge in edges]
    if (field, direction) == ("CREATED_AT", "DESC"):
        assert found == nodes  # the order that lists have anyway
    else:
        assert found == sorted_by(nodes, FIELDS[field], direction)
    assert len({node[FIELDS[field]] for node in nodes}) > 20


@pytest.mark.parametrize("field", ["DURATION", "UPDATED_AT"])
async def test_pages_of_any_size_give_the_same_order_and_cursors_can_be_used_twice(five, lately, field):
    order = {"field": field, "direction": "DESC"}
    whole = await five.walk([100], 9, query=EXECUTIONS, filter=lately, order=order)

    edges = await five.walk([41, 97], 9, query=EXECUTIONS, filter=lately, order=order)
    again = await five.page(7, edges[60]["cursor"], EXECUTIONS, filter=lately, order=order)
    last = await five.page(7, edges[-2]["cursor"], EXECUTIONS, filter=lately, order=order)

    assert edges == whole
    assert again["edges"] == whole[61:68]
    assert again["totalCount"] == len(whole)
    assert (last["edges"], last["pageInfo"]["hasNextPage"]) == (whole[-1:], False)


async def test_too_many_are_refused_by_name_and_the_rest_is_sorted(five, lately):
    order = {"field": "DURATION", "direction": "ASC"}
    held = [row.provider for row in five.held()]
    assert min(held.count(ALL_NAMES[kind]) for kind in ("talend", "nuvo")) > MOST

    whole = await five.page(5, query=EXECUTIONS, order=order)
    part = await five.page(5, query=EXECUTIONS, order=order, filter=lately | {"kinds": ["TALEND"]})

    refused = [each for each in whole["outcomes"] if each["status"] == "FAILED"]
    assert [(each["provider"]["name"], each["fault"]["code"], each["truncated"]) for each in refused] == [
        (ALL_NAMES[kind], "BUDGET_EXCEEDED", True) for kind in ("talend", "nuvo")
    ]
    assert all(f"{each['provider']['name']} has more than {MOST}" in each["fault"]["message"] for each in refused)
    assert whole["edges"] == []
    assert whole["totalCount"] is None
    assert len(part["edges"]) == 5


async def test_a_vendor_that_fails_leaves_the_other_sorted_and_no_total(five, lately):
    order = {"field": "FINISHED_AT", "direction": "DESC"}
    five.gateway.simulators["nuvo"].control.add_fault(Fault(route=".*", status=500))

    page = await five.page(30, query=EXECUTIONS, filter=lately, order=order)

    nodes = [edge["node"] for edge in page["edges"]]
    assert {node["provider"]["name"] for node in nodes} == {ALL_NAMES["talend"]}
    assert nodes == sorted_by(nodes, "finishedAt", "DESC")
    assert page["totalCount"] is None
    codes = {each["provider"]["name"]: each["fault"] and each["fault"]["code"] for each in page["outcomes"]}
    assert codes[ALL_NAMES["nuvo"]] == "UPSTREAM_UNAVAILABLE"
