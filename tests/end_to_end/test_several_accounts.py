"""Several accounts of one kind, and accounts that are down when the gateway starts."""

import os
import time

import pytest

from gateway.providers.buildkite.simulator import ONE_ORGANIZATION_TOKEN
from gateway.settings import Settings
from tests.gateway_under_test import GatewayUnderTest, closed_port, serve

pytestmark = pytest.mark.anyio


@pytest.fixture
def two_accounts(simulators, monkeypatch):
    simulator = simulators()["buildkite"]
    monkeypatch.setenv("ONE_TOKEN", simulator.token)
    monkeypatch.setenv("TWO_TOKEN", ONE_ORGANIZATION_TOKEN.value)
    return Settings(
        providers=[
            {"name": name, "kind": "buildkite", "base_url": simulator.base_url, "token_env": f"{name.upper()}_TOKEN"}
            for name in ("one", "two")
        ]
    )


async def test_two_accounts_of_one_kind_stay_apart(two_accounts):
    async with GatewayUnderTest({}, settings=two_accounts) as gateway:
        data = await gateway.data(
            "{ providers { name kind workspaces { nodes { slug id provider { name } } } } builds(first: 50) { nodes { id externalId provider { name } } } }"
        )

        one, two = data["providers"]
        assert [each["slug"] for each in one["workspaces"]["nodes"]] == ["acme", "beta-labs"]
        assert [each["slug"] for each in two["workspaces"]["nodes"]] == ["acme"]
        assert {each["provider"]["name"] for each in two["workspaces"]["nodes"]} == {"two"}
        assert one["workspaces"]["nodes"][0]["id"] != two["workspaces"]["nodes"][0]["id"]
        seen = [(node["provider"]["name"], node["externalId"]) for node in data["builds"]["nodes"]]
        assert len(set(seen)) == 50
        assert {name for name, _ in seen} == {"one", "two"}
        assert len({node["id"] for node in data["builds"]["nodes"]}) == 50


async def test_what_one_account_may_not_see_is_null_for_it_alone(two_accounts):
    async with GatewayUnderTest({}, settings=two_accounts) as gateway:
        lookup = '%s: pipeline(by: {slug: {provider: "%s", workspace: "beta-labs", slug: "%s"}}) { name }'
        data = await gateway.data('{ pipelines(first: 1, filter: {providers: ["one"], nameContains: "a"}) { nodes { slug } } }')
        workspaces = await gateway.data('{ workspaces(filter: {providers: ["one"]}) { nodes { id slug } } }')
        beta = next(each["id"] for each in workspaces["workspaces"]["nodes"] if each["slug"] == "beta-labs")
        data = await gateway.data(
            "query ($ids: [ID!]) { pipelines(first: 1, filter: {workspaces: $ids}) { nodes { slug name } } }", {"ids": [beta]}
        )
        slug, name = (data["pipelines"]["nodes"][0][key] for key in ("slug", "name"))

        both = "{ " + " ".join(lookup % (each, each, slug) for each in ("one", "two")) + " }"
        data = await gateway.data(both)

        assert data == {"one": {"name": name}, "two": None}


def test_a_vendor_that_is_down_at_start_changes_nothing_but_its_own_data(simulators):
    import httpx

    running = simulators()
    accounts = {"codefresh": {"base_url": f"http://127.0.0.1:{closed_port()}/api"}}
    began = time.perf_counter()
    with serve(running, accounts=accounts) as url:
        ready = httpx.get(f"{url}/health/ready")
        took = time.perf_counter() - began
        query = "{ builds(first: 5) { nodes { id } outcomes { status fault { code } } } }"
        answer = httpx.post(f"{url}/graphql", json={"query": query}).json()

    assert ready.status_code == 200
    assert took < 2
    assert len(answer["data"]["builds"]["nodes"]) == 5
    assert [each["status"] for each in answer["data"]["builds"]["outcomes"]] == ["OK", "FAILED"]
    assert os.environ["TEST_CODEFRESH_TOKEN"] not in str(answer)
