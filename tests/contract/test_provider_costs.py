"""Frugality: what many pipelines' newest builds, and many builds by key, may cost."""

from collections.abc import Sequence
from typing import Any

import pytest

from gateway.domain.errors import GatewayError
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Chunk
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case
from tests.contract.nouns import collect, pipelines_of
from tests.contract.runs import Runs

pytestmark = pytest.mark.anyio

QUERIES: dict[str, dict[str, object]] = {
    "all": {},
    "finished well": {"statuses": (RunStatus.SUCCEEDED,)},
}


async def _naive(provider: Provider, pipeline: PipelineKey, fields: dict[str, object], first: int) -> list[str]:
    alone = Runs(provider).query(**fields, pipelines=(pipeline,))
    return _ids(await collect(Runs(provider).stream(alone, page_size=first), first))


def _ids(runs: Sequence[Any]) -> list[str]:
    return [run.external_id for run in runs]


def _items(chunk: Chunk[Any] | GatewayError) -> tuple[Any, ...]:
    assert isinstance(chunk, Chunk), chunk
    return chunk.items


async def test_fifty_even_pipelines_share_a_few_calls(
    case: Case, even_provider: Provider, even_simulator: RunningSimulator
) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(even_provider)][:50]
    assert len(keys) == 50
    even_simulator.control.reset_calls()

    found = await Runs(even_provider).newest(keys, Runs(even_provider).query(), 10)

    assert all(len(_items(chunk)) == 10 for chunk in found)
    assert even_simulator.control.calls_total <= case.newest_calls_even


@pytest.mark.parametrize("fields", QUERIES.values(), ids=QUERIES.keys())
@pytest.mark.parametrize("first", [1, 10])
async def test_uneven_pipelines_cost_little_more_than_one_call_each(
    case: Case, provider: Provider, simulator: RunningSimulator, fields: dict[str, object], first: int
) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)]
    simulator.control.reset_calls()

    await Runs(provider).newest(keys, Runs(provider).query(**fields), first)

    assert simulator.control.calls_total <= len(keys) + case.newest_calls_extra


@pytest.mark.parametrize("fields", QUERIES.values(), ids=QUERIES.keys())
@pytest.mark.parametrize("first", [1, 10])
async def test_common_calls_give_what_a_call_per_pipeline_gives(provider: Provider, fields: dict[str, object], first: int) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)][:30]

    found = await Runs(provider).newest(keys, Runs(provider).query(**fields), first)

    assert [_ids(_items(chunk)) for chunk in found] == [await _naive(provider, key, fields, first) for key in keys]


async def test_more_is_never_denied_where_there_is_more(provider: Provider) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)][:30]

    found = await Runs(provider).newest(keys, Runs(provider).query(), 3)

    for key, chunk in zip(keys, found, strict=True):
        if len(await _naive(provider, key, {}, 4)) == 4:
            assert chunk.more, key


async def test_a_pipeline_that_is_gone_fails_alone(case: Case, provider: Provider) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)][:2]
    absent = case.absent(keys[0])

    found = await Runs(provider).newest([absent, keys[1]], Runs(provider).query(), 2)

    # A vendor may not tell a pipeline that is gone from one that has not been built yet.
    assert isinstance(found[0], GatewayError) or not found[0].items
    assert isinstance(found[1], Chunk)


async def test_a_hundred_runs_by_key_cost_no_more_calls_than_promised(
    case: Case, provider: Provider, simulator: RunningSimulator
) -> None:
    pipelines = [pipeline.key for pipeline in await pipelines_of(provider)]
    newest = await Runs(provider).newest(pipelines, Runs(provider).query(), 100)
    busy = sorted((_items(chunk) for chunk in newest), key=len, reverse=True)[:30]
    keys = [run.key for runs in busy for run in runs[::9][:5]][:100]
    assert len(keys) == 100
    simulator.control.reset_calls()

    found = await Runs(provider).get(keys)

    assert [run.key for run in found] == keys
    assert simulator.control.calls_total <= case.runs_by_id_calls


async def test_the_newest_runs_come_with_the_keys_that_pipelines_were_asked_by(provider: Provider) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)][:5]

    found = await Runs(provider).newest(keys, Runs(provider).query(), 2)

    for key, chunk in zip(keys, found, strict=True):
        assert {run.pipeline for run in _items(chunk)} <= {key}
