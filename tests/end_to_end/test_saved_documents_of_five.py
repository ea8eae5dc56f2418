"""Documents that clients have saved for pages over five vendors are answered without an error, and their pages are not empty."""

from pathlib import Path

import pytest

from gateway.simulation.clock import ManualClock
from tests.gateway_under_test import ALL_NAMES

pytestmark = pytest.mark.anyio

SAVED = Path(__file__).parents[1] / "clients" / "2026-11-21"


@pytest.fixture
def page(gateway_of_five):
    """(document, variables) -> its data, and the calls it took."""

    async def ask(name, **variables):
        gateway_of_five.reset_calls()
        data = await gateway_of_five.data((SAVED / f"{name}.graphql").read_text(encoding="utf-8"), variables)
        calls = {kind: calls for kind, calls in gateway_of_five.calls().items() if calls}
        print(f"\n{name} {variables}: {calls}")
        return data, calls

    return ask


async def test_the_dashboard_of_runs(page):
    data, calls = await page("RunsDashboard", count=60)

    nodes = [edge["node"] for edge in data["runs"]["edges"]]
    assert {node["provider"]["name"] for node in nodes} == set(ALL_NAMES.values())
    assert {node["__typename"] for node in nodes} == {"Build", "Execution"}
    assert [each["status"] for each in data["runs"]["outcomes"]] == ["OK"] * 5
    assert sum(calls.values()) <= 40  # the lists, and each pipeline and workspace once

    more, _ = await page("RunsDashboard", count=60, cursor=data["runs"]["pageInfo"]["endCursor"], filter=None)
    assert not {edge["node"]["id"] for edge in more["runs"]["edges"]} & {node["id"] for node in nodes}


async def test_the_page_of_a_data_platform(page):
    data, calls = await page("DataPlatform", provider="talend-eu")

    assert all(node["workspaces"]["nodes"] for node in data["environments"]["nodes"])
    assert all(plan["planSteps"] and plan["planSteps"][0]["tasks"] for plan in data["plans"]["nodes"])
    assert any(plan["schedule"] and plan["schedule"]["nextRuns"] for plan in data["plans"]["nodes"])
    assert any(node["analysis"]["defective"] for node in data["promotions"]["nodes"])
    assert calls.keys() == {"talend"}


async def test_executions_with_attempts_and_metrics(page):
    data, _ = await page("ExecutionFeed", count=20)

    nodes = data["executions"]["nodes"]
    assert {node["kind"] for node in nodes} == {"DATA", "TASK", "PLAN"}
    assert any(node["metrics"] for node in nodes)
    assert any(node["attempts"] for node in nodes)
    assert any(node["steps"] for node in nodes)


@pytest.mark.parametrize("kind", ALL_NAMES)
async def test_the_page_of_a_pipeline(page, gateway_of_five, kind):
    query = f"{{ runs(first: 1, filter: {{kinds: [{kind.upper()}], statuses: [SUCCEEDED]}}) {{ nodes {{ pipeline {{ id }} }} }} }}"
    (node,) = (await gateway_of_five.data(query))["runs"]["nodes"]

    data, calls = await page("PipelinePage", id=node["pipeline"]["id"], runs=10)

    pipeline = data["pipeline"]
    assert pipeline["latestRun"]["id"] == pipeline["runs"]["nodes"][0]["id"]
    assert pipeline["stats"]["count"] >= len(pipeline["runs"]["nodes"]) > 0
    assert sum(calls.values()) <= 10


async def test_a_script_that_tells_of_itself(page, _clock: ManualClock):
    told = {
        "provider": "homegrown",
        "referenceId": "d-1",
        "pipelineSource": "Makefile",
        "pipelineName": "deploy",
        "startedAt": _clock.start.isoformat(),
    }

    taken, _ = await page("RecordRun", input=told | {"status": "SUCCEEDED"})
    refused, _ = await page("RecordRun", input=told | {"provider": "imports"})

    assert taken["recordPipelineRun"]["build"]["pipeline"]["stats"] == {"successRate": 1.0, "failuresInARow": 0}
    assert refused["recordPipelineRun"]["errors"][0]["supportedBy"] == ["homegrown"]
