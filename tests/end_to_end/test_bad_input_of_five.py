"""Bad input to the lists of runs and of the data platform: an error that names the field. No vendor is asked."""

import base64
import json

import pytest

pytestmark = pytest.mark.anyio


def encoded(*words):
    return base64.urlsafe_b64encode(json.dumps(words, separators=(",", ":")).encode()).decode().rstrip("=")


BUILD = encoded("Build", "homegrown", "run-1")
WORKSPACE = encoded("Workspace", "talend-eu", "w")
ENVIRONMENT = encoded("Environment", "talend-eu", "e")
ELSEWHERE = encoded("Pipeline", "nowhere", "p")
OTHER_LIST = encoded("l", "0", "talend-eu", ["", 0, "x"])
OTHER_ORDER = encoded("s", "0", 1, "talend-eu", "x", [])

EMPTY = [
    *(("runs", name) for name in ["statuses", "actors", "branches", "commits", "repositories", "pullRequests", "pipelines", "workspaces", "projects", "kinds"]),
    *(("executions", name) for name in ["statuses", "actors", "executionKinds", "environments", "pipelines", "workspaces", "providers"]),
    ("builds", "pullRequests"), ("pipelines", "pipelineKinds"), ("pipelines", "environments"), ("workspaces", "environments"),
    ("artifacts", "types"), ("artifacts", "environments"), ("dataConnections", "apps"), ("dataConnections", "workspaces"),
    ("promotions", "sourceEnvironments"), ("promotions", "targetEnvironments"), ("schedules", "environments"),
]  # fmt: skip
BLANK = [
    ("runs", "actors", '[" "]', "blank text"), ("runs", "repositories", '["", "acme/shop"]', "blank text"),
    ("runs", "pullRequests", '["\\t"]', "blank text"), ("executions", "actors", '["mreyes", ""]', "blank text"),
    ("schedules", "descriptionContains", '" "', "blank"), ("artifacts", "nameContains", '""', "blank"),
    ("dataConnections", "nameContains", '" "', "blank"), ("promotions", "nameContains", '" "', "blank"),
    ("environments", "nameContains", '" "', "blank"), ("workspaces", "nameContains", '" "', "blank"),
]  # fmt: skip
WRONG = [
    ("runs", "pipelines", f'["{BUILD}"]', "type Pipeline, not of Build"),
    ("executions", "environments", f'["{WORKSPACE}"]', "type Environment, not of Workspace"),
    ("executions", "workspaces", f'["{ENVIRONMENT}"]', "type Workspace, not of Environment"),
    ("promotions", "targetEnvironments", f'["{WORKSPACE}"]', "type Environment"),
    ("schedules", "environments", '["rubbish"]', "not an id of this gateway"),
    ("runs", "pipelines", f'["{ELSEWHERE}"]', "Configured: acme-buildkite, shop-codefresh, talend-eu, imports, homegrown"),
    ("runs", "commits", '["abc"]', "full commit SHAs"),
]  # fmt: skip
SIZES = [
    *((f"{{ {name}(first: {first}) {{ nodes {{ id }} }} }}", "first") for name in ["runs", "executions", "schedules", "promotions", "artifacts", "environments", "dataConnections"] for first in (0, 101, -1)),
    *((f"{{ pipelines(first: 1) {{ nodes {{ stats(lastRuns: {count}) {{ count }} }} }} }}", "lastRuns") for count in (0, 101)),
    *((f"{{ pipelines(first: 1) {{ nodes {{ runs(first: {count}) {{ nodes {{ id }} }} }} }} }}", "first") for count in (0, 101)),
]  # fmt: skip
ORDER = "orderBy: {field: DURATION}"
CURSORS = [
    (f'{{ runs(after: "{OTHER_LIST}") {{ nodes {{ id }} }} }}', "cursor of another list"),
    (f'{{ executions(after: "{OTHER_ORDER}") {{ nodes {{ id }} }} }}', "cursor of another list"),
    (f'{{ executions({ORDER}, after: "{OTHER_LIST}") {{ nodes {{ id }} }} }}', "cursor of another list"),
    (f'{{ executions({ORDER}, after: "{OTHER_ORDER}") {{ nodes {{ id }} }} }}', "another filter or order"),
    ('{ runs(after: "@@@") { nodes { id } } }', "not a cursor of this gateway"),
]  # fmt: skip
EXCLUDING = [
    f'{{ runs(filter: {{pipelines: ["{encoded("Pipeline", "imports", "p")}"], kinds: [DX]}}) {{ nodes {{ id }} }} }}',
    f'{{ executions(filter: {{environments: ["{ENVIRONMENT}"], kinds: [NUVO]}}) {{ nodes {{ id }} }} }}',
]  # fmt: skip
CASES = [
    *((f"{{ {root}(filter: {{{name}: []}}) {{ nodes {{ id }} }} }}", name, "Leave it out") for root, name in EMPTY),
    *((f"{{ {root}(filter: {{{name}: {value}}}) {{ nodes {{ id }} }} }}", name, words) for root, name, value, words in (*BLANK, *WRONG)),
    *((query, name, "from 1 to 100") for query, name in SIZES),
    *((query, "after", words) for query, words in CURSORS),
    *((query, "filter", "exclude one another") for query in EXCLUDING),
    ('{ runs(filter: {createdFrom: "2026-02-01T00:00:00Z", createdTo: "2026-02-01T00:00:00Z"}) { nodes { id } } }', "createdFrom", "must be before"),
    (f'{{ execution(by: {{id: "{BUILD}"}}) {{ id }} }}', "by.id", "takes an id of type Execution, not of Build"),
    ('{ execution(by: {externalId: {provider: "nobody", externalId: "x"}}) { id } }', "by.externalId.provider", "Configured:"),
]  # fmt: skip
CALLING = ("{ pipelines(first: 1) { nodes",)
"""Where the fault lies below a list, the list itself is read."""


async def test_bad_input_names_the_field_and_what_is_allowed_and_costs_nothing(gateway_of_five):
    for query, field, words in CASES:
        gateway_of_five.reset_calls()
        answer = await gateway_of_five.ask(query)

        error = answer["errors"][0]
        assert (error["extensions"]["code"], error["extensions"].get("field")) == ("BAD_USER_INPUT", field), (query, error)
        assert words in error["message"], (query, error["message"])
        assert "extensions" not in answer, (query, answer["extensions"])
        assert query.startswith(CALLING) or sum(gateway_of_five.calls().values()) == 0, query


@pytest.mark.parametrize("first", [0, 101])
async def test_next_runs_have_a_most(gateway_of_five, first):
    answer = await gateway_of_five.ask(f"{{ schedules(first: 1) {{ nodes {{ id nextRuns(first: {first}) {{ at }} }} }} }}")

    assert answer["data"]["schedules"]["nodes"][0]["nextRuns"] is None
    assert answer["errors"][0]["extensions"] | {"path": None} == {
        "code": "BAD_USER_INPUT",
        "field": "first",
        "retryable": False,
        "path": None,
    }


async def test_a_blank_version_is_the_callers_mistake(gateway_of_five):
    answer = await gateway_of_five.ask('{ artifacts(first: 1) { nodes { id version(version: " ") { name } } } }')

    assert [error["extensions"]["field"] for error in answer["errors"]] == ["version"]
    assert "`versions`" in answer["errors"][0]["message"]


async def test_a_cursor_of_one_order_is_refused_in_another_and_under_another_filter(gateway_of_five):
    query = "query ($after: String, $order: ExecutionOrder, $filter: ExecutionFilter) { executions(first: 2, after: $after, orderBy: $order, filter: $filter) { pageInfo { endCursor } } }"
    narrow = {"kinds": ["TALEND"], "statuses": ["CANCELED"]}
    given = {"order": {"field": "DURATION"}, "filter": narrow}
    page = await gateway_of_five.data(query, given)
    after = page["executions"]["pageInfo"]["endCursor"]

    for changed in (
        {"order": {"field": "DURATION", "direction": "DESC"}},
        {"order": {"field": "STARTED_AT"}},
        {"filter": narrow | {"kinds": None}},
    ):
        answer = await gateway_of_five.ask(query, given | changed | {"after": after})
        assert answer["errors"][0]["extensions"]["field"] == "after"
        assert "another filter or order" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    "query",
    [
        "{ executions(orderBy: {field: NAME}) { nodes { id } } }",
        "{ runs(orderBy: {field: CREATED_AT}) { nodes { id } } }",
        "{ executions(filter: {executionKinds: [BUILD]}) { nodes { id } } }",
        "{ schedules(filter: {inUse: 1}) { nodes { id } } }",
        "{ promotions { nodes { analysis(keepTargetResources: null) { status } } } }",
    ],
)
async def test_what_the_schema_does_not_have_is_refused_before_anything_is_asked(gateway_of_five, query):
    answer = await gateway_of_five.ask(query)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["GRAPHQL_VALIDATION_FAILED"]
    assert sum(gateway_of_five.calls().values()) == 0
