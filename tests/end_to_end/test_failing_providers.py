"""One provider refuses, hangs, or talks nonsense: the other's data arrives, in time, and the answer says who is missing."""

import time

import pytest

from gateway.simulation.control import Fault
from tests.gateway_under_test import GatewayUnderTest, closed_port

pytestmark = pytest.mark.anyio

BUILDS = "{ builds(first: 20) { nodes { id provider { name } } outcomes { provider { name } status fault { code } } } }"
PIPELINES = "{ pipelines(first: 100) { nodes { id provider { name } } outcomes { provider { name } status fault { code } } } }"
NAMES = {"buildkite": "acme-buildkite", "codefresh": "shop-codefresh"}
CASES = [(kind, query) for kind in NAMES for query in (BUILDS, PIPELINES)]


async def timed(gateway, query):
    began = time.perf_counter()
    answer = await gateway.ask(query)
    return answer, time.perf_counter() - began


def check(answer, failed, code):
    (connection,) = answer["data"].values()
    outcomes = {each["provider"]["name"]: each for each in connection["outcomes"]}
    assert outcomes[NAMES[failed]]["status"] == "FAILED"
    assert outcomes[NAMES[failed]]["fault"]["code"] == code
    others = [name for kind, name in NAMES.items() if kind != failed]
    assert {node["provider"]["name"] for node in connection["nodes"]} == set(others)
    assert all(outcomes[name]["status"] == "OK" for name in others)
    assert "errors" not in answer
    (trouble,) = answer["extensions"]["outcomes"]
    assert (trouble["provider"], trouble["status"], trouble["code"]) == (NAMES[failed], "FAILED", code)


@pytest.mark.parametrize(("kind", "query"), CASES)
async def test_a_provider_that_answers_html_is_malformed(simulators, kind, query):
    running = simulators()
    async with GatewayUnderTest(running) as gateway:
        running[kind].control.add_fault(Fault(route=".*", kind="html"))
        answer, _ = await timed(gateway, query)

        check(answer, kind, "UPSTREAM_MALFORMED")


@pytest.mark.parametrize(("kind", "query"), CASES)
async def test_a_provider_that_refuses_connections_is_unavailable(simulators, kind, query):
    running = simulators()
    accounts = {kind: {"base_url": f"http://127.0.0.1:{closed_port()}/v2"}}
    async with GatewayUnderTest(running, accounts=accounts) as gateway:
        answer, _ = await timed(gateway, query)

        check(answer, kind, "UPSTREAM_UNAVAILABLE")


@pytest.mark.parametrize(("kind", "query"), CASES)
async def test_a_provider_that_hangs_costs_the_others_no_more_than_the_patience(simulators, kind, query):
    running = simulators()
    async with GatewayUnderTest(running, graphql={"patience_s": 0.1}) as gateway:
        await gateway.ask(query)
        running[kind].control.add_fault(Fault(route=".*", kind="hang"))
        answer, _ = await timed(gateway, query)

        check(answer, kind, "UPSTREAM_TIMEOUT")


@pytest.mark.parametrize("kind", NAMES)
async def test_a_provider_slower_than_its_timeout_is_a_timeout(simulators, kind):
    running = simulators()
    async with GatewayUnderTest(running, accounts={kind: {"timeout_s": 0.2}}) as gateway:
        running[kind].control.add_fault(Fault(route=".*", kind="hang"))
        answer, _ = await timed(gateway, BUILDS)

        check(answer, kind, "UPSTREAM_TIMEOUT")


@pytest.mark.parametrize("kind", NAMES)
async def test_a_provider_of_whose_builds_nothing_can_be_read_does_not_pass_for_well(simulators, kind):
    running = simulators()
    async with GatewayUnderTest(running) as gateway:
        running[kind].control.add_fault(Fault(route="/builds|/workflow", kind="wrong_types"))
        answer, _ = await timed(gateway, BUILDS)

        check(answer, kind, "UPSTREAM_MALFORMED")


async def test_a_wrong_row_fails_alone(simulators):
    running = simulators()
    async with GatewayUnderTest(running) as gateway:
        running["buildkite"].control.add_fault(Fault(route="/acme/builds", kind="wrong_types", row=1, fields=("number",)))
        query = BUILDS.replace("(first: 20)", "(first: 20, filter: {kinds: [BUILDKITE]})")
        answer, _ = await timed(gateway, query)

        nodes = answer["data"]["builds"]["nodes"]
        assert [node is None for node in nodes].count(True) == 1
        assert len(nodes) == 20
        assert answer["data"]["builds"]["outcomes"][0]["status"] == "PARTIAL"


async def test_a_request_over_its_call_budget_is_told_so_and_keeps_what_it_has(simulators):
    running = simulators()
    async with GatewayUnderTest(running, graphql={"max_upstream_calls": 2}) as gateway:
        answer = await gateway.ask(
            "{ pipelines(first: 5) { nodes { name builds(first: 1) { outcomes { status fault { code } } } } } }"
        )

        outcomes = [node["builds"]["outcomes"][0] for node in answer["data"]["pipelines"]["nodes"]]
        assert [each["fault"]["code"] for each in outcomes] == ["BUDGET_EXCEEDED"] * 5


async def test_a_request_that_reaches_its_deadline_keeps_what_it_has(simulators):
    running = simulators()
    running["codefresh"].control.add_fault(Fault(route=".*", kind="hang"))
    async with GatewayUnderTest(running, server={"request_deadline_s": 0.3}, graphql={"patience_s": 0.3}) as gateway:
        answer, took = await timed(gateway, BUILDS)

        assert took < 1.0
        assert len(answer["data"]["builds"]["nodes"]) == 20
