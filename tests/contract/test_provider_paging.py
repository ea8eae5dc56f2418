"""Paging: each item once, in the vendor's order, from any place on, while rows come and go."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.domain.build import Build
from gateway.domain.errors import NotSupportedError
from gateway.domain.page import Chunk, Mark, RowFault
from gateway.domain.pipeline import Pipeline, PipelineQuery
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case
from tests.contract.nouns import ALL, collect, pipelines_of, runs_of
from tests.contract.runs import Runs

pytestmark = pytest.mark.anyio


def _pipelines(provider: Provider, after: Mark | None, page_size: int) -> AsyncIterator[Chunk[Any]]:
    assert provider.pipelines is not None
    return provider.pipelines.stream_pipelines(PipelineQuery(), after, page_size, ALL)


def _runs(
    provider: Provider, query: Any = None, at_or_before: datetime | None = None, page_size: int = 20
) -> AsyncIterator[Chunk[Any]]:
    return Runs(provider).stream(query, at_or_before, page_size)


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


async def test_runs_come_newest_first_and_once(provider: Provider) -> None:
    builds = await collect(_runs(provider, page_size=30), 400)

    times = [build.created_at for build in builds]
    assert len(builds) == 400
    assert times == sorted(times, reverse=True)
    assert len({build.external_id for build in builds}) == 400


async def test_runs_from_any_moment_on_include_that_moment(provider: Provider) -> None:
    builds = await runs_of(provider, 120)
    for place in (0, 28, 57, 119):
        moment = builds[place].created_at

        found = await collect(_runs(provider, at_or_before=moment, page_size=10), 10)

        expected = {build.external_id for build in builds if build.created_at == moment}
        assert expected <= {build.external_id for build in found}
        assert all(build.created_at <= moment for build in found)


async def test_page_by_page_from_the_last_time_nothing_is_lost(provider: Provider) -> None:
    builds = await runs_of(provider, 150)
    found: dict[str, Build] = {}
    moment: datetime | None = None
    while len(found) < 140:
        page = await collect(_runs(provider, at_or_before=moment, page_size=25), 25)
        found |= {build.external_id: build for build in page}
        moment = page[-1].created_at

    seen = list(found)[:140]
    assert seen == [build.external_id for build in builds][: len(seen)]


async def test_runs_added_while_paging_hide_no_other(case: Case, own_provider: Provider, own_simulator: RunningSimulator) -> None:
    for query in (Runs(own_provider).query(), Runs(own_provider).query(statuses=(RunStatus.SUCCEEDED, RunStatus.FAILED))):
        before = [build.external_id for build in await collect(_runs(own_provider, query), 100)]
        pipeline = (await pipelines_of(own_provider))[0].key
        found: list[str] = []

        async for chunk in _runs(own_provider, query, page_size=20):
            found += [item.id if isinstance(item, RowFault) else item.external_id for item in chunk.items]
            case.add_runs(own_simulator, pipeline, 7)
            if len(found) >= 130:
                break

        assert list(dict.fromkeys(build for build in found if build in set(before))) == before


@pytest.mark.parametrize("status", list(RunStatus), ids=[status.value for status in RunStatus])
async def test_a_status_filter_gives_only_that_status_and_all_of_it(case: Case, provider: Provider, status: RunStatus) -> None:
    recent = [build for build in await runs_of(provider, 300) if build.native_status not in case.unfilterable]
    since = recent[-1].created_at
    query = Runs(provider).query(statuses=(status,), created_from=since)

    found = await collect(_runs(provider, query, page_size=100), 1000)

    assert {build.status for build in found} <= {status}
    wanted = [build.external_id for build in recent if build.status is status and build.created_at > since]
    assert set(wanted) <= {build.external_id for build in found}


async def _assert_narrows_exactly(
    provider: Provider, recent: list[Any], fields: dict[str, object], matches: Callable[[Any], bool]
) -> None:
    found = await collect(_runs(provider, Runs(provider).query(**fields), page_size=100), 300)

    assert all(matches(run) for run in found), fields
    assert {run.external_id for run in recent if matches(run)} <= {run.external_id for run in found}, fields


async def test_filters_by_pipeline_and_time_narrow_exactly(provider: Provider) -> None:
    recent = await runs_of(provider, 200)
    pipeline = next(run.pipeline for run in recent if run.pipeline is not None)
    first, last = recent[150].created_at, recent[20].created_at

    await _assert_narrows_exactly(provider, recent, {"pipelines": (pipeline,)}, lambda run: run.pipeline == pipeline)
    await _assert_narrows_exactly(
        provider, recent, {"created_from": first, "created_to": last}, lambda run: first <= run.created_at < last
    )


@pytest.mark.needs("builds")
async def test_filters_by_what_was_built_narrow_exactly(provider: Provider) -> None:
    recent = [build for build in await runs_of(provider, 200) if isinstance(build, Build)]
    sample = next(build for build in recent if build.commit and len(build.commit) == 40)
    branch, commit = sample.branch, sample.commit

    await _assert_narrows_exactly(provider, recent, {"branches": (branch,)}, lambda build: build.branch == branch)
    await _assert_narrows_exactly(provider, recent, {"commits": (commit,)}, lambda build: build.commit == commit)


@pytest.mark.needs("builds")
async def test_a_repository_narrows_to_its_builds_or_those_of_its_pipelines(provider: Provider) -> None:
    recent = [build for build in await runs_of(provider, 200) if isinstance(build, Build)]
    assert provider.pipelines is not None
    keys = list({build.pipeline: None for build in recent if build.pipeline is not None})
    found = await provider.pipelines.get_pipelines(keys, ALL)
    pipelines = {key.parts[:2]: pipeline for key, pipeline in zip(keys, found, strict=True)}
    builds_name_it = any(build.repository is not None for build in recent)

    def repository_of(build: Build) -> str | None:
        if builds_name_it:
            return build.repository
        pipeline = None if build.pipeline is None else pipelines[build.pipeline.parts[:2]]
        return pipeline.repository.url if isinstance(pipeline, Pipeline) and pipeline.repository is not None else None

    wanted = next(repository for repository in map(repository_of, recent) if repository is not None)
    await _assert_narrows_exactly(
        provider, recent, {"repositories": (wanted.upper(),)}, lambda build: repository_of(build) == wanted
    )


@pytest.mark.needs("builds")
async def test_a_pull_request_narrows_to_its_builds_or_is_refused(provider: Provider, simulator: RunningSimulator) -> None:
    recent = [build for build in await runs_of(provider, 400) if isinstance(build, Build)]
    number = next((build.pull_request.external_id for build in recent if build.pull_request is not None), None)
    if number is None:
        simulator.control.reset_calls()
        with pytest.raises(NotSupportedError):
            await anext(_runs(provider, Runs(provider).query(pull_requests=("17",))))
        assert simulator.control.calls == []
        return

    def matches(build: Any) -> bool:
        return build.pull_request is not None and build.pull_request.external_id == number

    await _assert_narrows_exactly(provider, recent[:200], {"pull_requests": (number,)}, matches)


async def test_a_filter_by_actor_narrows_exactly(provider: Provider) -> None:
    recent = await runs_of(provider, 200)
    actor = next(run.actor for run in recent if run.actor is not None)
    name = actor.name or actor.username or actor.email
    assert name is not None

    def matches(run: Any) -> bool:
        people = [person for person in (run.actor, getattr(run, "author", None)) if person is not None]
        return any(name in (person.name, person.username, person.email) for person in people)

    await _assert_narrows_exactly(provider, recent, {"actors": (name.upper(),)}, matches)


@pytest.mark.needs("builds")
async def test_a_star_in_a_branch_stands_for_any_text(provider: Provider) -> None:
    recent = await runs_of(provider, 300)
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
        query = Runs(provider).query(branches=branches, created_from=since)
        found = [build for build in await collect(_runs(provider, query, page_size=100), 1000) if build.created_at > since]

        expected = {build.external_id for build in recent if build.branch and re.fullmatch(pattern, build.branch)}
        assert {build.external_id for build in found} == expected, branches
        assert expected or branches[0] in {"MA*", "m.i*"}, "the simulator has none: the case would prove nothing"


@pytest.mark.needs("builds")
async def test_the_newest_builds_of_a_branch_pattern_are_those_of_each_pipelines_own_list(provider: Provider) -> None:
    pipelines = [pipeline.key for pipeline in await pipelines_of(provider)][:6]
    query = Runs(provider).query(branches=("*a*",))

    found = await Runs(provider).newest(pipelines, query, 3)

    for pipeline, chunk in zip(pipelines, found, strict=True):
        assert isinstance(chunk, Chunk)
        alone = await collect(_runs(provider, Runs(provider).query(branches=("*a*",), pipelines=(pipeline,)), page_size=3), 3)
        assert [build.external_id for build in chunk.items if not isinstance(build, RowFault)] == [
            build.external_id for build in alone
        ]


@pytest.mark.parametrize("year", [2500, 9000, 9999])
async def test_times_far_ahead_mean_what_they_say(provider: Provider, year: int) -> None:
    ahead = datetime(year, 1, 1, tzinfo=UTC)
    first = [build.external_id for build in await runs_of(provider, 5)]

    assert await collect(_runs(provider, Runs(provider).query(created_from=ahead)), 5) == []
    until = await collect(_runs(provider, Runs(provider).query(created_to=ahead), page_size=5), 5)
    resumed = await collect(_runs(provider, at_or_before=ahead, page_size=5), 5)

    assert [build.external_id for build in until] == first
    assert [build.external_id for build in resumed] == first


async def test_an_empty_filter_list_allows_nothing_and_costs_nothing(provider: Provider, simulator: RunningSimulator) -> None:
    assert await collect(_runs(provider, Runs(provider).query(statuses=())), 10) == []
    assert await collect(_runs(provider, Runs(provider).query(actors=())), 10) == []

    assert simulator.control.calls == []


async def test_another_vendor_page_is_read_only_when_asked_for(provider: Provider, simulator: RunningSimulator) -> None:
    workspaces = {build.key.parts[0] for build in await runs_of(provider, 200)}
    simulator.control.reset_calls()

    stream = _runs(provider, page_size=10)
    await anext(stream)

    # A vendor whose workspaces are read one by one needs a page of each, and one call to learn of them.
    assert simulator.control.calls_total <= len(workspaces) + 1
