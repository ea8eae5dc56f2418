"""A gateway whose vendors are all down starts at once, says so, and takes in the runs that home-made CI reports."""

import time

import httpx
import pytest

from gateway.simulation.control import Fault
from tests.end_to_end.reported_runs import ROUTE, SENDER
from tests.gateway_under_test import ALL_NAMES, closed_port, serve

LISTS = "workspaces projects pipelines runs environments artifacts dataConnections promotions schedules images integrationContexts agents clusters"
OUTCOMES = "outcomes { provider { kind } status fault { code message retryable } }"
EVERYTHING = "{ %s }" % " ".join(f"{name}(first: 3) {{ nodes {{ id }} {OUTCOMES} }}" for name in LISTS.split())  # noqa: UP031  braces
REPORT = {
    "reference_id": "r-1",
    "pipeline_source": "Jenkins",
    "pipeline_name": "shop",
    "started_at": "1772000000",
    "status": "success",
}
LOOKUPS = """
{ execution(by: {externalId: {provider: "talend-eu", externalId: "00000000-0000-4000-8000-000000000000"}}) { id }
  nuvo: pipeline(by: {externalId: {provider: "imports", externalId: "0123456789abcdef01234567"}}) { id }
  codefresh: pipeline(by: {slug: {provider: "shop-codefresh", slug: "shop/deploy"}}) { id }
  buildkite: pipeline(by: {slug: {provider: "acme-buildkite", workspace: "acme", slug: "web-app"}}) { id } }
"""
TIMEOUT_S = 0.25


@pytest.fixture(params=["refused", "hanging"])
def down(request, all_simulators):
    """(simulators, what is set of their accounts, the codes that are right then)."""
    running = all_simulators()
    limits = {kind: {"timeout_s": TIMEOUT_S} for kind in running if kind != "dx"}
    if request.param == "hanging":
        for simulator in running.values():
            simulator.control.add_fault(Fault(route=".*", kind="hang"))
        return running, limits, {"UPSTREAM_TIMEOUT"}
    paths = {"buildkite": "/v2", "codefresh": "/api", "talend": "", "nuvo": "/dp/api/v1"}
    refused = {kind: keys | {"base_url": f"http://127.0.0.1:{closed_port()}{paths[kind]}"} for kind, keys in limits.items()}
    refused["dx"] = {"forward_base_url": f"http://127.0.0.1:{closed_port()}/api"}
    return running, refused, {"UPSTREAM_UNAVAILABLE"}


def seconds_until_ready(running, accounts):
    began = time.perf_counter()
    with serve(running, accounts=accounts) as url:
        assert httpx.get(f"{url}/health/ready", trust_env=False).status_code == 200
        return time.perf_counter() - began


def test_it_is_ready_in_no_time_and_every_outcome_says_what_is_wrong(down):
    running, accounts, codes = down
    took = [seconds_until_ready(running, accounts) for _ in range(2)]  # the machine may be busy with something else
    limits = {"patience_s": TIMEOUT_S}
    with (
        serve(running, accounts=accounts, graphql=limits) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=20) as client,
    ):
        reported = client.post(ROUTE, json=REPORT, headers=SENDER)
        data = client.post("/graphql", json={"query": EVERYTHING}).json()["data"]
        lookups = client.post("/graphql", json={"query": LOOKUPS}).json()
        health = {each["name"]: each["status"] for each in client.get("/health/ready").json()["providers"]}

    assert min(took) < 2
    assert reported.json() == {"ok": True}
    assert len(data["runs"]["nodes"]) == 1
    for name, connection in data.items():
        assert len(connection["outcomes"]) == len(ALL_NAMES), name
        for outcome in connection["outcomes"]:
            kind, status = outcome["provider"]["kind"], outcome["status"]
            right = {"OK", "NOT_SUPPORTED"} if kind == "DX" else {"FAILED", "NOT_SUPPORTED"}
            assert status in right, (name, outcome)
            if status == "FAILED":
                assert outcome["fault"]["code"] in codes, (name, outcome)
                assert outcome["fault"]["retryable"], (name, outcome)
    assert {each["extensions"]["code"] for each in lookups["errors"]} <= codes
    assert len(lookups["errors"]) == 4
    assert health == {name: "usable" if kind == "dx" else "down" for kind, name in ALL_NAMES.items()}
