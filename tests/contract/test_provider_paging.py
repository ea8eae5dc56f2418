"""Paging: each item once, in the vendor's order, from any place on, while rows come and go."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.domain.build import Build, BuildQuery
from gateway.domain.page import Chunk, Mark, RowFault
from gateway.domain.pipeline import PipelineQuery
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case
from tests.contract.nouns import ALL, builds_of, collect, pipelines_of

pytestmark = pytest.mark.anyio


def _pipelines(provider: Provider, after: Mark | None, page_size: int) -> AsyncIterator[Chunk[Any]]:
    assert provider.pipelines is not None
    return provider.pipelines.stream_pipelines(PipelineQuery(), after, page_size, ALL)


def _builds(
    provider: Provider, query: BuildQuery | None = None, at_or_before: datetime | None = None, page_size: int = 20
) -> AsyncIterator[Chunk[Build]]:
    assert provider.builds is not None
    return provider.builds.stream_builds(query or BuildQuery(), at_or_before, page_size, ALL)


async def _page(provider: Provider, after: Mark | None, size: int) -> tuple[list[str], Mark | None]:
    """One client page as the listing would make it: the first `size` items behind a mark."""
    ids: list[str] = []
    mark = after
    async for chunk in _pipelines(provider, after, size):
        assert len(chunk.marks) == len(chunk.items)
        for item, place in zip(chunk.items, chunk.marks, strict=True):
            if len(ids) < size:
                ids.append(item.id if isinstance(item, RowFault) else item.external_id)
                mark = place
        if len(ids) >= size or not chunk.more:
            break
    return ids, mark


async def _walk(provider: Provider, size: int, between: Callable[[int], None] = lambda _: None) -> list[str]:
    found: list[str] = []
    after: Mark | None = None
    for number in range(200):
        ids, after = await _page(provider, after, size)
        if not ids:
            return found
        found += ids
        between(number)
    raise AssertionError("the walk does not end")


@pytest.mark.parametrize("size", [1, 7, 20, 100])
async def test_pages_of_any_size_give_the_same_list(provider: Provider, size: int) -> None:
    whole = [pipeline.external_id for pipeline in await pipelines_of(provider)]
    enough = whole if size > 1 else whole[:12]

    found = await _walk(provider, size) if size > 1 else await _first_pages(provider, 12)

    assert found == enough
    assert len(set(found)) == len(found)


async def _first_pages(provider: Provider, count: int) -> list[str]:
    found: list[str] = []
    after: Mark | None = None
    for _ in range(count):
        ids, after = await _page(provider, after, 1)
        found += ids
    return found


async def test_the_first_chunk_holds_what_was_asked_for(provider: Provider) -> None:
    first = await anext(_pipelines(provider, None, 7))

    assert len(first.items) == 7
    assert first.more


async def test_pipelines_added_while_paging_neither_repeat_nor_hide_another(
    case: Case, own_provider: Provider, own_simulator: RunningSimulator
) -> None:
    before = [pipeline.external_id for pipeline in await pipelines_of(own_provider)]

    def add(number: int) -> None:
        if number < 3:
            case.add_pipeline(own_simulator, f"added-{number}")

    found = await _walk(own_provider, 9, add)

    assert [pipeline for pipeline in found if pipeline in before] == before
    assert len(set(found)) == len(found)


async def test_pipelines_removed_while_paging_hide_no_other(
    case: Case, own_provider: Provider, own_simulator: RunningSimulator
) -> None:
    before = await pipelines_of(own_provider)
    removed = before[2:8:2]

    def remove(number: int) -> None:
        if number < len(removed):
            case.remove_pipeline(own_simulator, removed[number].key)

    found = await _walk(own_provider, 9, remove)

    gone = {pipeline.external_id for pipeline in removed}
    kept = [pipeline.external_id for pipeline in before if pipeline.external_id not in gone]
    assert [pipeline for pipeline in found if pipeline not in gone] == kept


async def test_the_item_of_a_mark_may_be_gone(case: Case, own_provider: Provider, own_simulator: RunningSimulator) -> None:
    before = await pipelines_of(own_provider)
    _, mark = await _page(own_provider, None, 10)
    case.remove_pipeline(own_simulator, before[9].key)

    ids, _ = await _page(own_provider, mark, 5)

    assert ids == [pipeline.external_id for pipeline in before[10:15]]


async def test_builds_come_newest_first_and_once(provider: Provider) -> None:
    builds = await collect(_builds(provider, page_size=30), 400)

    times = [build.created_at for build in builds]
    assert len(builds) == 400
    assert times == sorted(times, reverse=True)
    assert len({build.external_id for build in builds}) == 400


async def test_builds_from_any_moment_on_include_that_moment(provider: Provider) -> None:
    builds = await builds_of(provider, 120)
    for place in (0, 28, 57, 119):
        moment = builds[place].created_at

        found = await collect(_builds(provider, at_or_before=moment, page_size=10), 10)

        expected = {build.external_id for build in builds if build.created_at == moment}
        assert expected <= {build.external_id for build in found}
        assert all(build.created_at <= moment for build in found)


async def test_page_by_page_from_the_last_time_nothing_is_lost(provider: Provider) -> None:
    builds = await builds_of(provider, 150)
    found: dict[str, Build] = {}
    moment: datetime | None = None
    while len(found) < 140:
        page = await collect(_builds(provider, at_or_before=moment, page_size=25), 25)
        found |= {build.external_id: build for build in page}
        moment = page[-1].created_at

    seen = list(found)[:140]
    assert seen == [build.external_id for build in builds][: len(seen)]


async def test_builds_added_while_paging_hide_no_other(case: Case, own_provider: Provider, own_simulator: RunningSimulator) -> None:
    for query in (BuildQuery(), BuildQuery(statuses=(RunStatus.SUCCEEDED, RunStatus.FAILED))):
        before = [build.external_id for build in await collect(_builds(own_provider, query), 100)]
        pipeline = (await pipelines_of(own_provider))[0].key
        found: list[str] = []

        async for chunk in _builds(own_provider, query, page_size=20):
            found += [item.id if isinstance(item, RowFault) else item.external_id for item in chunk.items]
            case.add_builds(own_simulator, pipeline, 7)
            if len(found) >= 130:
                break

        assert list(dict.fromkeys(build for build in found if build in set(before))) == before


@pytest.mark.parametrize("status", list(RunStatus), ids=[status.value for status in RunStatus])
async def test_a_status_filter_gives_only_that_status_and_all_of_it(case: Case, provider: Provider, status: RunStatus) -> None:
    recent = [build for build in await builds_of(provider, 300) if build.native_status not in case.unfilterable]
    since = recent[-1].created_at
    query = BuildQuery(statuses=(status,), created_from=since)

    found = await collect(_builds(provider, query, page_size=100), 1000)

    assert {build.status for build in found} <= {status}
    wanted = [build.external_id for build in recent if build.status is status and build.created_at > since]
    assert set(wanted) <= {build.external_id for build in found}


async def test_filters_by_branch_commit_pipeline_and_time_narrow_exactly(provider: Provider) -> None:
    recent = await builds_of(provider, 200)
    sample = next(build for build in recent if build.commit and len(build.commit) == 40)
    assert sample.pipeline is not None
    first, last = recent[150].created_at, recent[20].created_at
    queries: list[tuple[BuildQuery, Callable[[Build], bool]]] = [
        (BuildQuery(branches=(sample.branch or "",)), lambda build: build.branch == sample.branch),
        (BuildQuery(commits=(sample.commit or "",)), lambda build: build.commit == sample.commit),
        (BuildQuery(pipelines=(sample.pipeline,)), lambda build: build.pipeline == sample.pipeline),
        (BuildQuery(created_from=first, created_to=last), lambda build: first <= build.created_at < last),
    ]

    for query, matches in queries:
        found = await collect(_builds(provider, query, page_size=100), 300)

        ids = {build.external_id for build in found}
        assert all(matches(build) for build in found), query
        assert {build.external_id for build in recent if matches(build)} <= ids, query


async def test_a_star_in_a_branch_stands_for_any_text(provider: Provider) -> None:
    recent = await builds_of(provider, 300)
    since = recent[-1].created_at
    recent = [build for build in recent if build.created_at > since]
    branch = next(build.branch for build in recent if build.branch and "/" in build.branch and len(build.branch) > 8)
    folder, _, rest = branch.partition("/")
    wanted: dict[tuple[str, ...], str] = {
        ("ma*",): r"ma.*",
        (f"{folder}/*",): rf"{re.escape(folder)}/.*",
        (f"*{rest[-3:]}",): rf".*{re.escape(rest[-3:])}",
        (f"{folder[:2]}*{rest[:2]}*{rest[-2:]}",): rf"{re.escape(folder[:2])}.*{re.escape(rest[:2])}.*{re.escape(rest[-2:])}",
        ("main", f"{folder}/*"): rf"main|{re.escape(folder)}/.*",
        ("MA*",): r"MA.*",
        ("m.i*", "ma?n*", "[m]ain*"): r"m\.i.*|ma\?n.*|\[m\]ain.*",
    }

    for branches, pattern in wanted.items():
        query = BuildQuery(branches=branches, created_from=since)
        found = [build for build in await collect(_builds(provider, query, page_size=100), 1000) if build.created_at > since]

        expected = {build.external_id for build in recent if build.branch and re.fullmatch(pattern, build.branch)}
        assert {build.external_id for build in found} == expected, branches
        assert expected or branches[0] in {"MA*", "m.i*"}, "the simulator has none: the case would prove nothing"


async def test_the_newest_builds_of_a_branch_pattern_are_those_of_each_pipelines_own_list(provider: Provider) -> None:
    assert provider.builds is not None
    pipelines = [pipeline.key for pipeline in await pipelines_of(provider)][:6]
    query = BuildQuery(branches=("*a*",))

    found = await provider.builds.newest_builds(pipelines, query, 3, ALL)

    for pipeline, chunk in zip(pipelines, found, strict=True):
        assert isinstance(chunk, Chunk)
        alone = await collect(_builds(provider, BuildQuery(branches=("*a*",), pipelines=(pipeline,)), page_size=3), 3)
        assert [build.external_id for build in chunk.items if not isinstance(build, RowFault)] == [
            build.external_id for build in alone
        ]


@pytest.mark.parametrize("year", [2500, 9000, 9999])
async def test_times_far_ahead_mean_what_they_say(provider: Provider, year: int) -> None:
    ahead = datetime(year, 1, 1, tzinfo=UTC)
    first = [build.external_id for build in await builds_of(provider, 5)]

    assert await collect(_builds(provider, BuildQuery(created_from=ahead)), 5) == []
    until = await collect(_builds(provider, BuildQuery(created_to=ahead), page_size=5), 5)
    resumed = await collect(_builds(provider, at_or_before=ahead, page_size=5), 5)

    assert [build.external_id for build in until] == first
    assert [build.external_id for build in resumed] == first


async def test_an_empty_filter_list_allows_nothing_and_costs_nothing(provider: Provider, simulator: RunningSimulator) -> None:
    assert await collect(_builds(provider, BuildQuery(statuses=())), 10) == []
    assert await collect(_builds(provider, BuildQuery(branches=())), 10) == []

    assert simulator.control.calls == []


async def test_another_vendor_page_is_read_only_when_asked_for(provider: Provider, simulator: RunningSimulator) -> None:
    workspaces = {build.key.parts[0] for build in await builds_of(provider, 200)}
    simulator.control.reset_calls()

    stream = _builds(provider, page_size=10)
    await anext(stream)

    # A vendor whose workspaces are read one by one needs a page of each, and one call to learn of them.
    assert simulator.control.calls_total <= len(workspaces) + 1
