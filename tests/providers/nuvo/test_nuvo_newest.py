"""The newest executions of many pipelines: what they are, and what they cost."""

from random import Random

import msgspec
import pytest

from gateway.domain.errors import GatewayError, PermissionDeniedError, UpstreamUnavailableError
from gateway.domain.execution import ExecutionQuery
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Chunk, RowFault
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.providers.nuvo.newest_planner import NewestPlanner
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.nuvo.dialect import app_of
from tests.providers.nuvo.opened import ALL, collect, executions_of, open_provider, pipelines_of

pytestmark = pytest.mark.anyio

PAGE = 100


async def keys_of(provider: Provider) -> list[PipelineKey]:
    return [pipeline.key for pipeline in await pipelines_of(provider)]


def ids_in(chunk: Chunk[object] | GatewayError) -> list[str]:
    assert isinstance(chunk, Chunk), chunk
    return [getattr(item, "external_id", None) or getattr(item, "id", "") for item in chunk.items]


def faults_in(chunk: Chunk[object] | GatewayError) -> list[str]:
    assert isinstance(chunk, Chunk), chunk
    return [item.id for item in chunk.items if isinstance(item, RowFault)]


async def test_fifty_even_pipelines_cost_six_calls(even_provider: Provider, even: RunningSimulator) -> None:
    keys = await keys_of(even_provider)
    even.control.reset_calls()

    found = await executions_of(even_provider).newest_executions(keys, ExecutionQuery(), 10, ALL)

    assert [len(ids_in(chunk)) for chunk in found] == [10] * 50
    assert not any(chunk.more for chunk in found if isinstance(chunk, Chunk))
    assert even.control.calls_total == 6


@pytest.mark.parametrize(("first", "most"), [(1, 2), (3, 3), (10, 6), (100, 6)])
async def test_fewer_of_each_cost_fewer_calls(even_provider: Provider, even: RunningSimulator, first: int, most: int) -> None:
    keys = await keys_of(even_provider)
    even.control.reset_calls()

    await executions_of(even_provider).newest_executions(keys, ExecutionQuery(), first, ALL)

    assert even.control.calls_total <= most


@pytest.mark.parametrize("query", [ExecutionQuery(), ExecutionQuery(statuses=(RunStatus.FAILED,)), ExecutionQuery(actors=("ops",))])
@pytest.mark.parametrize("first", [1, 4])
async def test_each_pipeline_gets_what_its_own_list_begins_with(
    small_provider: Provider, small: RunningSimulator, query: ExecutionQuery, first: int
) -> None:
    keys = await keys_of(small_provider)
    small.control.reset_calls()
    found = await executions_of(small_provider).newest_executions([*keys, keys[0]], query, first, ALL)
    calls = small.control.calls_total

    for key, chunk in zip(keys, found, strict=False):
        alone = msgspec.structs.replace(query, pipelines=(key,))
        own = await collect(executions_of(small_provider).stream_executions(alone, None, first + 1, ALL), first + 1)
        assert ids_in(chunk) == [each.external_id for each in own][:first]
        assert isinstance(chunk, Chunk)
        assert chunk.more is (len(own) > first)
    assert found[-1] is found[0]
    assert calls <= len(keys) + 3


async def test_few_pipelines_are_asked_one_by_one(small_provider: Provider, small: RunningSimulator) -> None:
    keys = (await keys_of(small_provider))[:2]
    small.control.reset_calls()

    await executions_of(small_provider).newest_executions(keys, ExecutionQuery(), 60, ALL)

    assert small.control.calls_total == 2


async def test_a_failing_vendor_is_not_called_for_every_pipeline(small_provider: Provider, small: RunningSimulator) -> None:
    keys = await keys_of(small_provider)
    small.control.reset_calls()
    small.control.add_fault(Fault(r"/execution$", status=503))

    found = await executions_of(small_provider).newest_executions(keys, ExecutionQuery(), 5, ALL)

    assert {type(answer) for answer in found} == {UpstreamUnavailableError}
    assert small.control.calls_total == 2


async def test_a_failure_that_passes_costs_a_call_for_each_that_is_left(small_provider: Provider, small: RunningSimulator) -> None:
    keys = await keys_of(small_provider)
    small.control.reset_calls()
    small.control.add_fault(Fault(r"/execution$", status=503, times=1, skip=1))

    found = await executions_of(small_provider).newest_executions(keys, ExecutionQuery(), 5, ALL)

    assert all(isinstance(answer, Chunk) for answer in found)
    assert small.control.calls_total <= 2 + len(keys)


async def test_a_refusal_is_everybodys(small_provider: Provider, small: RunningSimulator) -> None:
    keys = await keys_of(small_provider)
    small.control.reset_calls()
    small.control.add_fault(Fault(r"/execution$", status=403))

    found = await executions_of(small_provider).newest_executions(keys, ExecutionQuery(), 5, ALL)

    assert {type(answer) for answer in found} == {PermissionDeniedError}
    assert small.control.calls_total == 1


async def test_a_row_without_a_pipeline_costs_calls_but_no_neighbour(small_provider: Provider, small: RunningSimulator) -> None:
    keys = await keys_of(small_provider)
    good = await executions_of(small_provider).newest_executions(keys, ExecutionQuery(), 3, ALL)
    small.control.add_fault(Fault(r"/execution$", kind="wrong_types", row=2, fields=("pipeline",), times=1))

    found = await executions_of(small_provider).newest_executions(keys, ExecutionQuery(), 3, ALL)

    assert [ids_in(chunk) for chunk in found] == [ids_in(chunk) for chunk in good]


ONE_PAGE = 1_000
NEWEST_OF_UNSORTED = 883


@pytest.mark.parametrize("sort", [True, False])
async def test_a_row_without_a_pipeline_on_the_last_page_hides_none(small: RunningSimulator, sort: bool) -> None:
    provider = open_provider(small, page_size=ONE_PAGE)
    keys = await keys_of(provider)
    app_of(small).settings.max_limit = ONE_PAGE
    good = await executions_of(provider).newest_executions(keys, ExecutionQuery(), 3, ALL)
    app_of(small).settings.sort_honoured = sort
    row = 2 if sort else NEWEST_OF_UNSORTED
    small.control.add_fault(Fault(r"/execution$", kind="wrong_types", row=row, fields=("pipeline",), times=1))
    small.control.reset_calls()

    found = await executions_of(provider).newest_executions(keys, ExecutionQuery(), 3, ALL)

    assert [ids_in(chunk) for chunk in found] == [ids_in(chunk) for chunk in good]
    assert small.control.calls_total <= 1 + len(keys) + 2
    await provider.close()


async def test_a_row_without_a_pipeline_is_shown_in_the_list_of_its_own(small: RunningSimulator) -> None:
    provider = open_provider(small, page_size=ONE_PAGE)
    keys = await keys_of(provider)
    app_of(small).settings.max_limit, app_of(small).settings.sort_honoured = ONE_PAGE, False
    newest = max(app_of(small).world.executions, key=lambda execution: execution.created_at)
    row = sum(execution.pipeline_id == newest.pipeline_id for execution in app_of(small).world.executions) - 1
    small.control.add_fault(Fault(r"/execution$", kind="wrong_types", row=row, fields=("pipeline",)))

    found = await executions_of(provider).newest_executions(keys, ExecutionQuery(), 3, ALL)

    chunks = dict(zip((key.parts[0] for key in keys), found, strict=True))
    assert ids_in(chunks[newest.pipeline_id])[0] == newest.id
    assert faults_in(chunks[newest.pipeline_id]) == [newest.id]
    await provider.close()


async def test_a_row_that_may_be_anybodys_is_shown_to_all_where_filters_are_disregarded(small: RunningSimulator) -> None:
    provider = open_provider(small, page_size=ONE_PAGE)
    keys = await keys_of(provider)
    settings = app_of(small).settings
    settings.max_limit, settings.sort_honoured, settings.filters_honoured = ONE_PAGE, False, False
    newest = max(app_of(small).world.executions, key=lambda execution: execution.created_at)
    small.control.add_fault(Fault(r"/execution$", kind="wrong_types", row=NEWEST_OF_UNSORTED, fields=("pipeline",)))
    small.control.reset_calls()

    found = await executions_of(provider).newest_executions(keys, ExecutionQuery(), 3, ALL)

    assert [faults_in(chunk) for chunk in found] == [[newest.id]] * len(keys)
    assert small.control.calls_total <= 1 + 2 + 1, "the order shows, all rows and what is behind them, the list of one"
    await provider.close()


async def test_a_row_without_a_pipeline_that_is_too_old_or_too_new_is_nobodys(
    small_provider: Provider, small: RunningSimulator
) -> None:
    keys = await keys_of(small_provider)
    times = sorted((execution.created_at for execution in app_of(small).world.executions), reverse=True)
    query = ExecutionQuery(created_from=times[40], created_to=times[10])
    good = await executions_of(small_provider).newest_executions(keys, query, 3, ALL)
    for row in (3, 60):
        small.control.add_fault(Fault(r"/execution$", kind="wrong_types", row=row, fields=("pipeline",)))
    small.control.reset_calls()

    found = await executions_of(small_provider).newest_executions(keys, query, 3, ALL)

    assert [ids_in(chunk) for chunk in found] == [ids_in(chunk) for chunk in good]
    assert small.control.calls_total == 1


async def test_a_row_that_tells_its_pipeline_is_that_pipelines_fault(small_provider: Provider, small: RunningSimulator) -> None:
    keys = await keys_of(small_provider)
    good = await executions_of(small_provider).newest_executions(keys, ExecutionQuery(), 3, ALL)
    small.control.add_fault(Fault(r"/execution$", kind="wrong_types", row=2, fields=("status",), times=1))

    found = await executions_of(small_provider).newest_executions(keys, ExecutionQuery(), 3, ALL)

    assert [ids_in(chunk) for chunk in found] == [ids_in(chunk) for chunk in good]
    faults = [item for chunk in found if isinstance(chunk, Chunk) for item in chunk.items if isinstance(item, RowFault)]
    assert len(faults) == 1


class Vendor:
    """A list of (pipeline, number) rows, newest first, and the calls that were made for it."""

    def __init__(self, rows: list[str], *, tells_total: bool) -> None:
        self.rows = [(pipeline, place) for place, pipeline in enumerate(rows)]
        self.tells_total = tells_total
        self.calls = 0

    def run(self, pipelines: list[str], first: int) -> dict[str, tuple[list[int], bool]]:
        planner: NewestPlanner[int] = NewestPlanner(pipelines, first, PAGE)
        offset = 0
        while planner.reads_on:
            page = self.rows[offset : offset + PAGE]
            offset += len(page)
            self.calls += 1
            left = max(0, len(self.rows) - offset)
            planner.take_page(page, more=left > 0, left=left if self.tells_total else None)
        unfinished = planner.unfinished
        self.calls += len(unfinished)
        return {each: self.alone(each, first) if each in unfinished else planner.result(each) for each in pipelines}

    def alone(self, pipeline: str, first: int) -> tuple[list[int], bool]:
        own = [place for each, place in self.rows if each == pipeline]
        return own[:first], len(own) > first


@pytest.mark.parametrize("tells_total", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_any_activity_costs_little_more_than_a_call_each_and_gives_the_same(seed: int, tells_total: bool) -> None:
    random = Random(seed)
    pipelines = [f"p{number}" for number in range(random.choice((4, 12, 50)))]
    weights = [1 / (rank + 1) ** random.choice((0.0, 0.6, 1.1, 2.0)) for rank in range(len(pipelines))]
    rows = random.choices([*pipelines, "gone"], [*weights, random.choice((0.0, 5.0))], k=random.choice((40, 900, 8_000)))
    first = random.choice((1, 10, 40))
    vendor = Vendor(rows, tells_total=tells_total)

    found = vendor.run(pipelines, first)

    assert found == {each: vendor.alone(each, first) for each in pipelines}
    useful = -(-len(pipelines) * (first + 1) // PAGE)
    assert vendor.calls <= len(pipelines) + max(3, useful)
