"""`latestRun` and `stats` of pipelines of five vendors in one query: they agree with each other and with the runs, and share calls."""

import math

import pytest

from gateway.simulation.control import Fault
from tests.end_to_end.five_vendors import FiveVendors
from tests.gateway_under_test import ALL_NAMES

pytestmark = pytest.mark.anyio

KINDS = [kind.upper() for kind in ALL_NAMES]
LAST = 12
RUN = "id externalId status createdAt durationSeconds pipeline { id }"
STATS = "count complete succeeded failed successRate p50DurationSeconds p95DurationSeconds failuresInARow fromTime toTime"
WITH_CHILDREN = "filter: {includeChildren: true}"
FIGURES = f"""
fragment Figures on Pipeline {{
  id name kind provider {{ kind }}
  latestRun {{ __typename {RUN} }}
  stats(lastRuns: {LAST}) {{ {STATS} }}
  latest: runs(first: 1, {WITH_CHILDREN}) {{ nodes {{ __typename {RUN} }} }}
}}
"""
RUNS = f"""
fragment Runs on Pipeline {{
  id runs(first: {LAST}, {WITH_CHILDREN}) {{ nodes {{ __typename {RUN} }} pageInfo {{ hasNextPage }} outcomes {{ status }} }}
}}
"""
OF_ONE = f"""
query ($filter: RunFilter, $after: String) {{
  page: runs(first: {LAST + 1}, filter: $filter, after: $after) {{ edges {{ node {{ {RUN} }} }} pageInfo {{ hasNextPage }} }}
}}
"""


def of_every_kind(fragment, spread, first=15):
    lists = " ".join(
        f"{kind}: pipelines(first: {first}, filter: {{kinds: [{kind}]}}) {{ nodes {{ ...{spread} }} }}" for kind in KINDS
    )
    return f"{fragment} query {{ {lists} }}"


def pipelines_of(data):
    return {node["id"]: node for kind in KINDS for node in data[kind]["nodes"]}


def figures_of(nodes, *, more):
    """A naive reading of what `stats` promises, over runs that are newest first."""
    decided = [node for node in nodes if node["status"] in ("SUCCEEDED", "FAILED")]
    good = [node for node in decided if node["status"] == "SUCCEEDED"]
    durations = sorted(node["durationSeconds"] for node in decided if node["durationSeconds"] is not None)

    def rank(percent):
        return durations[math.ceil(len(durations) * percent / 100) - 1] if durations else None

    return {
        "count": len(nodes),
        "complete": not more,
        "succeeded": len(good),
        "failed": len(decided) - len(good),
        "successRate": len(good) / len(decided) if decided else None,
        "p50DurationSeconds": rank(50),
        "p95DurationSeconds": rank(95),
        "failuresInARow": next((place for place, node in enumerate(decided) if node in good), len(decided)),
        "fromTime": nodes[-1]["createdAt"] if nodes else None,
        "toTime": nodes[0]["createdAt"] if nodes else None,
    }


async def test_figures_of_all_vendors_in_one_query_agree_with_one_another_and_with_the_runs(gateway_of_five):
    figures = pipelines_of(await gateway_of_five.data(of_every_kind(FIGURES, "Figures")))
    runs = pipelines_of(await gateway_of_five.data(of_every_kind(RUNS, "Runs")))

    assert figures.keys() == runs.keys()
    assert {node["provider"]["kind"] for node in figures.values() if node["stats"]["count"] == LAST} == set(KINDS)
    for key, pipeline in figures.items():
        page = runs[key]["runs"]
        assert [outcome["status"] for outcome in page["outcomes"]] == ["OK"]
        assert pipeline["latestRun"] == next(iter(page["nodes"]), None), pipeline["name"]
        assert pipeline["latest"]["nodes"] == page["nodes"][:1], pipeline["name"]
        expected = figures_of(page["nodes"], more=page["pageInfo"]["hasNextPage"])
        assert pipeline["stats"] == pytest.approx(expected), pipeline["name"]
        assert {node["pipeline"]["id"] for node in page["nodes"]} <= {key}


@pytest.mark.parametrize("kind", KINDS)
async def test_they_say_what_the_list_of_all_runs_says(gateway_of_five, _clock, kind):
    five = FiveVendors(gateway_of_five, _clock)
    data = await gateway_of_five.data(
        f"{FIGURES} {{ pipelines(first: 40, filter: {{kinds: [{kind}]}}) {{ nodes {{ ...Figures }} }} }}"
    )
    busy = [node for node in data["pipelines"]["nodes"] if node["stats"]["count"] == LAST][:2]
    quiet = [node for node in data["pipelines"]["nodes"] if node["stats"]["complete"]][:2]
    assert busy

    for pipeline in (*busy, *quiet):
        wanted = {"pipelines": [pipeline["id"]], "includeChildren": True}
        page = (await gateway_of_five.data(OF_ONE, {"filter": wanted}))["page"]
        nodes, further = [edge["node"] for edge in page["edges"]][:LAST], page["edges"][LAST:]

        assert (pipeline["latestRun"] or {}).get("id") == (nodes[0]["id"] if nodes else None)
        if not further or further[0]["node"]["createdAt"] != nodes[-1]["createdAt"]:  # else either of the two counts
            assert pipeline["stats"] == pytest.approx(figures_of(nodes, more=bool(further)))
        assert {row.id for row in five.held() if row.provider == ALL_NAMES[kind.lower()]} >= {
            node["externalId"]
            for node in nodes
            if kind != "TALEND"  # whose lists leave out the runs of plans' tasks
        }


async def test_a_run_within_a_plan_is_its_tasks_latest(gateway_of_five):
    query = "{ pipelines(first: 100, filter: {kinds: [TALEND], pipelineKinds: [TASK]}) { nodes { latestRun { id createdAt ... on Execution { parent { id } } } runs(first: 1) { nodes { id createdAt } } } } }"

    nodes = (await gateway_of_five.data(query))["pipelines"]["nodes"]

    within = [node for node in nodes if node["latestRun"] and node["latestRun"]["parent"]]
    assert within
    for node in within:
        own = node["runs"]["nodes"]
        assert not own or own[0]["createdAt"] <= node["latestRun"]["createdAt"]
        assert node["latestRun"]["id"] not in {each["id"] for each in own}


COUNTED = "{ pipelines(first: 50, filter: {kinds: [%s]}) { nodes { id %s } } }"
LATEST = "latestRun { id status }"
FIFTY = "stats { count successRate }"


async def cost(gateway, kind, fields):
    await gateway.ask("{ workspaces { nodes { id } } }")  # organizations, identities and tokens are remembered for a while
    gateway.reset_calls()
    data = await gateway.data(COUNTED % (kind, fields))
    return gateway.calls()[kind.lower()], data["pipelines"]["nodes"]


# A page of fifty runs for fifty pipelines with ten or forty runs each: the shared pages of all runs there are, and the list.
EVEN = {
    "BUILDKITE": (3, 22), "CODEFRESH": (2, 22), "TALEND": (5, 7), "NUVO": (2, 8), "DX": (0, 0),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_fifty_even_pipelines_cost_the_pages_that_they_share(even_gateway_of_five, kind):
    most_latest, most_stats = EVEN[kind]

    latest, _ = await cost(even_gateway_of_five, kind, LATEST)
    stats, _ = await cost(even_gateway_of_five, kind, FIFTY)
    both, nodes = await cost(even_gateway_of_five, kind, f"{LATEST} {FIFTY}")

    assert latest <= most_latest
    assert stats <= most_stats
    assert both <= stats  # what the statistics read holds the latest run too
    assert len(nodes) == 50
    assert all(node["latestRun"] for node in nodes)
    assert {node["stats"]["count"] for node in nodes} <= {10, 40}
    print(f"\n{kind} even: latestRun {latest}, stats {stats}, both {both} calls")


@pytest.mark.parametrize("kind", KINDS)
async def test_uneven_pipelines_cost_at_most_three_more_than_one_call_each(gateway_of_five, kind):
    listed, _ = await cost(gateway_of_five, kind, "name")

    stats, nodes = await cost(gateway_of_five, kind, FIFTY)
    both, _ = await cost(gateway_of_five, kind, f"{LATEST} {FIFTY}")

    assert stats <= (0 if kind == "DX" else listed + len(nodes) + 3)
    assert both <= stats
    print(f"\n{kind} uneven: {both} calls for latestRun and stats of {len(nodes)} pipelines, naive {listed + len(nodes)}")


async def test_an_unreadable_run_spoils_the_figures_of_its_pipeline_alone(gateway_of_five):
    query = "{ pipelines(first: 40, filter: {kinds: [NUVO]}) { nodes { stats(lastRuns: 5) { count } latestRun { id } } } }"
    gateway_of_five.simulators["nuvo"].control.add_fault(Fault(route=r"/execution$", kind="wrong_types", row=0, fields=("status",)))

    answer = await gateway_of_five.ask(query)

    nodes = answer["data"]["pipelines"]["nodes"]
    assert any(node["stats"] for node in nodes)
    failed = [node for node in nodes if node["stats"] is None]
    assert 0 < len(failed) < len(nodes)
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"UPSTREAM_MALFORMED"}
