"""Bad input gets an error that names the field and says what is allowed. No vendor is asked."""

import base64
import json

import pytest

pytestmark = pytest.mark.anyio

OTHER = base64.urlsafe_b64encode(json.dumps(["Nothing", "x"]).encode()).decode().rstrip("=")


def wrong(words):
    return base64.urlsafe_b64encode(json.dumps(words, separators=(",", ":")).encode()).decode().rstrip("=")


CASES = [
    ('{ node(id: "x") { id } }', "id", "is not an id of this gateway"),
    (f'{{ node(id: "{OTHER}") {{ id }} }}', "id", "is not an id of this gateway"),
    ('{ node(id: "é") { id } }', "id", "is not an id of this gateway"),
    (f'{{ node(id: "{wrong(["Build", "nowhere", "1"])}") {{ id }} }}', "id", "Configured: acme-buildkite, shop-codefresh"),
    (f'{{ build(by: {{id: "{wrong(["Pipeline", "acme-buildkite", "a", "b", "c"])}"}}) {{ id }} }}', "by.id", "takes an id of type Build, not of Pipeline"),
    ("{ builds(first: 0) { nodes { id } } }", "first", "from 1 to 100"),
    ("{ builds(first: 101) { nodes { id } } }", "first", "from 1 to 100"),
    ("{ pipelines(first: -5) { nodes { id } } }", "first", "from 1 to 100"),
    ('{ builds(after: "@@@") { nodes { id } } }', "after", "not a cursor of this gateway"),
    (f'{{ builds(after: "{wrong(["r", "0", 1, "p", "i", [], []])}") {{ nodes {{ id }} }} }}', "after", "another filter or order"),
    (f'{{ pipelines(after: "{wrong(["r", "0", 1, "p", "i", [], []])}") {{ nodes {{ id }} }} }}', "after", "cursor of another list"),
    ('{ builds(filter: {providers: ["nobody"]}) { nodes { id } } }', "providers", "Configured: acme-buildkite, shop-codefresh"),
    ('{ build(by: {number: {provider: "nobody", pipeline: "x", number: 1}}) { id } }', "by.number.provider", "Configured:"),
    ("{ builds(filter: {statuses: []}) { nodes { id } } }", "statuses", "Leave it out"),
    ('{ builds(filter: {commits: ["abc"]}) { nodes { id } } }', "commits", "full commit SHAs"),
    ('{ builds(filter: {createdFrom: "2026-02-01T00:00:00Z", createdTo: "2026-01-01T00:00:00Z"}) { nodes { id } } }', "createdFrom",
     "must be before"),
    ('{ builds(filter: {providers: ["acme-buildkite"], kinds: [CODEFRESH]}) { nodes { id } } }', "filter", "exclude one another"),
    ('{ pipelines(filter: {nameContains: " "}) { nodes { id } } }', "nameContains", "blank"),
    (f'{{ builds(filter: {{pipelines: ["{wrong(["Build", "acme-buildkite", "1"])}"]}}) {{ nodes {{ id }} }} }}', "pipelines", "type Pipeline"),
    ("{ builds(first: 1, filter: {statuses: [SUCCEEDED], kinds: [BUILDKITE]}) { nodes { jobs(first: 1) { nodes { log(tailBytes: 0) { text } } } } } }", "tailBytes", "from 1 to"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "field", "words"), CASES, ids=[case[0][:70] for case in CASES])
async def test_bad_input_names_the_field_and_what_is_allowed(gateway, query, field, words):
    answer = await gateway.ask(query)

    error = answer["errors"][0]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["field"] == field
    assert words in error["message"]


async def test_bad_input_costs_no_upstream_call(gateway):
    for query, *_ in CASES[:-1]:
        await gateway.ask(query)

    assert sum(gateway.calls().values()) == 0


@pytest.mark.parametrize(
    "query",
    [
        '{ builds(filter: {createdFrom: "2026"}) { nodes { id } } }',
        '{ builds(filter: {createdFrom: "2026-01-01T00:00:00"}) { nodes { id } } }',
    ],
)
async def test_moments_need_a_zone(gateway, query):
    answer = await gateway.ask(query)

    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "zone" in answer["errors"][0]["message"]


@pytest.mark.parametrize("by", ["{}", "{id: null}", '{id: "x", externalId: {provider: "a", externalId: "b"}}'])
async def test_a_lookup_needs_exactly_one_way(gateway, by):
    answer = await gateway.ask(f"{{ build(by: {by}) {{ id }} }}")

    assert answer["errors"]


async def test_one_bad_id_among_good_ones_fails_alone(gateway):
    data = await gateway.data("{ pipelines(first: 2) { nodes { id } } }")
    one, two = (node["id"] for node in data["pipelines"]["nodes"])

    answer = await gateway.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": [one, "rubbish", two]})

    assert [node and node["id"] for node in answer["data"]["nodes"]] == [one, None, two]
    assert answer["errors"][0]["path"] == ["nodes", 1]


async def test_what_does_not_exist_is_null_without_an_error(gateway):
    data = await gateway.data(
        '{ build(by: {number: {provider: "acme-buildkite", workspace: "acme", pipeline: "no-such-pipeline", number: 1}}) { id } }'
    )

    assert data == {"build": None}


async def test_a_lookup_the_vendor_does_not_have_says_what_to_use_instead(gateway):
    answer = await gateway.ask('{ build(by: {externalId: {provider: "acme-buildkite", externalId: "x"}}) { id } }')

    error = answer["errors"][0]
    assert error["extensions"]["code"] == "NOT_SUPPORTED"
    assert "number" in error["message"]
    assert sum(gateway.calls().values()) == 0


VARIABLES = [
    ("query ($n: Int) { pipelines(first: $n) { nodes { id } } }", {"n": None}, None),
    ('query ($i: ID = "x") { node(id: $i) { id } }', {"i": None}, "BAD_USER_INPUT"),
    ("query ($s: Boolean = true) { pipelines(first: 1) { nodes { id @skip(if: $s) } } }", {"s": None}, "BAD_USER_INPUT"),
    ("query ($b: PipelineLookup!) { pipeline(by: $b) { id } }", {"b": {}}, "GRAPHQL_VALIDATION_FAILED"),
    ("query ($b: PipelineLookup!) { pipeline(by: $b) { id } }", {"b": {"id": None}}, "GRAPHQL_VALIDATION_FAILED"),
    ("query ($t: DateTime) { builds(first: 1, filter: {createdTo: $t}) { nodes { id } } }", {"t": "9999-12-31T23:59:59-14:00"},
     "GRAPHQL_VALIDATION_FAILED"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "variables", "code"), VARIABLES, ids=[case[0][:60] for case in VARIABLES])
async def test_bad_variables_are_the_callers_mistake_and_never_an_internal_error(gateway, query, variables, code):
    answer = await gateway.ask(query, variables)

    assert [error["extensions"]["code"] for error in answer.get("errors", [])] == ([] if code is None else [code])


@pytest.mark.parametrize("kind", ["BUILDKITE", "CODEFRESH"])
async def test_a_commit_in_capitals_is_the_same_commit(gateway, kind):
    data = await gateway.data(
        "query ($kinds: [ProviderKind!]) { builds(first: 50, filter: {kinds: $kinds}) { nodes { commit } } }", {"kinds": [kind]}
    )
    commit = next(node["commit"] for node in data["builds"]["nodes"] if node["commit"] and len(node["commit"]) == 40)
    query = "query ($commits: [String!]) { builds(first: 5, filter: {commits: $commits}) { nodes { id } } }"

    answers = [await gateway.data(query, {"commits": [text]}) for text in (commit, commit.upper())]

    assert answers[0]["builds"]["nodes"]
    assert answers[0] == answers[1]
