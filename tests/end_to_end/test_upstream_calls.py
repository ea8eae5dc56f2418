"""What queries cost upstream, counted by the simulators."""

import pytest

pytestmark = pytest.mark.anyio

BUILD = "number externalId status branch commit message createdAt startedAt finishedAt"
PIPELINES_WITH_BUILDS = """
query ($after: String, $first: Int!, $filter: PipelineFilter) {
  pipelines(first: $first, after: $after, filter: $filter) {
    nodes { id slug name builds(first: 10) { nodes { %s } pageInfo { hasNextPage } outcomes { status } } }
    pageInfo { hasNextPage endCursor }
  }
}
""".replace("%s", BUILD)
ONE_PIPELINE = """
query ($id: ID!) { pipeline(by: {id: $id}) { builds(first: 10) { nodes { %s } pageInfo { hasNextPage } } } }
""".replace("%s", BUILD)


async def naive(gateway, pipelines):
    """Each pipeline's builds in a request of its own: what the batched answer must equal, and may cost."""
    answers = []
    for each in pipelines:
        data = await gateway.data(ONE_PIPELINE, {"id": each["id"]})
        answers.append(data["pipeline"]["builds"])
    return answers


@pytest.mark.parametrize("kind", ["BUILDKITE", "CODEFRESH"])
async def test_fifty_even_pipelines_with_ten_builds_each_cost_at_most_twelve_calls(even_gateway, kind):
    data = await even_gateway.data(PIPELINES_WITH_BUILDS, {"first": 50, "filter": {"kinds": [kind]}})

    calls = sum(even_gateway.calls().values())
    pipelines = data["pipelines"]["nodes"]
    assert len(pipelines) == 50
    assert all(len(each["builds"]["nodes"]) == 10 for each in pipelines)
    assert calls <= 12
    print(f"\n{kind} even: {calls} calls")


async def test_the_same_over_both_providers_costs_no_more(even_gateway):
    await even_gateway.data(PIPELINES_WITH_BUILDS, {"first": 50})

    assert sum(even_gateway.calls().values()) <= 12


@pytest.mark.parametrize("kind", ["BUILDKITE", "CODEFRESH"])
async def test_uneven_pipelines_cost_at_most_three_more_than_one_call_each_and_give_the_same(gateway, kind):
    gateway.reset_calls()
    data = await gateway.data(PIPELINES_WITH_BUILDS, {"first": 50, "filter": {"kinds": [kind]}})
    calls = sum(gateway.calls().values())

    pipelines = data["pipelines"]["nodes"]
    apart = await naive(gateway, pipelines)

    together = [{"nodes": each["builds"]["nodes"], "pageInfo": each["builds"]["pageInfo"]} for each in pipelines]
    assert together == apart
    assert calls <= len(pipelines) + 1 + 3
    print(f"\n{kind} uneven: {calls} calls for {len(pipelines)} pipelines, naive {len(pipelines) + 1}")


async def test_two_aliases_of_one_build_cost_one_call(gateway):
    data = await gateway.data("{ builds(first: 1, filter: {kinds: [BUILDKITE]}) { nodes { id } } }")
    build_id = data["builds"]["nodes"][0]["id"]
    gateway.reset_calls()

    data = await gateway.data("query ($id: ID!) { a: build(by: {id: $id}) { id } b: build(by: {id: $id}) { number } n: node(id: $id) { id } }",
                              {"id": build_id})  # fmt: skip

    assert data["a"]["id"] == data["n"]["id"] == build_id
    assert sum(gateway.calls().values()) == 1


async def test_aliases_of_a_child_list_with_equal_arguments_share_a_call(gateway):
    await gateway.data("{ pipelines { nodes { id } } }")  # the organizations are remembered for a while
    gateway.reset_calls()
    await gateway.data("""
      { pipelines(first: 1, filter: {kinds: [BUILDKITE]}) { nodes { a: builds(first: 2) { nodes { id } } b: builds(first: 2) { nodes { number } } } } }
    """)

    assert sum(gateway.calls().values()) == 2


async def build_ids(gateway, kind, pipelines, each):
    """Ids of `each` builds of the busiest pipelines, all among their pipeline's newest hundred."""
    data = await gateway.data(
        "query ($kinds: [ProviderKind!]) { pipelines(first: 50, filter: {kinds: $kinds}) { nodes { builds(first: 20) { nodes { id } } } } }",
        {"kinds": [kind]},
    )
    lists = [[build["id"] for build in node["builds"]["nodes"]] for node in data["pipelines"]["nodes"]]
    return [build_id for ids in [ids for ids in lists if len(ids) >= each][:pipelines] for build_id in ids[-each:]]


@pytest.mark.parametrize("kind", ["BUILDKITE", "CODEFRESH"])
async def test_a_hundred_builds_by_id_across_thirty_pipelines_cost_at_most_thirty_calls(even_gateway, kind):
    ids = (await build_ids(even_gateway, kind, 30, 4))[:100]
    assert len(ids) == 100
    even_gateway.reset_calls()

    data = await even_gateway.data("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ids})

    calls = sum(even_gateway.calls().values())
    assert [node["id"] for node in data["nodes"]] == ids
    assert calls <= 30
    print(f"\n{kind}: 100 builds by id across 30 pipelines: {calls} calls")


@pytest.mark.parametrize("kind", ["BUILDKITE", "CODEFRESH"])
async def test_scattered_builds_by_id_never_cost_more_than_one_call_each(gateway, kind):
    data, ids, after = {}, [], None
    for _ in range(20):
        data = await gateway.data(
            "query ($kinds: [ProviderKind!], $after: String) { builds(first: 100, after: $after, filter: {kinds: $kinds}) "
            "{ nodes { id } pageInfo { endCursor hasNextPage } } }",
            {"kinds": [kind], "after": after},
        )
        ids += [node["id"] for node in data["builds"]["nodes"]]
        after = data["builds"]["pageInfo"]["endCursor"]
    scattered = ids[:: len(ids) // 100][:100]
    gateway.reset_calls()

    data = await gateway.data("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": scattered})

    assert [node["id"] for node in data["nodes"]] == scattered
    assert sum(gateway.calls().values()) <= 100


async def test_references_to_what_a_list_brought_cost_nothing(gateway):
    await gateway.data("{ pipelines { nodes { id } } }")
    gateway.reset_calls()
    await gateway.data(
        "{ pipelines(first: 20, filter: {kinds: [BUILDKITE]}) { nodes { builds(first: 1) { nodes { pipeline { name } } } } } }"
    )
    calls = sum(gateway.calls().values())
    gateway.reset_calls()
    await gateway.data("{ pipelines(first: 20, filter: {kinds: [BUILDKITE]}) { nodes { builds(first: 1) { nodes { id } } } } }")

    assert sum(gateway.calls().values()) == calls
