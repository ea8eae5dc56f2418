"""Filters of `runs` over five vendors: what comes is what a naive reading picks, and each outcome says what the gateway filtered."""

from datetime import datetime, timedelta

import pytest

from tests.end_to_end import five_vendors
from tests.end_to_end.five_vendors import FiveVendors
from tests.gateway_under_test import ALL_NAMES

pytestmark = pytest.mark.anyio

FIELDS = """
__typename id externalId createdAt status nativeStatus provider { name kind } actor { name username email externalId }
pipeline { id workspace { id } repository { url } }
... on Build { branch commit repository author { name username email externalId } pullRequest { externalId } }
"""
RUNS = """
query ($first: Int!, $after: String, $filter: RunFilter) {
  page: runs(first: $first, after: $after, filter: $filter) {
    edges { cursor node { %s } } pageInfo { hasNextPage endCursor }
    outcomes { provider { kind } status appliedLocally upstreamCalls fault { code message } }
  }
}
""".replace("%s", FIELDS)
CHILDREN = """
{ executions(first: 100, filter: {kinds: [TALEND], includeChildren: true}) { nodes { id parent { id children(first: 100) { nodes { id } } } } } }
"""
KINDS = {kind.upper() for kind in ALL_NAMES}
NEWEST = 500


@pytest.fixture
def five(gateway_of_five, _clock):
    return FiveVendors(gateway_of_five, _clock)


@pytest.fixture(scope="module")
def _newest():
    return {}


@pytest.fixture
async def newest(five, _newest):
    """The newest runs without any filter; read once for all tests here."""
    if "nodes" not in _newest:
        _newest["nodes"] = [edge["node"] for edge in await five.walk([100], NEWEST // 100, query=RUNS)]
        five.gateway.reset_calls()
    return _newest["nodes"]


def kind_of(node):
    return node["provider"]["kind"]


def at(node):
    return datetime.fromisoformat(node["createdAt"])


def names_of(node):
    people = [person for person in (node["actor"], node.get("author")) if person]
    return {name.casefold() for person in people for name in person.values() if name}


def check(page, newest, wanted):
    """The page begins with those of `newest` that are wanted, and every kind that has any is among them."""
    expected = [node for node in newest if wanted(node)]
    oldest = at(newest[-1])
    found = [edge["node"] for edge in page["edges"]]
    shown = [node for node in found if at(node) > oldest]
    assert shown == [node for node in expected if at(node) > oldest][: len(found)]
    assert all(wanted(node) for node in found)
    assert found


def local(page):
    """What the gateway filtered, by vendor; those that were not asked, or have no such runs, are left out."""
    return {each["provider"]["kind"]: set(each["appliedLocally"]) for each in page["outcomes"] if each["status"] == "OK"}


def text_of(moment):
    return moment.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("statuses", [["SUCCEEDED"], ["FAILED"], ["CANCELED"], ["RUNNING", "BLOCKED"]])
async def test_statuses(five, newest, statuses):
    page = await five.page(100, query=RUNS, filter={"statuses": statuses})

    # Buildkite cannot filter by two of its states, and says so.
    check(page, newest, lambda node: node["status"] in statuses and node["nativeStatus"] not in {"waiting", "waiting_failed"})
    assert not local(page)["CODEFRESH"] | local(page)["DX"]


async def test_a_status_that_shares_its_words_with_another_is_told_apart_here(five):
    """Buildkite hands out blocked builds as failed ones, and what Talend calls failed may never have begun."""
    page = await five.page(1, query=RUNS, filter={"statuses": ["FAILED"]})

    assert local(page) == {kind: {"statuses"} if kind in {"BUILDKITE", "TALEND"} else set() for kind in KINDS}


async def test_actors_by_name_user_name_and_address(five, newest):
    wanted = {"mreyes", "ada@example.com", "Kofi Mensah", "mikko", "Acme EMEA"}

    page = await five.page(100, query=RUNS, filter={"actors": sorted(wanted)})

    check(page, newest, lambda node: names_of(node) & {name.casefold() for name in wanted})
    assert local(page) == {kind: set() if kind == "DX" else {"actors"} for kind in KINDS}
    assert {kind_of(edge["node"]) for edge in page["edges"]} == KINDS


async def test_a_span_of_time_begins_with_its_first_moment_and_ends_before_its_last(five, newest):
    last, first = newest[100], newest[180]

    page = await five.page(100, query=RUNS, filter={"createdFrom": first["createdAt"], "createdTo": last["createdAt"]})

    check(page, newest, lambda node: at(first) <= at(node) < at(last))
    assert len(page["edges"]) == sum(at(first) <= at(node) < at(last) for node in newest) >= 70
    assert not page["pageInfo"]["hasNextPage"]
    both = {"createdFrom", "createdTo"}
    assert local(page) == {"BUILDKITE": set(), "CODEFRESH": both, "TALEND": both, "NUVO": both, "DX": set()}


async def test_whole_days_are_left_to_the_vendors_that_know_days(five):
    today = five.clock.start.replace(hour=0, minute=0, second=0, microsecond=0)

    page = await five.page(
        100, query=RUNS, filter={"createdFrom": text_of(today - timedelta(days=9)), "createdTo": text_of(today - timedelta(days=2))}
    )

    both = {"createdFrom", "createdTo"}
    assert local(page) == {"BUILDKITE": set(), "CODEFRESH": set(), "TALEND": both, "NUVO": both, "DX": set()}
    assert {kind_of(edge["node"]) for edge in page["edges"]} == KINDS


async def test_a_walk_into_the_past_is_the_same_list(five):
    start = five.clock.start - timedelta(days=20)
    held = [row for row in five.held() if row.time_ms < start.timestamp() * 1_000]

    edges = await five.walk([30, 70], 4, query=RUNS, filter={"createdTo": text_of(start)})

    assert len(edges) == 200
    five_vendors.check(edges, held)


async def test_pipelines_of_several_vendors_at_once(five, newest):
    ids = list({kind_of(node): node["pipeline"]["id"] for node in newest if node["pipeline"]}.values())
    assert len(ids) == 5

    page = await five.page(100, query=RUNS, filter={"pipelines": ids})

    check(page, newest, lambda node: node["pipeline"] and node["pipeline"]["id"] in ids)
    assert local(page) == {kind: set() for kind in KINDS}


async def test_pipelines_leave_out_the_vendors_they_are_not_of(five, newest):
    ids = {kind_of(node): node["pipeline"]["id"] for node in newest if node["pipeline"]}

    page = await five.page(10, query=RUNS, filter={"pipelines": [ids["NUVO"], ids["DX"]]})

    assert {each["provider"]["kind"] for each in page["outcomes"]} == {"NUVO", "DX"}
    assert {kind for kind, calls in five.gateway.calls().items() if calls} == {"nuvo"}


async def test_workspaces_of_several_vendors_at_once(five, newest):
    ids = {kind_of(node): node["pipeline"]["workspace"]["id"] for node in newest if node["pipeline"]}
    chosen = [ids[kind] for kind in ("BUILDKITE", "TALEND", "NUVO", "DX")]

    page = await five.page(100, query=RUNS, filter={"workspaces": chosen})

    check(page, newest, lambda node: node["pipeline"] and node["pipeline"]["workspace"]["id"] in chosen)
    assert {kind_of(edge["node"]) for edge in page["edges"]} == {"BUILDKITE", "TALEND", "NUVO", "DX"}


@pytest.mark.parametrize("kind", ["CODEFRESH", "TALEND"])
async def test_projects_narrow_where_runs_tell_theirs_and_are_refused_where_they_do_not(five, kind):
    data = await five.gateway.data(f"{{ projects(first: 1, filter: {{kinds: [{kind}]}}) {{ nodes {{ id }} }} }}")
    project = data["projects"]["nodes"][0]["id"]

    page = await five.page(20, query=RUNS, filter={"projects": [project]})

    (outcome,) = page["outcomes"]
    assert (outcome["status"], bool(page["edges"])) == (("OK", True) if kind == "CODEFRESH" else ("NOT_SUPPORTED", False))


def repository_of(node):
    """`owner/name`; a build at Buildkite has its pipeline's."""
    if node.get("repository") or not (node["pipeline"] and node["pipeline"]["repository"]):
        return node.get("repository")
    return node["pipeline"]["repository"]["url"].removesuffix(".git").partition(":")[2]


def pull_request_of(node):
    return node["pullRequest"]["externalId"] if node.get("pullRequest") else None


def commit_of(node):
    """Only whole ones can be asked for."""
    return node["commit"] if len(node.get("commit") or "") == 40 else None


@pytest.mark.parametrize(
    ("name", "of", "vendors", "locally"),
    [
        ("branches", lambda node: node.get("branch"), {"BUILDKITE", "CODEFRESH", "DX"}, set()),
        ("commits", commit_of, {"BUILDKITE", "CODEFRESH", "DX"}, set()),
        ("repositories", repository_of, {"BUILDKITE", "CODEFRESH", "DX"}, {"CODEFRESH"}),
        ("pullRequests", pull_request_of, {"BUILDKITE", "DX"}, {"BUILDKITE"}),
    ],
)
async def test_what_only_builds_have_narrows_to_builds(five, newest, name, of, vendors, locally):
    some = {kind_of(node): of(node) for node in newest if of(node)}
    assert some.keys() == vendors

    page = await five.page(60, query=RUNS, filter={name: sorted(some.values())})

    check(page, newest, lambda node: of(node) in some.values())
    assert [each["provider"]["kind"] for each in page["outcomes"]] == ["BUILDKITE", "CODEFRESH", "DX"]
    assert local(page) == {kind: {name} if kind in locally else set() for kind in vendors}
    assert {each["status"] for each in page["outcomes"] if each["provider"]["kind"] not in vendors} <= {"NOT_SUPPORTED"}
    assert [kind for kind in ("talend", "nuvo") if five.gateway.calls()[kind]] == []


async def test_small_pages_of_a_filter_that_runs_here_do_not_cost_more_calls_than_large_ones(five, newest):
    """What is dropped must be made up for, so the vendor is asked for its largest pages whatever the client's page is."""
    rare = {"kinds": ["BUILDKITE"], "pullRequests": [next(filter(None, map(pull_request_of, newest)))]}
    query = RUNS.replace(FIELDS, "id")
    await five.page(1, query=query)  # what organizations there are is remembered for a while

    calls = []
    for first in (5, 100):
        five.gateway.reset_calls()
        await five.page(first, query=query, filter=rare)
        calls.append(five.gateway.calls()["buildkite"])

    assert calls[0] <= calls[1]


async def test_runs_of_a_plans_tasks_hang_under_it_and_come_in_lists_when_asked_for(five):
    without = await five.gateway.data(CHILDREN.replace(", includeChildren: true", ""))
    nodes = (await five.gateway.data(CHILDREN))["executions"]["nodes"]

    children = [node for node in nodes if node["parent"]]
    assert len(children) >= 5
    assert all(node["id"] in {child["id"] for child in node["parent"]["children"]["nodes"]} for node in children)
    assert not any(node["parent"] for node in without["executions"]["nodes"])
    ids = [node["id"] for node in nodes if not node["parent"]]
    assert ids == [node["id"] for node in without["executions"]["nodes"]][: len(ids)]


async def test_with_children_runs_hold_them_too(five):
    query = RUNS.replace("__typename", "__typename ... on Execution { parent { id } }")
    filters = {"kinds": ["TALEND", "NUVO"], "includeChildren": True}

    edges = await five.walk([60], 3, query=query, filter=filters)

    own = [edge["node"]["externalId"] for edge in edges if not edge["node"]["parent"]]
    held = [row.id for row in five.held() if row.provider in (ALL_NAMES["talend"], ALL_NAMES["nuvo"])]
    assert 100 < len(own) < 180
    assert sorted(own) == sorted(held[: len(own)])
