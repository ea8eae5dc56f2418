"""Frugality: what many pipelines' newest builds, and many builds by key, may cost."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from gateway.domain.build import Build, BuildQuery
from gateway.domain.errors import GatewayError
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Chunk
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case
from tests.contract.nouns import ALL, collect, pipelines_of

pytestmark = pytest.mark.anyio

QUERIES = {
    "all": BuildQuery(),
    "finished well": BuildQuery(statuses=(RunStatus.SUCCEEDED,)),
    "one branch": BuildQuery(branches=("main",)),
}


def _builds(provider: Provider) -> Any:
    assert provider.builds is not None
    return provider.builds


async def _naive(provider: Provider, pipeline: PipelineKey, query: BuildQuery, first: int) -> list[str]:
    alone = msgspec.structs.replace(query, pipelines=(pipeline,))
    return _ids(await collect(_builds(provider).stream_builds(alone, None, first, ALL), first))


def _ids(builds: Sequence[Any]) -> list[str]:
    return [build.external_id for build in builds]


def _items(chunk: Chunk[Build] | GatewayError) -> tuple[Any, ...]:
    assert isinstance(chunk, Chunk), chunk
    return chunk.items


async def test_fifty_even_pipelines_share_a_few_calls(
    case: Case, even_provider: Provider, even_simulator: RunningSimulator
) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(even_provider)]
    assert len(keys) == 50
    even_simulator.control.reset_calls()

    found = await _builds(even_provider).newest_builds(keys, BuildQuery(), 10, ALL)

    assert all(len(_items(chunk)) == 10 for chunk in found)
    assert even_simulator.control.calls_total <= case.newest_calls_even


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
@pytest.mark.parametrize("first", [1, 10])
async def test_uneven_pipelines_cost_little_more_than_one_call_each(
    case: Case, provider: Provider, simulator: RunningSimulator, query: BuildQuery, first: int
) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)]
    simulator.control.reset_calls()

    await _builds(provider).newest_builds(keys, query, first, ALL)

    assert simulator.control.calls_total <= len(keys) + case.newest_calls_extra


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
@pytest.mark.parametrize("first", [1, 10])
async def test_common_calls_give_what_a_call_per_pipeline_gives(provider: Provider, query: BuildQuery, first: int) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)][:30]

    found = await _builds(provider).newest_builds(keys, query, first, ALL)

    assert [_ids(_items(chunk)) for chunk in found] == [await _naive(provider, key, query, first) for key in keys]


async def test_more_is_never_denied_where_there_is_more(provider: Provider) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)][:30]

    found = await _builds(provider).newest_builds(keys, BuildQuery(), 3, ALL)

    for key, chunk in zip(keys, found, strict=True):
        if len(await _naive(provider, key, BuildQuery(), 4)) == 4:
            assert chunk.more, key


async def test_a_pipeline_that_is_gone_fails_alone(case: Case, provider: Provider) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)][:2]
    absent = case.absent(keys[0])

    found = await _builds(provider).newest_builds([absent, keys[1]], BuildQuery(), 2, ALL)

    # A vendor may not tell a pipeline that is gone from one that has not been built yet.
    assert isinstance(found[0], GatewayError) or not found[0].items
    assert isinstance(found[1], Chunk)


async def test_a_hundred_builds_by_key_cost_fewer_calls_than_builds(
    case: Case, provider: Provider, simulator: RunningSimulator
) -> None:
    pipelines = [pipeline.key for pipeline in await pipelines_of(provider)]
    newest = await _builds(provider).newest_builds(pipelines, BuildQuery(), 100, ALL)
    busy = sorted((_items(chunk) for chunk in newest), key=len, reverse=True)[:30]
    keys = [build.key for builds in busy for build in builds[::9][:4]][:100]
    assert len(keys) == 100
    simulator.control.reset_calls()

    found = await _builds(provider).get_builds(keys, ALL)

    assert [build.key for build in found] == keys
    assert simulator.control.calls_total <= case.builds_by_id_calls


async def test_the_newest_builds_come_with_the_keys_that_pipelines_were_asked_by(provider: Provider) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)][:5]

    found = await _builds(provider).newest_builds(keys, BuildQuery(), 2, ALL)

    for key, chunk in zip(keys, found, strict=True):
        assert {build.pipeline for build in _items(chunk)} <= {key}
