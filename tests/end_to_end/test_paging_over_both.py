"""Paging over both vendors while builds come in: each item once, in order, whatever the page sizes, filters and ties.

What is expected is read from the simulators' own data, without the gateway. Their clock stands still but for inserted
builds, which are always the newest.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import cycle, groupby, pairwise
from typing import NamedTuple

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.providers.buildkite.simulator import SIMULATOR as BUILDKITE
from gateway.providers.buildkite.simulator.progress import FILTER_STATES
from gateway.providers.codefresh.simulator import SIMULATOR as CODEFRESH
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import start
from tests.bench.rig import Vendor, gateways
from tests.gateway_under_test import NAMES, GatewayUnderTest

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
START_MS = (START - EPOCH) // MILLISECOND
MOST_PAGES = 6
FAR = 3_500

BUILDS = """
query ($first: Int!, $after: String, $filter: BuildFilter) {
  page: builds(first: $first, after: $after, filter: $filter) {
    edges { cursor node { id externalId createdAt status branch provider { name } } }
    pageInfo { hasNextPage endCursor } outcomes { status note }
  }
}
"""
PIPELINES = """
query ($first: Int!, $after: String, $filter: PipelineFilter, $orderBy: PipelineOrder) {
  page: pipelines(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    edges { cursor node { externalId name provider { name } } }
    pageInfo { hasNextPage endCursor } outcomes { status }
  }
}
"""
BUILDS_OF_PIPELINE = """
query ($first: Int!, $after: String, $id: ID!) {
  pipeline(by: {id: $id}) {
    builds(first: $first, after: $after) {
      edges { cursor node { id externalId createdAt status branch provider { name } } }
      pageInfo { hasNextPage endCursor } outcomes { status }
    }
  }
}
"""

BUILDKITE_STATUSES = {
    "creating": "QUEUED", "scheduled": "QUEUED", "waiting": "QUEUED", "waiting_failed": "FAILED", "running": "RUNNING",
    "failing": "RUNNING", "canceling": "RUNNING", "passed": "SUCCEEDED", "failed": "FAILED", "canceled": "CANCELED",
    "skipped": "SKIPPED", "not_run": "SKIPPED",
}  # fmt: skip
CODEFRESH_STATUSES = {
    "pending": "QUEUED", "elected": "QUEUED", "delayed": "QUEUED", "running": "RUNNING", "terminating": "RUNNING",
    "pending-approval": "BLOCKED", "success": "SUCCEEDED", "error": "FAILED", "denied": "FAILED", "terminated": "CANCELED",
}  # fmt: skip


class Row(NamedTuple):
    """A build as the simulators have it."""

    time_ms: int
    provider: str
    id: str
    status: str
    branch: str | None
    pipeline: str | None
    filterable: bool = True  # whether the vendor has a word in its filter for the state it is in

    @property
    def place(self):
        """What the order of the list depends on. Builds of one provider and time are in any order."""
        return -self.time_ms, self.provider


class World:
    """Both simulators on one clock, a gateway in this process, and one in another."""

    def __init__(self, simulators, clock, runner, second_url):
        self.simulators, self.clock, self.runner, self.second_url = simulators, clock, runner, second_url
        self.buildkite, self.codefresh = simulators["buildkite"].app, simulators["codefresh"].app
        self.slugs = [(org.slug, each.slug) for org in self.buildkite.world.organizations for each in org.pipelines]
        self.names = [each.name for each in self.codefresh.world.pipelines.all]
        self.at_start = self.builds()

    def run(self, work):
        return self.runner.run(work)

    def insert(self, buildkite, codefresh):
        """Lists of pipelines, by place, that get a build each, all in one new millisecond."""
        self.clock.advance(0.002)
        for place in buildkite:
            self.buildkite.insert_builds(*self.slugs[place % len(self.slugs)])
        for place in codefresh:
            self.codefresh.insert_builds(self.names[place % len(self.names)])

    def builds(self):
        """All of them, as they are now, in the order of the list."""
        now = self.clock.now()
        with self.buildkite.world.lock:
            rows = [self._buildkite_row(build, now) for org in self.buildkite.world.organizations for build in org.newest_first]
        rows += [self._codefresh_row(build, (now - EPOCH) // MILLISECOND) for build in self.codefresh.world.builds.newest_first]
        return sorted(rows, key=lambda row: row.place)

    def _buildkite_row(self, build, now):
        progress = build.progress(now)
        status = "BLOCKED" if progress.blocked else BUILDKITE_STATUSES[progress.state]
        time_ms = (build.created_at - EPOCH) // MILLISECOND
        filterable = progress.filter_state in FILTER_STATES
        return Row(time_ms, NAMES["buildkite"], build.id, status, build.branch, build.pipeline.id, filterable)

    def _codefresh_row(self, build, now_ms):
        status = CODEFRESH_STATUSES[build.status_at(now_ms)]
        return Row(build.key.created_ms, NAMES["codefresh"], build.id, status, build.facts.get("branchName"), build.pipeline_id)

    def pipelines(self):
        """(provider, id, name) in the order of the list."""
        rows = [(NAMES["buildkite"], each.id, each.name) for org in self.buildkite.world.organizations for each in org.pipelines]
        return rows + [(NAMES["codefresh"], each.id, each.name) for each in self.codefresh.world.pipelines.all]

    async def page(self, query, first, after=None, **variables):
        """The connection; every provider has given what it has."""
        return whole(await self.gateway.ask(query, {"first": first, "after": after, **variables}))

    async def page_elsewhere(self, query, first, after=None, **variables):
        """The same, from the other process."""
        asked = {"query": query, "variables": {"first": first, "after": after, **variables}}
        async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
            return whole((await client.post(self.second_url, json=asked)).json())

    async def walk(self, sizes, query=BUILDS, between=lambda: None, most_pages=MOST_PAGES, **variables):
        """(nodes of all pages, whether the walk came to the end)"""
        nodes, after = [], None
        for _, first in zip(range(most_pages), cycle(sizes), strict=False):
            page = await self.page(query, first, after, **variables)
            nodes += [edge["node"] for edge in page["edges"]]
            assert len(page["edges"]) == first or not page["pageInfo"]["hasNextPage"]
            if not page["pageInfo"]["hasNextPage"]:
                return nodes, True
            after = page["pageInfo"]["endCursor"]
            assert after == page["edges"][-1]["cursor"]
            between()
        return nodes, False


def whole(answer):
    assert "errors" not in answer, answer["errors"]
    data = answer["data"]
    page = data["page"] if "page" in data else data["pipeline"]["builds"]
    assert all(outcome["status"] in {"OK", "SKIPPED"} for outcome in page["outcomes"]), page["outcomes"]
    return page


@pytest.fixture(scope="module")
def world():
    clock = ManualClock(START)
    simulators = {each.kind: start(each, clock=clock) for each in (BUILDKITE, CODEFRESH)}
    known = {kind: Vendor(kind, each.base_url, each.token) for kind, each in simulators.items()}
    with gateways(known, [{kind: each.base_url for kind, each in known.items()}]) as (second,), asyncio.Runner() as runner:
        shared = World(simulators, clock, runner, f"http://127.0.0.1:{second.port}/graphql")

        async def open_gateway():
            return await GatewayUnderTest(simulators).__aenter__()

        shared.gateway = runner.run(open_gateway())
        yield shared
        runner.run(shared.gateway.__aexit__())
    for each in simulators.values():
        each.stop()


def ms_of(text):
    return (datetime.fromisoformat(text) - EPOCH) // MILLISECOND


def text_of(time_us):
    return (EPOCH + timedelta(microseconds=time_us)).isoformat().replace("+00:00", "Z")


def us_of(text):
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def matches(row, wanted):
    """A naive reading of the filter."""
    time_us = row.time_ms * 1000
    return (
        ("kinds" not in wanted or any(NAMES[kind.lower()] == row.provider for kind in wanted["kinds"]))
        and ("statuses" not in wanted or row.status in wanted["statuses"])
        and ("branches" not in wanted or row.branch in wanted["branches"])
        and ("createdFrom" not in wanted or time_us >= us_of(wanted["createdFrom"]))
        and ("createdTo" not in wanted or time_us < us_of(wanted["createdTo"]))
    )


def check(nodes, before, after, wanted, ended=False):
    """`nodes` begin with the builds of `before` that match: each once, in order, as the simulators have them.

    Builds whose state has changed meanwhile may come or not, and so may those in a state that their vendor cannot filter:
    they have a test of their own.
    """
    first, last = ({row.id: row for row in rows if matches(row, wanted)} for rows in (before, after))
    known = {row.id for row in before}
    moving = first.keys() ^ {row_id for row_id in last if row_id in known}
    if "statuses" in wanted:
        moving |= {row.id for row in before if not row.filterable}
    expected = [row for row in first.values() if row.id not in moving]
    ids = [node["externalId"] for node in nodes if node["externalId"] not in moving]
    assert len(set(ids)) == len(ids), "a build came twice"
    assert not set(ids) - first.keys(), "a build that does not match, or that came in later"
    assert [first[each].place for each in ids] == [row.place for row in expected[: len(ids)]]
    assert len(ids) == len(expected) or not ended, f"{len(expected) - len(ids)} builds never came"
    for node in nodes:
        row = first.get(node["externalId"]) or last[node["externalId"]]
        assert (ms_of(node["createdAt"]), node["provider"]["name"], node["branch"]) == (row.time_ms, row.provider, row.branch)


SIZES = st.lists(st.integers(1, 40), min_size=1, max_size=4)
ARRIVALS = st.tuples(st.lists(st.integers(0, 99), max_size=3), st.lists(st.integers(0, 99), max_size=3))
ALL_STATUSES = ["QUEUED", "RUNNING", "BLOCKED", "SUCCEEDED", "FAILED", "CANCELED", "SKIPPED"]
NEAR_US = [-1000, -1, 0, 1, 500, 1000]


@st.composite
def filters(draw, world):
    """Any mixture of filters; times are those of builds, often of builds that share theirs, or close to them."""
    rows = world.at_start
    ties = tie_groups(rows)
    times = st.one_of(st.sampled_from([group[0].time_ms for group in ties]), st.sampled_from([row.time_ms for row in rows]))
    wanted = {}
    if draw(st.booleans()):
        wanted["statuses"] = draw(st.lists(st.sampled_from(ALL_STATUSES), min_size=1, max_size=3, unique=True))
    if draw(st.integers(0, 3)) == 0:
        branches = sorted({row.branch for row in rows if row.branch})
        wanted["branches"] = draw(st.lists(st.sampled_from(branches), min_size=1, max_size=3, unique=True))
    if draw(st.booleans()):
        wanted["createdTo"] = text_of(draw(times) * 1000 + draw(st.sampled_from(NEAR_US)))
    if draw(st.integers(0, 2)) == 0:
        end = us_of(wanted["createdTo"]) if "createdTo" in wanted else rows[0].time_ms * 1000 + 1
        wanted["createdFrom"] = text_of(min(draw(times) * 1000 + draw(st.sampled_from(NEAR_US)), end - 1))
    if draw(st.integers(0, 3)) == 0:
        wanted["kinds"] = draw(st.lists(st.sampled_from(["BUILDKITE", "CODEFRESH"]), min_size=1, unique=True))
    return wanted


def tie_groups(rows):
    """Neighbours in the list that share their time."""
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row.time_ms)]
    return [group for group in groups if len(group) > 1]


def property_of(examples):
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],  # the world moves on: what is tried again is not the same
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    )


@property_of(25)
@given(data=st.data(), sizes=SIZES, arrivals=st.lists(ARRIVALS, min_size=1, max_size=MOST_PAGES))
def test_each_build_comes_once_and_in_order_while_others_come_in(world, data, sizes, arrivals):
    wanted = data.draw(filters(world))
    before = world.builds()
    coming = cycle(arrivals)

    nodes, ended = world.run(world.walk(sizes, between=lambda: world.insert(*next(coming)), filter=wanted))

    check(nodes, before, world.builds(), wanted, ended)


def test_a_walk_to_the_very_end_misses_nothing(world):
    before = world.builds()
    coming = cycle(range(7))

    nodes, ended = world.run(
        world.walk([100, 99, 100], most_pages=200, between=lambda: world.insert([next(coming)], [next(coming)]))
    )

    assert ended
    check(nodes, before, world.builds(), {}, ended)


@pytest.mark.parametrize("status", ALL_STATUSES)
def test_a_status_finds_every_build_that_shows_it(world, status):
    """Of those there from the start, the newest. What the vendor's filter has no word for is told in the outcome."""
    wanted = {"statuses": [status], "createdTo": text_of(START_MS * 1000)}
    shown = [row for row in world.builds() if matches(row, wanted)]
    expected = [row for row in shown if row.filterable][:60]

    nodes, _ = world.run(world.walk([60], most_pages=1, filter=wanted))
    outcomes = world.run(world.page(BUILDS, 1, filter=wanted))["outcomes"]

    assert {node["status"] for node in nodes} == {status}
    assert [row.id for row in expected if row.id not in {node["externalId"] for node in nodes}] == []
    assert all(row.filterable for row in shown) or "no filter word" in outcomes[0]["note"]


@property_of(12)
@given(data=st.data(), first=st.integers(1, 30), size=st.integers(1, 30), place=st.integers(0, 29), arrivals=ARRIVALS)
def test_a_cursor_gives_the_same_page_again_at_the_same_time_and_in_another_process(world, data, first, size, place, arrivals):
    wanted = data.draw(filters(world))

    async def pages():
        start_page = await world.page(BUILDS, first, filter=wanted)
        if not start_page["edges"]:
            return []
        after = start_page["edges"][place % len(start_page["edges"])]["cursor"]
        asked = {"first": size, "after": after, "filter": wanted}
        found = await asyncio.gather(
            *(ask(BUILDS, **asked) for ask in (world.page, world.page, world.page_elsewhere, world.page_elsewhere))
        )
        world.insert(*arrivals)
        return [*found, await world.page(BUILDS, **asked), await world.page_elsewhere(BUILDS, **asked)]

    found = [without_states(page) for page in world.run(pages())]

    assert all(page == found[0] for page in found)


def without_states(page):
    """An inserted build's moment is one at which another one may change its state."""
    return [(edge["cursor"], {**edge["node"], "status": None}) for edge in page["edges"]], page["pageInfo"]


@property_of(8)
@given(data=st.data(), size=st.integers(1, 12))
def test_every_edge_continues_exactly_behind_itself(world, data, size):
    wanted = data.draw(filters(world))
    before = world.builds()

    async def continued():
        page = await world.page(BUILDS, 24, filter=wanted)
        edges = page["edges"]
        found = await asyncio.gather(*(world.page(BUILDS, size, edge["cursor"], filter=wanted) for edge in edges))
        return [[edge["node"] for edge in [*edges[: place + 1], *more["edges"]]] for place, more in enumerate(found)]

    for nodes in world.run(continued()):
        check(nodes, before, before, wanted)


def test_pages_that_end_among_builds_of_the_same_moment_lose_none_of_them(world):
    world.insert([0, 1, 2], [0, 1])
    before = world.builds()
    ties = [group for group in tie_groups(before) if group[0].time_ms <= START_MS or group[0] == before[0]]
    assert len(ties) >= 20
    assert any(len({row.provider for row in group}) == 2 for group in ties)
    assert any(len(group) > 3 for group in ties)

    async def walks():
        return [
            (wanted, await world.walk([size, 1, 4], most_pages=3, filter=wanted))
            for group in ties
            for wanted in [{"createdTo": text_of(group[0].time_ms * 1000 + 1)}]
            for size in range(1, len(group))
        ]

    for wanted, (nodes, _) in world.run(walks()):
        check(nodes, before, before, wanted)


def test_a_walk_whose_every_page_ends_in_a_tie_where_it_can(world):
    wanted = {"createdTo": text_of(START_MS * 1000)}
    before = world.builds()
    rows = [row for row in before if matches(row, wanted)][:FAR]
    sizes, at = [], 0
    for border in (place + 1 for place, (row, following) in enumerate(pairwise(rows)) if row.time_ms == following.time_ms):
        while border - at > 100:
            sizes.append(100)
            at += 100
        sizes.append(border - at)
        at = border
    assert len(sizes) >= 40

    nodes, _ = world.run(world.walk(sizes, most_pages=len(sizes), between=lambda: world.insert([3], [4]), filter=wanted))

    assert len(nodes) == at
    check(nodes, before, world.builds(), wanted)


@property_of(12)
@given(sizes=SIZES, arrivals=ARRIVALS, size=st.integers(1, 30))
@pytest.mark.parametrize("kind", NAMES)
def test_the_builds_of_one_pipeline_come_once_and_in_order_as_well(world, kind, sizes, arrivals, size):
    before = [row for row in world.builds() if row.provider == NAMES[kind]]
    counts = {}
    for row in before:
        counts[row.pipeline] = counts.get(row.pipeline, 0) + 1
    busiest = max(counts, key=lambda pipeline: (counts[pipeline], str(pipeline)))
    before = [row for row in before if row.pipeline == busiest]

    async def walk():
        pipeline_id = await global_id(world, kind, busiest)
        nodes, ended = await world.walk(sizes, BUILDS_OF_PIPELINE, between=lambda: world.insert(*arrivals), id=pipeline_id)
        of_it, _ = await world.walk([size], most_pages=3, filter={"pipelines": [pipeline_id]})
        return nodes, ended, of_it

    nodes, ended, of_it = world.run(walk())

    check(nodes, before, before, {}, ended)
    known = {row.id for row in before}
    check([node for node in of_it if node["externalId"] in known], before, before, {})


async def global_id(world, kind, external_id):
    after = None
    query = PIPELINES.replace("externalId name", "id externalId name")
    while True:
        page = await world.page(query, 100, after, filter={"kinds": [kind.upper()]})
        for edge in page["edges"]:
            if edge["node"]["externalId"] == external_id:
                return edge["node"]["id"]
        assert page["pageInfo"]["hasNextPage"]
        after = page["pageInfo"]["endCursor"]


@property_of(15)
@given(
    sizes=SIZES,
    kinds=st.lists(st.sampled_from(["BUILDKITE", "CODEFRESH"]), min_size=1, max_size=2, unique=True),
    part=st.sampled_from([None, "a", "ER", "deploy", "shop", "nothing has this in its name", "ü"]),
)
def test_each_pipeline_comes_once_in_the_vendors_orders(world, sizes, kinds, part):
    wanted = {"kinds": kinds} | ({} if part is None else {"nameContains": part})
    names = [NAMES[kind.lower()] for kind in kinds]
    expected = [row for row in world.pipelines() if row[0] in names and (part or "").lower() in row[2].lower()]

    nodes, ended = world.run(world.walk([*sizes, 25], PIPELINES, most_pages=200, filter=wanted))

    assert ended
    assert [row_of(node) for node in nodes] == expected


@property_of(8)
@given(first=st.integers(1, 90), size=st.integers(1, 90), place=st.integers(0, 89))
@pytest.mark.parametrize("order", [None, {"field": "NAME"}, {"field": "CREATED_AT", "direction": "DESC"}])
def test_every_cursor_of_pipelines_gives_the_same_page_again_and_continues_there(world, order, first, size, place):
    place %= first

    async def pages():
        start_page = await world.page(PIPELINES, first, orderBy=order)
        asked = {"first": size, "after": start_page["edges"][place]["cursor"], "orderBy": order}
        found = await asyncio.gather(*(ask(PIPELINES, **asked) for ask in (world.page, world.page, world.page_elsewhere)))
        everything, _ = await world.walk([100], PIPELINES, orderBy=order)
        return everything, found

    everything, found = world.run(pages())

    assert sorted(map(row_of, everything)) == sorted(world.pipelines())
    assert [edge["node"] for edge in found[0]["edges"]] == everything[place + 1 : place + 1 + size]
    assert all((page["edges"], page["pageInfo"]) == (found[0]["edges"], found[0]["pageInfo"]) for page in found)


def row_of(node):
    return node["provider"]["name"], node["externalId"], node["name"]
