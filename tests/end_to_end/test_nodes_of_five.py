"""`node` and `nodes` find everything that has an id again, over five vendors at once."""

from collections import defaultdict
from pathlib import Path

import pytest
from graphql import build_schema

from gateway.simulation.control import Fault
from tests.end_to_end.every_destination import resting_destination
from tests.gateway_under_test import ALL_NAMES

pytestmark = pytest.mark.anyio

SCHEMA = build_schema((Path(__file__).parents[2] / "schema" / "schema.graphql").read_text())
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
LISTS = "workspaces projects pipelines builds executions environments artifacts dataConnections promotions schedules images integrationContexts agents clusters"
NAMED = "nodes { __typename id }"
BELOW = {
    "builds": f"jobs(first: 2) {{ {NAMED} }} annotations(first: 2) {{ {NAMED} }} artifacts(first: 2) {{ {NAMED} }}",
    "pipelines": "triggers { __typename id } schedule { __typename id }",
    "clusters": f"queues(first: 2) {{ {NAMED} }}",
    "executions": "steps { __typename id errorHandler { __typename id } } workspace { __typename id }",
    "workspaces": "environment { __typename id }",
}
MOST = 3


def things(value):
    """Every object of an answer that has an id."""
    if isinstance(value, dict):
        if "id" in value:
            yield value["__typename"], value["id"]
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from things(each)


async def harvest(gateway):
    """Ids by type and vendor: a few of each."""
    found = defaultdict(dict)
    await resting_destination(gateway)
    own = await gateway.data(f"{{ destinations(first: 2) {{ {NAMED} }} deliveries(first: 2) {{ {NAMED} }} }}")
    for typename, each in things(own):
        found[typename].setdefault("BUILDKITE", {})[each] = None
    kinds = {kind.upper() for kind in ALL_NAMES}
    for name in LISTS.split():
        lists = []
        for kind in kinds:
            narrow = ", executionKinds: [PLAN], statuses: [FAILED]" if (name, kind) == ("executions", "TALEND") else ""
            narrow = ", statuses: [SUCCEEDED, FAILED]" if name == "builds" else narrow
            lists.append(
                f"{kind}: {name}(first: 8, filter: {{kinds: [{kind}]{narrow}}}) {{ nodes {{ __typename id {BELOW.get(name, '')} }} }}"
            )
        answer = await gateway.ask(f"{{ {' '.join(lists)} }}")
        assert "errors" not in answer, answer["errors"]
        for kind in kinds:
            for typename, each in things(answer["data"][kind]):
                found[typename].setdefault(kind, {})[each] = None
    for each in (await gateway.data("{ providers { __typename id kind } }"))["providers"]:
        found["Provider"][each["kind"]] = {each["id"]: None}
    return {typename: {kind: list(ids)[:MOST] for kind, ids in by_kind.items()} for typename, by_kind in found.items()}


async def test_everything_with_an_id_is_found_again(gateway_of_five):
    found = await harvest(gateway_of_five)

    node_types = {each.name for each in SCHEMA.get_possible_types(SCHEMA.type_map["Node"])}
    assert found.keys() == node_types
    assert found["Pipeline"].keys() == found["Workspace"].keys() == {kind.upper() for kind in ALL_NAMES}
    assert found["Build"].keys() == {"BUILDKITE", "CODEFRESH", "DX"}
    assert found["Execution"].keys() == {"TALEND", "NUVO"}
    asked = [(typename, each) for typename, by_kind in found.items() for ids in by_kind.values() for each in ids]
    for place in range(0, len(asked), 100):
        part = asked[place : place + 100][::-1]
        nodes = (await gateway_of_five.data(NODES, {"ids": [each for _, each in part]}))["nodes"]
        assert [(node["__typename"], node["id"]) for node in nodes] == part
    for typename, by_kind in found.items():
        one = next(iter(by_kind.values()))[0]
        assert (await gateway_of_five.data("query ($id: ID!) { node(id: $id) { __typename id } }", {"id": one}))["node"] == {
            "__typename": typename, "id": one,
        }  # fmt: skip


async def test_what_one_vendor_cannot_find_leaves_the_others(gateway_of_five):
    found = await harvest(gateway_of_five)
    ids = [found["Pipeline"][kind.upper()][0] for kind in ALL_NAMES]
    gateway_of_five.simulators["talend"].control.add_fault(Fault(route=".*", status=503))
    tenant = gateway_of_five.simulators["nuvo"].app.world
    gone = tenant.pipelines.pop(0)
    try:
        answer = await gateway_of_five.ask(NODES, {"ids": [*ids, *ids]})
    finally:
        tenant.pipelines.insert(0, gone)

    nodes = [node and node["id"] for node in answer["data"]["nodes"]]
    assert nodes == [ids[0], ids[1], None, None, ids[4]] * 2
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (["nodes", place], "UPSTREAM_UNAVAILABLE") for place in (2, 7)
    ]
