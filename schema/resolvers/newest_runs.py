"""The newest runs of many pipelines at once, shared by all fields that want them."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

from gateway.domain.build import Build
from gateway.domain.cursor import micros
from gateway.domain.errors import GatewayError
from gateway.domain.execution import Execution
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Chunk, RowFault
from gateway.domain.pipeline import Pipeline
from gateway.domain.provider import Provider
from gateway.listing.run_ports import RunQuery, newest_runs_of
from gateway.listing.source import not_supported
from gateway.loaders.fan_out import Getter, fan_out
from schema.resolvers.batched import Call

Run = Build | Execution


class PipelineRuns(Protocol):
    """What every filter of one pipeline's runs can do. None: this provider has no such runs."""

    def query(self, provider: Provider) -> RunQuery | None: ...


async def newest_of_pipelines(
    pipelines: Sequence[Pipeline], call: Call, words: str, given: PipelineRuns, count: int
) -> list[Chunk[Run] | GatewayError]:
    """For each pipeline the chunk that its list of runs begins with; it may hold more than `count`.

    Fields of one level that come to the same question at a provider (a latest run, statistics, a list) share the calls. A filter
    that cannot be meant raises before any call.
    """
    providers = {pipeline.key.provider: call.context.providers[pipeline.key.provider] for pipeline in pipelines}
    queries = {name: given.query(provider) for name, provider in providers.items()}
    loads = [_load(pipeline.key, call, queries[pipeline.key.provider], count) for pipeline in pipelines]
    return [
        not_supported(pipeline.key.provider, words) if load is None else await _settled(load)
        for pipeline, load in zip(pipelines, loads, strict=True)
    ]


def _load(key: PipelineKey, call: Call, query: RunQuery | None, count: int) -> Awaitable[Chunk[Run]] | None:
    provider = call.context.providers[key.provider]
    if query is None or newest_runs_of(provider, query, count, call.want) is None:
        return None

    async def load(wanted: list[tuple[PipelineKey, int]]) -> Sequence[Chunk[Run] | GatewayError]:
        most: dict[PipelineKey, int] = {}
        for each, first in wanted:
            most[each] = max(first, most.get(each, 0))
        found: dict[PipelineKey, Chunk[Run] | GatewayError] = {}
        for first in dict.fromkeys(most.values()):
            keys = [each for each in most if most[each] == first]
            found.update(zip(keys, await _newest(keys, call, query, first), strict=True))
        return [found[each] for each, _ in wanted]

    return call.context.loaders.batch((newest_of_pipelines, key.provider, query), load).load((key, count))


async def _newest(keys: Sequence[PipelineKey], call: Call, query: RunQuery, first: int) -> list[Chunk[Run] | GatewayError]:
    def getter(provider: Provider) -> Getter[PipelineKey, Chunk[Run]] | None:
        return newest_runs_of(provider, query, first, call.want)

    return await fan_out(keys, lambda key: key.provider, call.context.providers, getter, "runs")


async def _settled(load: Awaitable[Chunk[Run]]) -> Chunk[Run] | GatewayError:
    try:
        return await load
    except GatewayError as error:
        return error


def newest_items(chunk: Chunk[Run], first: int) -> tuple[list[Run], GatewayError | None, bool]:
    """(the readable among the newest `first`, newest first; the first fault among them; whether there are more)."""
    rows: list[tuple[int, str, Run | RowFault]] = []
    time = 0
    for item in chunk.items:
        time = time if item.created_at is None else micros(item.created_at)  # without a time it stands where its neighbour stands
        rows.append((-time, item.id if isinstance(item, RowFault) else item.external_id, item))
    newest = [item for _, _, item in sorted(rows, key=lambda row: row[:2])[:first]]  # as lists of runs have them
    fault = next((item.error for item in newest if isinstance(item, RowFault)), None)
    readable = [item for item in newest if not isinstance(item, RowFault)]
    return readable, fault, chunk.more or len(chunk.items) > first
