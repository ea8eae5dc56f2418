"""What is missing is told, with the right path, and nothing is told when all is well."""

import asyncio

import pytest

from gateway.simulation.control import Fault
from tests.gateway_under_test import GatewayUnderTest

pytestmark = pytest.mark.anyio


async def test_nothing_is_told_when_all_is_well(gateway):
    answer = await gateway.ask("{ builds(first: 5) { nodes { pipeline { name } } } pipelines(first: 3) { nodes { name } } }")

    assert set(answer) == {"data"}


async def test_an_unreadable_row_is_null_with_an_error_and_makes_its_provider_partial(gateway):
    gateway.simulators["buildkite"].control.add_fault(Fault(route="/acme/pipelines$", kind="wrong_types", row=1))

    answer = await gateway.ask("{ pipelines(first: 4) { nodes { name } outcomes { status fault { code } } } }")

    connection = answer["data"]["pipelines"]
    assert [node is None for node in connection["nodes"]] == [False, True, False, False]
    assert connection["outcomes"][0] == {"status": "PARTIAL", "fault": {"code": "UPSTREAM_MALFORMED"}}
    assert answer["errors"][0]["path"] == ["pipelines", "nodes", 1]
    assert answer["extensions"]["outcomes"][0]["code"] == "UPSTREAM_MALFORMED"


async def test_a_sorted_list_without_an_unreadable_row_does_not_pass_for_whole(gateway):
    gateway.simulators["buildkite"].control.add_fault(Fault(route="/acme/pipelines$", kind="wrong_types", row=1))

    data = await gateway.data(
        "{ pipelines(first: 4, orderBy: {field: NAME}, filter: {kinds: [BUILDKITE]}) { totalCount outcomes { status fault { code } } } }"
    )

    assert data["pipelines"] == {"totalCount": None, "outcomes": [{"status": "PARTIAL", "fault": {"code": "UPSTREAM_MALFORMED"}}]}


async def test_an_edge_before_a_failure_goes_on_with_the_provider_that_failed_later(gateway):
    gateway.simulators["buildkite"].control.add_fault(Fault(route="beta-labs/pipelines", kind="status", status=500))
    walk = "query ($first: Int, $after: String) { pipelines(first: $first, after: $after) { edges { cursor node { name } } } }"
    whole = (await gateway.ask(walk, {"first": 70}))["data"]["pipelines"]["edges"]

    again = (await gateway.ask(walk, {"first": 3, "after": whole[0]["cursor"]}))["data"]["pipelines"]["edges"]

    assert [edge["node"] for edge in again] == [edge["node"] for edge in whole[1:4]]


async def test_a_missing_provider_of_a_single_field_is_told_and_a_callers_mistake_is_not(gateway):
    mistake = await gateway.ask('{ build(by: {number: {provider: "acme-buildkite", pipeline: "x", number: 1}}) { id } }')
    gateway.simulators["buildkite"].control.add_fault(Fault(route="/builds/1$", kind="status", status=500))
    failure = await gateway.ask(
        '{ build(by: {number: {provider: "acme-buildkite", workspace: "acme", pipeline: "web-app", number: 1}}) { id } }'
    )

    assert mistake["errors"][0]["extensions"]["field"] == "by.number.workspace"
    assert "extensions" not in mistake
    assert failure["extensions"]["outcomes"] == [
        {"path": ["build"], "provider": "acme-buildkite", "status": "FAILED", "ageSeconds": None, "code": "UPSTREAM_UNAVAILABLE"}
    ]


async def test_an_answer_has_a_most_of_list_items(simulators):
    query = "{ builds(first: 50) { nodes { pipeline { builds(first: 50) { nodes { pipeline { builds(first: 50) { nodes { id } } } } } } } } }"
    async with GatewayUnderTest(simulators("even"), graphql={"max_nodes": 3000}) as gateway:
        answer = await asyncio.wait_for(gateway.ask(query), 10)

    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BUDGET_EXCEEDED"}
    assert "3000 list items" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    ("with_reference", "without"),
    [
        (
            "{ builds(first: 10) { nodes { jobs { nodes { build { number } } } } } }",
            "{ builds(first: 10) { nodes { jobs { nodes { id } } } } }",
        ),
        (
            "{ clusters { nodes { queues { nodes { id } } defaultQueue { name } } } }",
            "{ clusters { nodes { queues { nodes { id } } } } }",
        ),
        (
            "{ pipelines(first: 5) { nodes { builds(first: 2) { nodes { pipeline { name } } } } } }",
            "{ pipelines(first: 5) { nodes { builds(first: 2) { nodes { id } } } } }",
        ),
    ],
)
async def test_a_reference_back_to_what_the_request_holds_costs_nothing(gateway, with_reference, without):
    async def cost(query):
        gateway.reset_calls()
        await gateway.ask(query)
        return sum(gateway.calls().values())

    await cost(without)

    assert await cost(with_reference) <= await cost(without) + (2 if "defaultQueue" in with_reference else 0)
