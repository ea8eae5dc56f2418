"""A PipelineReader."""

from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Mapping, Sequence

from gateway.domain.errors import GatewayError, NotFoundError, NotSupportedError
from gateway.domain.keys import Key, PipelineKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.pipeline import Pipeline, PipelineKind, PipelineQuery, PipelineSlug
from gateway.providers.buildkite.batches import by_group, from_list_or_each, replaced
from gateway.providers.buildkite.client import LARGEST_PAGE
from gateway.providers.buildkite.keys import pipeline_place
from gateway.providers.buildkite.listed import stream_listed
from gateway.providers.buildkite.mapping import to_pipeline
from gateway.providers.buildkite.reader import Reader
from gateway.providers.buildkite.rows import Listing, map_one, map_rows
from gateway.providers.buildkite.wire import WirePipeline
from gateway.upstream.path import check_segment
from gateway.upstream.settle import Answers


class BuildkitePipelines(Reader):
    """Pipelines stand by organization and slug; a rename changes the slug, so an old key then finds nothing."""

    async def get_pipelines(self, keys: Sequence[PipelineKey], want: Want) -> Sequence[Pipeline | GatewayError]:
        """Three and more of an organization are looked for in its list first (see `from_list_or_each`)."""
        return await by_group(keys, lambda key: pipeline_place(key).organization, self._get_of_one)

    async def stream_pipelines(
        self, query: PipelineQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Pipeline], None]:
        if query.projects is not None or query.environments is not None or query.tasks is not None:
            return  # there are none here, so no pipeline is in one
        if query.pipeline_kinds is not None and PipelineKind.CI not in query.pipeline_kinds:
            return
        filters = [
            (name, text) for name, text in (("name", query.name_contains), ("repository", query.repository_contains)) if text
        ]

        def read(organization: str, page: int, per_page: int) -> Coroutine[object, object, Listing[WirePipeline]]:
            return self._client.list_pipelines(organization, page, per_page, filters)

        local = tuple(name for name in ("tags", "archived") if getattr(query, name) is not None)
        organizations = await self._organizations.wanted(query.workspaces)
        async for chunk in stream_listed(
            organizations,
            read,
            self._value,
            self._provider,
            after,
            page_size,
            (lambda pipeline: _matches(pipeline, query)) if local else None,
            local,
        ):
            yield chunk

    async def find_pipelines(self, slugs: Sequence[PipelineSlug], want: Want) -> Sequence[Pipeline | GatewayError]:
        keys: list[PipelineKey | GatewayError] = []
        for wanted in slugs:
            try:
                check_segment(wanted.slug, field="slug", provider=self._provider)
                organization = await self._organizations.resolve(wanted.workspace)
                keys.append(PipelineKey(self._provider, (organization, wanted.slug, "")))
            except GatewayError as error:
                keys.append(error)
        found = iter(await self.get_pipelines([key for key in keys if isinstance(key, PipelineKey)], want))
        return [next(found) if isinstance(key, PipelineKey) else key for key in keys]

    async def find_pipelines_by_external_id(self, ids: Sequence[str], want: Want) -> Sequence[Pipeline | GatewayError]:
        error = NotSupportedError(
            f"{self._provider} cannot look a pipeline up by its uuid. Use its slug.", provider=self._provider, field="externalId"
        )
        return [error] * len(ids)

    async def _get_of_one(self, organization: str, keys: list[PipelineKey]) -> Answers[PipelineKey, Pipeline]:
        self._organizations.check(organization)

        async def get(key: PipelineKey) -> Pipeline:
            wire = await self._client.get_pipeline(organization, pipeline_place(key).slug)
            found = _same(key, map_one(wire, lambda row: self._value(row, organization), self._provider))
            if isinstance(found, NotFoundError):
                raise found
            return found

        return await from_list_or_each(keys, self._from_pages(organization, keys), get)

    async def _from_pages(self, organization: str, keys: list[PipelineKey]) -> AsyncIterator[Mapping[Key, Pipeline | GatewayError]]:
        """By slug, not by key: a key may lack the uuid."""
        page, more = 1, True
        while more:
            listing = await self._client.list_pipelines(organization, page, LARGEST_PAGE)
            rows = map_rows(listing.rows, lambda row: self._value(row, organization), self._provider)
            by_slug = {row.slug: row for row in rows if isinstance(row, Pipeline)}
            yield {key: _same(key, by_slug[key.parts[1]]) for key in keys if key.parts[1] in by_slug}
            page, more = page + 1, listing.more

    def _value(self, row: WirePipeline, organization: str) -> Pipeline:
        return to_pipeline(row, self._provider, organization)


def _same(key: PipelineKey, pipeline: Pipeline) -> Pipeline | NotFoundError:
    """NotFoundError when another pipeline has taken the slug."""
    uuid = pipeline_place(key).uuid
    if uuid and uuid != pipeline.external_id:
        return replaced(key, "pipeline", "slug")
    return pipeline


def _matches(pipeline: Pipeline, query: PipelineQuery) -> bool:
    if query.tags is not None and not set(query.tags) & set(pipeline.tags):
        return False
    return query.archived is None or query.archived == (pipeline.archived_at is not None)
