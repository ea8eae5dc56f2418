"""Streams of builds: paging sessions, days where times are meant, and what is pushed down to the vendor."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from gateway.domain.build import Build, BuildQuery
from gateway.domain.errors import GatewayError, InvalidInputError, UpstreamUnavailableError
from gateway.domain.keys import PipelineKey, ProjectKey, WorkspaceKey
from gateway.domain.page import Chunk, RowFault
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.providers.codefresh import builds
from gateway.providers.codefresh.branch_patterns import branch_patterns
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.codefresh.opened import ALL, NAME, app_of, builds_of, collect, ids, pipelines_of, query_of, values_of

pytestmark = pytest.mark.anyio

SESSION = "x-pagination-session-id"


def stream(
    provider: Provider, query: BuildQuery | None = None, at_or_before: datetime | None = None, page_size: int = 100
) -> AsyncIterator[Chunk[Build]]:
    return builds_of(provider).stream_builds(query or BuildQuery(), at_or_before, page_size, ALL)


async def test_simultaneous_loops_have_sessions_of_their_own(provider: Provider, uneven: RunningSimulator) -> None:
    expected = ids(await collect(stream(provider), 600))
    uneven.control.reset_calls()
    uneven.control.set_latency(0.002)

    found = await asyncio.gather(*(collect(stream(provider, page_size=size), 300) for size in (10, 25, 30, 60, 100)))

    assert [ids(loop)[:300] for loop in found] == [expected[:300]] * 5
    pages: dict[str, list[tuple[str, bool]]] = {}
    for call in uneven.control.calls:
        page = values_of(call, "page")[0]
        pages.setdefault(call.headers[SESSION], []).append((page, ("paginationReset", "true") in query_of(call)))
    assert len(pages) == 5
    for told in pages.values():
        assert told == [(str(number), number == 1) for number in range(1, len(told) + 1)]


async def test_no_session_is_used_twice(provider: Provider, uneven: RunningSimulator) -> None:
    for _ in range(3):
        await collect(stream(provider, page_size=10), 10)

    assert len({call.headers[SESSION] for call in uneven.control.calls}) == 3


async def test_pages_are_as_large_as_asked_for_and_never_above_a_hundred(provider: Provider, uneven: RunningSimulator) -> None:
    for size in (0, 7, 1000):
        await anext(stream(provider, page_size=size))

    assert [values_of(call, "limit") for call in uneven.control.calls] == [["1"], ["7"], ["100"]]


async def test_a_lost_session_is_begun_anew_behind_the_last_row(provider: Provider, uneven: RunningSimulator) -> None:
    expected = ids(await collect(stream(provider), 700))[:700]
    uneven.control.add_fault(Fault("/api/workflow", status=400, skip=2, times=1))
    uneven.control.add_fault(Fault("/api/workflow", status=400, skip=3, times=1))

    found = ids(await collect(stream(provider), 800))

    assert list(dict.fromkeys(found))[:700] == expected


async def test_a_session_that_is_lost_again_and_again_is_a_failure(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.add_fault(Fault("/api/workflow", status=400, skip=1))

    with pytest.raises(InvalidInputError):
        await collect(stream(provider))


async def test_another_failure_on_a_later_page_is_told(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.add_fault(Fault("/api/workflow", status=502, skip=1))

    with pytest.raises(UpstreamUnavailableError):
        await collect(stream(provider, page_size=10), 30)


async def test_from_the_past_on_only_that_days_newer_rows_are_read_in_vain(provider: Provider, uneven: RunningSimulator) -> None:
    everything = await collect(stream(provider))
    moment = everything[1500].created_at
    uneven.control.reset_calls()

    chunk = await anext(stream(provider, at_or_before=moment, page_size=20))

    wanted = [build.external_id for build in everything if build.created_at <= moment]
    assert ids(chunk.items) == wanted[: len(chunk.items)]
    (call,) = uneven.control.calls
    assert values_of(call, "endDate") == [moment.date().isoformat()]
    assert values_of(call, "limit") == ["100"]


async def test_whether_an_end_day_counts_is_learnt_once(provider: Provider, uneven: RunningSimulator) -> None:
    """From the first answer that shows it; until then a day without builds costs a second call."""
    quiet = next(each.key for each in await pipelines_of(provider) if each.name == "search/reindex")
    query = BuildQuery(pipelines=(quiet,))
    everything = await collect(stream(provider, query))
    day = everything[0].created_at.date() - timedelta(days=1)
    assert day not in {build.created_at.date() for build in everything}
    idle = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    ends: list[list[list[str]]] = []

    for moment in (idle, everything[0].created_at, idle):
        uneven.control.reset_calls()
        await anext(stream(provider, query, moment))
        ends.append([values_of(call, "endDate") for call in uneven.control.calls])

    assert ends[0] == [[day.isoformat()], [(day + timedelta(days=1)).isoformat()]]
    assert ends[1] == [[everything[0].created_at.date().isoformat()]]
    assert ends[2] == [[day.isoformat()]]


async def test_exact_times_are_cut_here_and_said_so(provider: Provider, uneven: RunningSimulator) -> None:
    everything = await collect(stream(provider))
    start, end = everything[900].created_at, everything[300].created_at
    midnight = datetime(2026, 2, 10, tzinfo=UTC)

    chunks = [chunk async for chunk in stream(provider, BuildQuery(created_from=start, created_to=end))]
    whole = [chunk async for chunk in stream(provider, BuildQuery(created_from=midnight, created_to=midnight + timedelta(days=3)))]

    assert ids([item for chunk in chunks for item in chunk.items]) == ids(
        [build for build in everything if start <= build.created_at < end]
    )
    assert {chunk.applied_locally for chunk in chunks} == {("created_from", "created_to")}
    assert {chunk.applied_locally for chunk in whole} == {()}
    assert all(midnight <= item.created_at < midnight + timedelta(days=3) for chunk in whole for item in chunk.items)


@pytest.mark.parametrize(
    "query",
    [
        BuildQuery(created_from=datetime.min.replace(tzinfo=UTC), created_to=datetime.max.replace(tzinfo=UTC)),
        BuildQuery(created_to=datetime.min.replace(tzinfo=UTC)),
        BuildQuery(created_from=datetime(1, 1, 1, tzinfo=UTC).replace(tzinfo=datetime.now().astimezone().tzinfo)),
    ],
)
async def test_the_ends_of_time_are_times_too(provider: Provider, query: BuildQuery) -> None:
    chunk = await anext(stream(provider, query, page_size=10))

    assert bool(chunk.items) is (query.created_from is not None)
    await anext(stream(provider, at_or_before=datetime.max.replace(tzinfo=UTC), page_size=10))


async def test_what_the_vendor_can_filter_it_is_told(provider: Provider, uneven: RunningSimulator) -> None:
    pipelines = [pipeline.key for pipeline in (await pipelines_of(provider))[:2]]
    query = BuildQuery(
        statuses=(RunStatus.FAILED, RunStatus.BLOCKED),
        branches=("main", "feature/cart"),
        commits=("0" * 40,),
        pipelines=tuple(pipelines),
        created_from=datetime(2026, 2, 10, 9, 30, tzinfo=UTC),
    )
    uneven.control.reset_calls()

    await collect(stream(provider, query))

    (call,) = uneven.control.calls
    assert Counter(query_of(call)) == Counter(
        [
            *(("pipeline", key.parts[0]) for key in pipelines),
            *(("status", word) for word in ("pending-approval", "error", "denied")),
            ("branchName", "main"),
            ("branchName", "feature/cart"),
            ("revision", "0" * 40),
            ("startDate", "2026-02-09"),
            ("limit", "100"),
            ("page", "1"),
            ("paginationReset", "true"),
        ]
    )


async def test_unknown_words_are_found_by_reading_all(provider: Provider, uneven: RunningSimulator) -> None:
    chunk = await anext(stream(provider, BuildQuery(statuses=(RunStatus.UNKNOWN, RunStatus.BLOCKED))))

    assert chunk.applied_locally == ("statuses",)
    assert {item.status for item in chunk.items} == {RunStatus.BLOCKED}
    assert values_of(uneven.control.calls[0], "status") == []


@pytest.mark.parametrize(
    "query",
    [
        BuildQuery(statuses=(RunStatus.SKIPPED,)),
        BuildQuery(statuses=()),
        BuildQuery(branches=()),
        BuildQuery(commits=()),
        BuildQuery(pipelines=()),
        BuildQuery(pipelines=(PipelineKey(NAME, ("shop/deploy",)),)),
        BuildQuery(projects=()),
        BuildQuery(projects=(ProjectKey(NAME, ("no id",)),)),
        BuildQuery(workspaces=()),
    ],
)
async def test_what_can_match_nothing_costs_nothing(provider: Provider, uneven: RunningSimulator, query: BuildQuery) -> None:
    (chunk,) = [chunk async for chunk in stream(provider, query)]

    assert (chunk.items, chunk.more) == ((), False)
    assert uneven.control.calls == []


async def test_another_account_has_no_builds_here(provider: Provider) -> None:
    own = (await pipelines_of(provider))[0].workspace
    assert own is not None

    assert await collect(stream(provider, BuildQuery(workspaces=(WorkspaceKey(NAME, ("5f0c3b7e8a1d2e0011aa22bd",)),)))) == []
    assert len(await collect(stream(provider, BuildQuery(workspaces=(own,))), 50)) >= 50


async def test_a_project_means_its_pipelines(provider: Provider, uneven: RunningSimulator) -> None:
    pipelines = await pipelines_of(provider)
    project = next(each.project for each in pipelines if each.project is not None)
    members = {each.key for each in pipelines if each.project == project}
    one = next(iter(members))
    expected = ids([build for build in await collect(stream(provider)) if build.pipeline in members])
    uneven.control.reset_calls()

    found = ids(await collect(stream(provider, BuildQuery(projects=(project,)))))
    both = await collect(stream(provider, BuildQuery(projects=(project,), pipelines=(one, pipelines[-1].key))))

    assert found == expected
    assert {build.pipeline for build in both} == {one}
    assert uneven.control.calls[0].raw_path == "/api/pipelines"
    assert values_of(uneven.control.calls[0], "projectId") == [project.parts[0]]


async def test_an_empty_project_has_no_builds(provider: Provider, uneven: RunningSimulator) -> None:
    sandbox = app_of(uneven).world.projects.named("sandbox")
    assert sandbox is not None

    assert await collect(stream(provider, BuildQuery(projects=(ProjectKey(NAME, (sandbox.id,)),)))) == []
    assert [call.raw_path for call in uneven.control.calls] == ["/api/pipelines"]


async def test_many_pipelines_are_merged_from_several_lists(
    provider: Provider, uneven: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tuple(pipeline.key for pipeline in await pipelines_of(provider))
    expected = await collect(stream(provider, BuildQuery(pipelines=keys)))
    monkeypatch.setattr(builds, "MAX_PIPELINES", 17)
    uneven.control.reset_calls()

    found = await collect(stream(provider, BuildQuery(pipelines=keys), page_size=30))

    times = [build.created_at for build in found]
    assert times == sorted(times, reverse=True)
    assert sorted(ids(found)) == sorted(ids(expected))
    assert max(len(values_of(call, "pipeline")) for call in uneven.control.calls) == 17
    moment = expected[400].created_at
    later = await collect(stream(provider, BuildQuery(pipelines=keys), moment, 30))
    assert sorted(ids(later)) == sorted(ids([build for build in expected if build.created_at <= moment]))


async def test_a_failure_in_one_of_several_lists_is_a_failure(
    provider: Provider, uneven: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tuple(pipeline.key for pipeline in await pipelines_of(provider))
    monkeypatch.setattr(builds, "MAX_PIPELINES", 17)
    uneven.control.add_fault(Fault("/api/workflow", status=500, skip=1, times=1))

    with pytest.raises(GatewayError):
        await collect(stream(provider, BuildQuery(pipelines=keys)))


async def test_a_row_without_a_time_stands_where_it_stands(provider: Provider, uneven: RunningSimulator) -> None:
    expected = await collect(stream(provider), 400)
    uneven.control.add_fault(Fault("/api/workflow", kind="wrong_types", fields=("created",), row=7))

    found: list[Any] = await collect(stream(provider, at_or_before=expected[150].created_at), 100)

    faults = [item for item in found if isinstance(item, RowFault)]
    assert faults
    assert all(fault.created_at is None for fault in faults)
    assert all(item.created_at <= expected[150].created_at for item in found if isinstance(item, Build))


async def test_builds_that_come_while_reading_hide_no_other(own_provider: Provider, own: RunningSimulator) -> None:
    expected = ids(await collect(stream(own_provider), 300))[:300]
    name = (await pipelines_of(own_provider))[0].name
    found: list[str] = []

    async for chunk in stream(own_provider, page_size=30):
        found += ids(chunk.items)
        app_of(own).insert_builds(name, 5)
        if len(found) >= 300:
            break

    assert found == expected


async def test_branches_are_compared_by_the_vendor_unless_one_holds_a_star(provider: Provider, uneven: RunningSimulator) -> None:
    for branches, told, local in (
        (("main", "develop"), ["main", "develop"], ()),
        (("ma*",), [], ("branches",)),
        (("main", "ma*"), [], ("branches",)),
    ):
        uneven.control.reset_calls()
        chunk = await anext(aiter(stream(provider, BuildQuery(branches=branches))))

        assert chunk.items
        assert chunk.applied_locally == local
        assert [values_of(call, "branchName") for call in uneven.control.calls] == [told]


async def test_nothing_is_asked_for_builds_after_the_last_moment(provider: Provider, uneven: RunningSimulator) -> None:
    for year in (9000, 9999):
        zone = timezone(timedelta(hours=-12))
        ahead = datetime(year, 12, 31, 23, 59, 59, 999999, tzinfo=zone)
        assert await collect(stream(provider, BuildQuery(created_from=ahead))) == []

    assert uneven.control.calls == []


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("*", "", True), ("*", "main", True), ("**", "x", True), ("main", "main", True), ("main", "mainly", False),
        ("ma*in", "main", True), ("main*main", "main", False), ("a*a", "a", False), ("a*b*a", "aba", True), ("a*b*a", "ab", False),
        ("*b*", "abc", True), ("*ab*ab*", "ab", False), ("*.x", "a.x", True), ("*.x", "aax", False), ("M*", "main", False),
        ("*line*", "two\nlines", True), ("*a" * 50 + "*b", "a" * 5000, False),
    ],
)  # fmt: skip
def test_only_a_star_is_special_in_a_branch(pattern: str, text: str, *, fits: bool) -> None:
    (test,) = branch_patterns((pattern,))

    assert test(text) is fits
