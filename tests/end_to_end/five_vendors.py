"""All five vendors behind one gateway, with what a test does to them: runs are added, lists are walked."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from itertools import cycle
from typing import Any

from gateway.simulation.clock import ManualClock
from tests.end_to_end.reported_runs import ReportedRun, report, runs_of
from tests.end_to_end.vendor_records import HeldRun, runs_held
from tests.gateway_under_test import ALL_NAMES, GatewayUnderTest

RUNS = """
query ($first: Int!, $after: String, $filter: RunFilter) {
  page: runs(first: $first, after: $after, filter: $filter) {
    edges { cursor node { __typename id externalId createdAt provider { name } } }
    pageInfo { hasNextPage endCursor }
    outcomes { provider { name } status fault { code message } missingBefore upstreamCalls servedFrom }
  }
}
"""
NO_BUILDS = {ALL_NAMES["talend"], ALL_NAMES["nuvo"]}
"""The vendors whose runs are executions."""

Page = dict[str, Any]
Edge = dict[str, Any]


class FiveVendors:
    """`reported` is what the ledger was told so far."""

    def __init__(self, gateway: GatewayUnderTest, clock: ManualClock, profile: str = "uneven") -> None:
        self.gateway = gateway
        self.clock = clock
        self.apps: dict[str, Any] = {kind: simulator.app for kind, simulator in gateway.simulators.items()}
        self.reported: list[ReportedRun] = runs_of(profile, clock.start)

    def held(self) -> list[HeldRun]:
        """All runs, as they are now, in the order of the list."""
        return runs_held(self.gateway.simulators, self.reported)

    async def add_runs(self) -> None:
        """One at every vendor, all in one new moment."""
        self.clock.advance(0.002)
        organization = self.apps["buildkite"].world.organizations[0]
        self.apps["buildkite"].insert_builds(organization.slug, organization.pipelines[0].slug)
        self.apps["codefresh"].insert_builds(self.apps["codefresh"].world.pipelines.all[0].name)
        tenant = self.apps["talend"].tenant
        self.apps["talend"].runs.insert(next(each for each in tenant.tasks if tenant.artifact_type(each) == "standard"))
        self.apps["nuvo"].run(self.apps["nuvo"].world.pipelines[0].id)
        now = self.clock.now()
        known = self.reported[0]
        started = now.replace(microsecond=now.microsecond // 1_000 * 1_000)
        run = known._replace(reference_id=f"added-{started.isoformat()}", started_at=started, finished_at=None, status="running")
        self.reported.append(run)
        await report(self.gateway, [run])

    async def page(self, first: int, after: str | None = None, query: str = RUNS, **variables: object) -> Page:
        """One page of a list that the query calls `page`."""
        return (await self.gateway.data(query, {"first": first, "after": after, **variables}))["page"]

    async def walk(
        self,
        sizes: Sequence[int],
        pages: int,
        *,
        query: str = RUNS,
        between: Callable[[], Awaitable[None]] | None = None,
        **variables: object,
    ) -> list[Edge]:
        """The edges of so many pages, or of all if there are fewer."""
        edges: list[Edge] = []
        after = None
        for _, first in zip(range(pages), cycle(sizes), strict=False):
            page = await self.page(first, after, query, **variables)
            edges += page["edges"]
            if not page["pageInfo"]["hasNextPage"]:
                break
            assert len(page["edges"]) == first
            after = page["pageInfo"]["endCursor"]
            if between is not None:
                await between()
        return edges


def ids_of(edges: Sequence[Edge]) -> list[str]:
    return [edge["node"]["externalId"] for edge in edges]


def check(edges: Sequence[Edge], held: Sequence[HeldRun]) -> None:
    """`edges` are the first of `held`; runs of one provider and moment may come in any order among themselves."""
    ids = ids_of(edges)
    rows = {row.id: row for row in held}
    assert len(set(ids)) == len(ids), "a run came twice"
    assert set(ids) <= rows.keys(), "a run that nobody has"
    assert [rows[each].place for each in ids] == [row.place for row in held[: len(ids)]]
    for edge in edges:
        node, row = edge["node"], rows[edge["node"]["externalId"]]
        assert (datetime.fromisoformat(node["createdAt"]).timestamp() * 1_000, node["provider"]["name"]) == (
            row.time_ms,
            row.provider,
        )
        assert node["__typename"] == ("Execution" if row.provider in NO_BUILDS else "Build")
