"""Builds as lists: of all providers, and of many pipelines at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import msgspec

from gateway.domain.build import Build, BuildQuery
from gateway.domain.cursor import RunCursor, decode_cursor, digest_of
from gateway.domain.errors import GatewayError, NotSupportedError
from gateway.domain.keys import PipelineKey
from gateway.domain.outcome import ProviderOutcome
from gateway.domain.page import Chunk, Page, Want
from gateway.domain.pipeline import Pipeline
from gateway.domain.provider import Provider
from gateway.listing.newest_first import OpenRuns, newest_first
from gateway.listing.source import not_supported
from gateway.loaders.fan_out import Getter, fan_out
from schema.inputs.build import BuildFilter, PipelineBuildFilter
from schema.resolvers.arguments import page_size
from schema.resolvers.batched import Call, frozen
from schema.resolvers.info import Info
from schema.resolvers.selection import wanted_fields


async def all_builds(info: Info, first: int | None, after: str | None, given: BuildFilter | None) -> Page[Build]:
    """The root list, newest first over all providers."""
    context = info.context
    digest = digest_of("builds", frozen(given))
    want = wanted_fields(info._raw_info)
    page = await newest_first(
        [(provider.name, _opener(provider, query, want)) for provider, query in (given or BuildFilter()).queries(context)],
        after=decode_cursor(after, RunCursor, digest),
        first=page_size(first, context),
        digest=digest,
        patience_s=context.limits.patience_s,
        missing=_missing,
    )
    context.deliver(info.path.as_list(), page)
    return page


async def builds_of_pipelines(
    pipelines: Sequence[Pipeline], call: Call, first: int | None, after: str | None, given: PipelineBuildFilter | None
) -> Sequence[Page[Build] | GatewayError]:
    """The newest builds of each pipeline. Without a cursor all pipelines of a provider share its calls."""
    count = page_size(first, call.context)
    query = (given or PipelineBuildFilter()).query()
    digests = [digest_of("Pipeline.builds", pipeline.key.provider, pipeline.key.parts, frozen(given)) for pipeline in pipelines]
    if after is not None:
        walks = (_walk_on(each, query, call, count, after, digest) for each, digest in zip(pipelines, digests, strict=True))
        return await asyncio.gather(*walks)

    def getter(provider: Provider) -> Getter[PipelineKey, Chunk[Build]] | None:
        port = provider.builds
        return None if port is None else lambda keys: port.newest_builds(keys, query, count, call.want)

    chunks = await fan_out(
        [pipeline.key for pipeline in pipelines], lambda key: key.provider, call.context.providers, getter, "builds"
    )
    return [
        await _first_page(pipeline.key.provider, chunk, count, digest)
        for pipeline, chunk, digest in zip(pipelines, chunks, digests, strict=True)
    ]


async def _first_page(provider: str, chunk: Chunk[Build] | GatewayError, first: int, digest: str) -> Page[Build]:
    async def given() -> AsyncIterator[Chunk[Build]]:
        if isinstance(chunk, GatewayError):
            raise chunk
        yield chunk

    def open_given(_at_or_before: datetime | None, _page_size: int) -> AsyncIterator[Chunk[Build]]:
        return given()

    page = await newest_first([(provider, open_given)], after=None, first=first, digest=digest, patience_s=0, missing=_missing)
    return msgspec.structs.replace(page, outcomes=tuple(_shared(outcome) for outcome in page.outcomes))


def _shared(outcome: ProviderOutcome) -> ProviderOutcome:
    """The calls were made for many pipelines at once: no single list can say how many were its own."""
    return msgspec.structs.replace(outcome, upstream_calls=None)


async def _walk_on(
    pipeline: Pipeline, query: BuildQuery, call: Call, first: int, after: str, digest: str
) -> Page[Build] | GatewayError:
    try:
        cursor = decode_cursor(after, RunCursor, digest)
    except GatewayError as error:
        return error
    provider = call.context.providers[pipeline.key.provider]
    one = msgspec.structs.replace(query, pipelines=(pipeline.key,))
    return await newest_first(
        [(provider.name, _opener(provider, one, call.want))],
        after=cursor,
        first=first,
        digest=digest,
        patience_s=0,
        missing=_missing,
    )


def _opener(provider: Provider, query: BuildQuery, want: Want) -> OpenRuns[Build] | None:
    port = provider.builds
    return None if port is None else lambda at_or_before, page_size: port.stream_builds(query, at_or_before, page_size, want)


def _missing(provider: str) -> NotSupportedError:
    return not_supported(provider, "builds")
