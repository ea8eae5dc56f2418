"""A server that ignores what it is asked for brings neither wrong data nor a loop, and the answer says what was done about it."""

import itertools
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from gateway.domain.execution import ExecutionQuery
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Chunk
from gateway.domain.pipeline import PipelineQuery
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.providers.nuvo.simulator import SimulatorSettings
from gateway.simulation.server import RunningSimulator
from tests.providers.nuvo.conftest import NOW
from tests.providers.nuvo.dialect import app_of
from tests.providers.nuvo.opened import ALL, chunks_of, executions_of, ids, open_provider, pipelines_of, pipelines_port

pytestmark = pytest.mark.anyio

ECHOES = ("served", "asked", "zero", "absent")


@pytest.fixture
def settings(small: RunningSimulator) -> SimulatorSettings:
    return app_of(small).settings


def newest_first(
    simulator: RunningSimulator, pipeline: PipelineKey | None = None, status: str | None = None
) -> set[tuple[Any, str]]:
    """(time, id) of what is in the list, straight from the simulator's data."""
    return {
        (execution.created_at, execution.id)
        for execution in app_of(simulator).world.executions
        if (pipeline is None or execution.pipeline_id == pipeline.parts[0])
        and (status is None or execution.status_at(NOW) == status)
    }


async def listed(provider: Provider, query: ExecutionQuery | None = None, size: int = 40, **more: Any) -> list[Chunk[Any]]:
    return await chunks_of(executions_of(provider).stream_executions(query or ExecutionQuery(), more.get("at"), size, ALL))


def items(chunks: Sequence[Chunk[Any]]) -> list[Any]:
    """In order within chunks after sorting, and no chunk newer than what the one before ended with."""
    for chunk, later in itertools.pairwise(chunk for chunk in chunks if chunk.items):
        assert max(item.created_at for item in later.items) <= min(item.created_at for item in chunk.items)
    return [item for chunk in chunks for item in chunk.items]


def found_in(chunks: Sequence[Chunk[Any]]) -> set[tuple[Any, str]]:
    found = {(item.created_at, item.external_id) for item in items(chunks)}
    assert len(found) == sum(len(chunk.items) for chunk in chunks), "none comes twice"
    return found


def applied(chunks: Sequence[Chunk[Any]]) -> set[str]:
    return {name for chunk in chunks for name in chunk.applied_locally}


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize(("total", "most"), [("matches", 30), ("page", 30), ("page", 100)])
async def test_whatever_is_said_of_a_page_all_rows_are_read(
    small_provider: Provider, small: RunningSimulator, settings: SimulatorSettings, echo: Any, total: Any, most: int
) -> None:
    settings.pagination_echo, settings.total, settings.max_limit = echo, total, most

    chunks = await listed(small_provider)

    assert found_in(chunks) == newest_first(small)
    assert applied(chunks) == set()
    assert {chunk.note for chunk in chunks} == {None}
    pages = -(-884 // (min(40, most) - 1))
    assert small.control.calls_total <= 1 + pages + 1


@pytest.mark.parametrize("echo", ECHOES)
async def test_a_server_that_does_not_sort_is_read_whole_and_sorted_here(
    small_provider: Provider, small: RunningSimulator, settings: SimulatorSettings, echo: Any
) -> None:
    settings.sort_honoured, settings.pagination_echo = False, echo
    chunks = await listed(small_provider)
    first_calls = small.control.calls_total
    small.control.reset_calls()
    at = (await listed(small_provider))[0].items[500].created_at
    older = await listed(small_provider, at=at)

    assert found_in(chunks) == newest_first(small)
    assert [item.created_at for item in items(chunks)] == sorted((time for time, _ in newest_first(small)), reverse=True)
    assert applied(chunks) == {"order"}
    assert found_in(older) == {(time, each) for time, each in newest_first(small) if time <= at}
    assert first_calls <= 1 + 1 + 9 + 1
    assert small.control.calls_total <= 2 * (9 + 1)


async def test_a_server_that_happens_to_list_newest_first_need_not_sort(
    small_provider: Provider, small: RunningSimulator, settings: SimulatorSettings
) -> None:
    settings.sort_honoured, settings.default_order = False, "newest_first"

    chunks = await listed(small_provider)

    assert found_in(chunks) == newest_first(small)
    assert applied(chunks) == set()


async def test_filters_that_are_ignored_are_applied_here(
    small_provider: Provider, small: RunningSimulator, settings: SimulatorSettings
) -> None:
    pipeline = (await pipelines_of(small_provider))[1].key
    settings.filters_honoured = False
    query = ExecutionQuery(pipelines=(pipeline,), statuses=(RunStatus.FAILED,))

    chunks = await listed(small_provider, query)

    expected = newest_first(small, pipeline, "FAILED")
    assert len(expected) > 10
    assert found_in(chunks) == expected
    assert applied(chunks) == {"pipelines", "statuses"}


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("sort", [True, False])
async def test_a_server_that_sends_everything_at_once_is_read_once_more_at_most(
    small_provider: Provider, small: RunningSimulator, settings: SimulatorSettings, echo: Any, sort: bool
) -> None:
    settings.pagination, settings.pagination_echo, settings.sort_honoured = "all", echo, sort

    chunks = await listed(small_provider)
    calls = small.control.calls_total
    fewer = await listed(small_provider, ExecutionQuery(statuses=(RunStatus.SUCCEEDED,)))

    assert found_in(chunks) == newest_first(small)
    assert "query_style" in (chunks[-1].note or ""), "a total that may be that of the page does not tell that this is all"
    assert calls <= 1 + 3
    assert found_in(fewer) == newest_first(small, status="SUCCESSFUL")
    told_all = echo in ("served", "asked")
    assert (fewer[-1].note is None) is told_all, "a total that is lower than pages can be long does"


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("total", ["matches", "page"])
@pytest.mark.parametrize("limit", [25, 100])
async def test_a_server_that_sends_the_same_page_again_and_again_ends_the_list_and_is_told(
    small_provider: Provider, small: RunningSimulator, settings: SimulatorSettings, echo: Any, total: Any, limit: int
) -> None:
    settings.pagination, settings.pagination_echo, settings.total, settings.default_limit = "first", echo, total, limit

    chunks = await listed(small_provider)

    newest = sorted(newest_first(small), reverse=True)
    assert {time for time, _ in found_in(chunks)} == {time for time, _ in newest[:limit]}
    assert "query_style" in (chunks[-1].note or "")
    assert not chunks[-1].more
    assert small.control.calls_total <= 1 + 3


@pytest.mark.parametrize("total", ["matches", "page"])
async def test_paging_that_is_ignored_ends_the_search_for_a_moment_too(
    small_provider: Provider, small: RunningSimulator, settings: SimulatorSettings, total: Any
) -> None:
    long_ago = NOW - timedelta(days=50)
    settings.total = total
    for echo in ECHOES:
        settings.pagination, settings.pagination_echo = "first", echo  # type: ignore[assignment]
        small.control.reset_calls()

        chunks = await listed(small_provider, at=long_ago)

        assert items(chunks) == []
        assert "query_style" in (chunks[-1].note or "")
        assert small.control.calls_total <= 4


@pytest.mark.parametrize(("style", "understood"), [("brackets", "json"), ("json", "brackets")])
async def test_the_wrong_style_of_parameters_shows_what_it_can_and_says_so(
    small: RunningSimulator, settings: SimulatorSettings, style: str, understood: Any
) -> None:
    settings.query_styles = (understood,)
    provider = open_provider(small, query_style=style)
    pipeline = PipelineKey("imports", (app_of(small).world.executions[3].pipeline_id,))

    chunks = await listed(provider, ExecutionQuery(pipelines=(pipeline,)))

    assert {item.pipeline for item in items(chunks)} == {pipeline}
    assert found_in(chunks) < newest_first(small, pipeline)
    assert applied(chunks) == {"pipelines", "order"}
    assert "query_style" in (chunks[-1].note or "")
    await provider.close()


async def test_json_text_is_understood_as_well(small: RunningSimulator, settings: SimulatorSettings) -> None:
    settings.query_styles = ("json",)
    provider = open_provider(small, query_style="json")
    pipelines = await pipelines_of(provider)

    chunks = await listed(provider, ExecutionQuery(pipelines=(pipelines[2].key,), statuses=(RunStatus.SUCCEEDED,)))

    assert len(pipelines) == 12
    assert found_in(chunks) == newest_first(small, pipelines[2].key, "SUCCESSFUL")
    assert applied(chunks) == set()
    await provider.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"sort_honoured": False},
        {"filters_honoured": False},
        {"sort_honoured": False, "filters_honoured": False},
        {"pagination": "all"},
        {"pagination": "all", "sort_honoured": False, "filters_honoured": False, "pagination_echo": "absent"},
        {"pagination_echo": "zero"},
        {"pagination_echo": "absent", "max_limit": 30},
        {"pagination_echo": "asked", "max_limit": 30, "total": "page"},
        {"total": "page"},
    ],
)
async def test_the_newest_of_many_pipelines_are_the_same_for_every_kind_of_server(
    small: RunningSimulator, settings: SimulatorSettings, changes: dict[str, Any]
) -> None:
    provider = open_provider(small)
    keys = [pipeline.key for pipeline in await pipelines_of(provider)]
    for name, value in changes.items():
        setattr(settings, name, value)

    found = await executions_of(provider).newest_executions(keys, ExecutionQuery(), 5, ALL)

    for key, chunk in zip(keys, found, strict=True):
        assert isinstance(chunk, Chunk)
        expected = sorted(newest_first(small, key), reverse=True)
        assert [item.created_at for item in chunk.items if item.created_at] == [time for time, _ in expected[:5]]
        assert chunk.more is (len(expected) > 5)
    await provider.close()


@pytest.mark.parametrize("pagination", ["all", "first"])
@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("total", ["matches", "page"])
async def test_pipelines_of_a_server_that_ignores_pages_end(
    small_provider: Provider, small: RunningSimulator, settings: SimulatorSettings, pagination: Any, echo: Any, total: Any
) -> None:
    settings.pagination, settings.pagination_echo, settings.total, settings.default_limit = pagination, echo, total, 10

    chunks = await chunks_of(pipelines_port(small_provider).stream_pipelines(PipelineQuery(), None, 8, ALL))
    found = [item for chunk in chunks for item in chunk.items]
    resumed = await chunks_of(pipelines_port(small_provider).stream_pipelines(PipelineQuery(), chunks[0].marks[4], 8, ALL))

    expected = [pipeline.id for pipeline in app_of(small).world.pipelines][: 10 if pagination == "first" else 12]
    assert ids(found) == expected
    assert [item.external_id for chunk in resumed for item in chunk.items] == expected[5:]
    assert "query_style" in (chunks[-1].note or "")
    assert small.control.calls_total <= 1 + 3 + 4


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("total", ["matches", "page"])
async def test_pipelines_of_a_server_that_sends_fewer_than_asked_for_are_all_read(
    small_provider: Provider, small: RunningSimulator, settings: SimulatorSettings, echo: Any, total: Any
) -> None:
    settings.pagination_echo, settings.total, settings.max_limit = echo, total, 5

    for most in (1 + 3 + 2, 3 + 1):
        small.control.reset_calls()
        found = await pipelines_of(small_provider)

        assert ids(found) == [pipeline.id for pipeline in app_of(small).world.pipelines]
        assert small.control.calls_total <= most


async def test_what_is_behind_a_short_page_is_looked_for_once(small_provider: Provider, small: RunningSimulator) -> None:
    """A server that repeats the request in its answer says the same of a list that ends and of a page that it cut short."""
    few = ExecutionQuery(pipelines=(fewest(small),))
    costs: list[int] = []
    for _ in range(2):
        small.control.reset_calls()
        await listed(small_provider, few)
        costs.append(small.control.calls_total)
    small.control.reset_calls()
    await pipelines_of(small_provider)
    costs.append(small.control.calls_total)

    assert costs == [1 + 2, 1, 2], "the first needs a login; the last has a longer page"


async def test_no_short_page_is_looked_behind_once_a_longer_one_was_seen(small_provider: Provider, small: RunningSimulator) -> None:
    await anext(executions_of(small_provider).stream_executions(ExecutionQuery(), None, 100, ALL))  # type: ignore[arg-type]
    small.control.reset_calls()

    await listed(small_provider, ExecutionQuery(pipelines=(fewest(small),)))
    chunks = await chunks_of(pipelines_port(small_provider).stream_pipelines(PipelineQuery(), None, 100, ALL))

    assert small.control.calls_total == 2
    assert [chunk.total for chunk in chunks] == [12]


async def test_the_total_of_a_short_page_is_told_when_nothing_was_found_behind_it(small_provider: Provider) -> None:
    for _ in range(2):
        chunks = await chunks_of(pipelines_port(small_provider).stream_pipelines(PipelineQuery(), None, 100, ALL))

        assert [(len(chunk.items), chunk.more, chunk.total) for chunk in chunks] == [(12, False, 12)]


def fewest(simulator: RunningSimulator) -> PipelineKey:
    """The pipeline with the fewest executions, but more than two."""
    counts = Counter(execution.pipeline_id for execution in app_of(simulator).world.executions)
    count, pipeline = min(
        (count, pipeline.id) for pipeline in app_of(simulator).world.pipelines if (count := counts[pipeline.id]) > 2
    )
    assert count < 12
    return PipelineKey("imports", (pipeline,))
