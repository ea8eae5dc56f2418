"""Runs as lists: builds, executions or both, of all providers, and of many pipelines at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from gateway.context import RequestContext
from gateway.domain.cursor import RunCursor, SortedCursor, decode_cursor, digest_of
from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.outcome import ProviderOutcome
from gateway.domain.page import Chunk, Page, Want
from gateway.domain.pipeline import Pipeline
from gateway.domain.provider import Provider
from gateway.listing.in_turn import OpenList
from gateway.listing.newest_first import OpenRuns, newest_first
from gateway.listing.run_ports import RunQuery, stream_of_runs
from gateway.listing.sorted_set import sorted_set
from gateway.listing.source import not_supported
from schema.inputs.order import OrderDirection
from schema.resolvers.arguments import page_size
from schema.resolvers.batched import Call, frozen
from schema.resolvers.info import Info
from schema.resolvers.newest_runs import PipelineRuns, Run, newest_of_pipelines
from schema.resolvers.selection import wanted_fields


class RunFilter(Protocol):
    """What every filter of runs can do."""

    def queries(self, context: RequestContext) -> Sequence[tuple[Provider, RunQuery]]: ...


class ExecutionOrder(Protocol):
    """What the order of executions can do."""

    direction: OrderDirection

    @property
    def newest_first(self) -> bool: ...

    def value_of(self, execution: Any) -> int | None: ...


async def all_runs(
    info: Info, words: str, empty: RunFilter, first: int | None, after: str | None, given: RunFilter | None
) -> Page[Run]:
    """A root list, newest first over all providers. `words` is what people call it."""
    context = info.context
    digest = digest_of(words, frozen(given))
    want = wanted_fields(info._raw_info)
    page = await newest_first(
        [(provider.name, _opener(provider, query, want)) for provider, query in (given or empty).queries(context)],
        after=decode_cursor(after, RunCursor, digest),
        first=page_size(first, context),
        digest=digest,
        patience_s=context.limits.patience_s,
        missing=lambda name: not_supported(name, words),
    )
    context.deliver(info.path.as_list(), page)
    return page


async def sorted_runs(
    info: Info, words: str, empty: RunFilter, first: int | None, after: str | None, given: RunFilter | None, order: ExecutionOrder
) -> Page[Run]:
    """A root list in another order than newest first. Every provider's list is read whole, up to a stated size."""
    context = info.context
    digest = digest_of(words, frozen(given), frozen(order))
    want = wanted_fields(info._raw_info)
    place = decode_cursor(after, SortedCursor, digest)
    if place is not None and isinstance(place.value, str):
        raise InvalidInputError("`after` is a cursor of another list.", field="after")
    page: Page[Run] = await sorted_set(
        [(provider.name, _whole_list(_opener(provider, query, want))) for provider, query in (given or empty).queries(context)],
        value_of=order.value_of,
        id_of=lambda run: run.external_id,
        descending=order.direction is OrderDirection.DESC,
        after=place,
        first=page_size(first, context),
        digest=digest,
        patience_s=context.limits.patience_s,
        missing=lambda name: not_supported(name, words),
    )
    context.deliver(info.path.as_list(), page)
    return page


def _whole_list(open_runs: OpenRuns[Any] | None) -> OpenList[Any] | None:
    return None if open_runs is None else lambda _mark, count: open_runs(None, count)


async def runs_of_pipelines(
    pipelines: Sequence[Pipeline], call: Call, words: str, given: PipelineRuns, first: int | None, after: str | None
) -> Sequence[Page[Run] | GatewayError]:
    """The newest runs of each pipeline. Without a cursor all pipelines of a provider share its calls."""
    count = page_size(first, call.context)
    digests = [digest_of(f"Pipeline.{words}", each.key.provider, each.key.parts, frozen(given)) for each in pipelines]
    if after is not None:
        walks = (_walk_on(each, words, given, call, count, after, digest) for each, digest in zip(pipelines, digests, strict=True))
        return await asyncio.gather(*walks)
    chunks = await newest_of_pipelines(pipelines, call, words, given, count)
    return [
        await _first_page(pipeline.key.provider, words, chunk, count, digest)
        for pipeline, chunk, digest in zip(pipelines, chunks, digests, strict=True)
    ]


async def _first_page(provider: str, words: str, chunk: Chunk[Run] | GatewayError, first: int, digest: str) -> Page[Run]:
    async def given() -> AsyncIterator[Chunk[Run]]:
        if isinstance(chunk, GatewayError):
            raise chunk
        yield chunk

    def open_given(_at_or_before: datetime | None, _page_size: int) -> AsyncIterator[Chunk[Run]]:
        return given()

    page = await newest_first(
        [(provider, open_given)],
        after=None,
        first=first,
        digest=digest,
        patience_s=0,
        missing=lambda name: not_supported(name, words),
    )
    return msgspec.structs.replace(page, outcomes=tuple(_shared(outcome) for outcome in page.outcomes))


def _shared(outcome: ProviderOutcome) -> ProviderOutcome:
    """The calls were made for many pipelines at once: no single list can say how many were its own."""
    return msgspec.structs.replace(outcome, upstream_calls=None)


async def _walk_on(
    pipeline: Pipeline, words: str, given: PipelineRuns, call: Call, first: int, after: str, digest: str
) -> Page[Run] | GatewayError:
    provider = call.context.providers[pipeline.key.provider]
    try:
        cursor = decode_cursor(after, RunCursor, digest)
        query = given.query(provider)
    except GatewayError as error:
        return error
    one = None if query is None else msgspec.structs.replace(query, pipelines=(pipeline.key,))
    return await newest_first(
        [(provider.name, None if one is None else _opener(provider, one, call.want))],
        after=cursor,
        first=first,
        digest=digest,
        patience_s=0,
        missing=lambda name: not_supported(name, words),
    )


def _opener(provider: Provider, query: RunQuery, want: Want) -> OpenRuns[Any] | None:
    stream = stream_of_runs(provider, query)
    return None if stream is None else lambda at_or_before, page_size: stream(query, at_or_before, page_size, want)
