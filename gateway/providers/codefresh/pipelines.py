"""Pipelines."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence

from gateway.domain.errors import GatewayError
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.pipeline import Pipeline, PipelineQuery, PipelineSlug
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.account import OwnAccount
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.keys import Origin, id_in, is_object_id
from gateway.providers.codefresh.lists import kept, values_of
from gateway.providers.codefresh.mapping import to_pipeline
from gateway.providers.codefresh.pipeline_filter import PipelineFilter
from gateway.providers.codefresh.pipeline_search import PipelineSearch
from gateway.upstream.key_parts import answer_ours
from gateway.upstream.offset_walk import Rows, walk
from gateway.upstream.settle import answer_checked

LARGEST_PAGE = 100


class CodefreshPipelines:
    """A PipelineReader."""

    def __init__(self, client: CodefreshClient, origin: Origin, account: OwnAccount, search: PipelineSearch) -> None:
        self._client = client
        self._origin = origin
        self._account = account
        self._search = search

    async def get_pipelines(self, keys: Sequence[PipelineKey], want: Want) -> list[Pipeline | GatewayError]:
        """Up to 50 in one call (see `pipeline_search.py` for the bound)."""
        return await answer_ours(keys, 1, lambda ours: self._by_id([id_in(key) or "" for key in ours]))

    async def find_pipelines_by_external_id(self, ids: Sequence[str], want: Want) -> list[Pipeline | GatewayError]:
        """As `get_pipelines`."""
        return await answer_checked(ids, lambda text: self._origin.check_name(text, "externalId"), self._by_id)

    async def find_pipelines(self, slugs: Sequence[PipelineSlug], want: Want) -> list[Pipeline | GatewayError]:
        """By full name; up to 50 in one call. Naming the workspace costs one more: it must be the account's name."""

        def check(slug: PipelineSlug) -> None:
            self._origin.check_name(slug.slug, "slug")
            if slug.workspace is not None:
                self._origin.check_name(slug.workspace, "workspace")

        return await answer_checked(slugs, check, self._by_slug)

    async def _by_id(self, ids: Sequence[str]) -> list[Pipeline | GatewayError]:
        found = await self._search.by_id([each for each in ids if is_object_id(each)])
        return [self._value(found.get(each)) for each in ids]

    async def _by_slug(self, slugs: Sequence[PipelineSlug]) -> list[Pipeline | GatewayError]:
        own: str | None = None
        if any(slug.workspace is not None for slug in slugs):
            own = (await self._account.read()).name
        inside = [slug.slug for slug in slugs if slug.workspace in (None, own)]
        found = await self._search.by_name(inside)
        return [self._value(found[slug.slug] if slug.workspace in (None, own) else None) for slug in slugs]

    async def stream_pipelines(
        self, query: PipelineQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Pipeline], None]:
        """One list; of several projects their lists one after the other, which the marks tell apart."""
        wanted = PipelineFilter(query)
        projects = wanted.projects
        if wanted.matches_nothing or not await self._account.among(query.workspaces):
            yield Chunk((), False)
            return
        if after is not None and after.group in projects:
            projects = projects[projects.index(after.group) :]
        count = LARGEST_PAGE if wanted.checks else max(1, min(page_size, LARGEST_PAGE))
        for project in projects:
            mark = after if after is not None and after.group == project else None
            last = project == projects[-1]
            chunks = self._walk(wanted.pairs(project), mark, count, project)
            async for chunk in kept(chunks, wanted.keep if wanted.checks else None, wanted.applied_locally):
                total = chunk.total if len(wanted.projects) == 1 else None
                yield Chunk(chunk.items, chunk.more or not last, chunk.marks, total, chunk.applied_locally)

    def _value(self, found: wire.Pipeline | GatewayError | None) -> Pipeline | GatewayError:
        if found is None:
            return self._origin.absent("pipeline")
        return found if isinstance(found, GatewayError) else to_pipeline(found, self._origin)

    def _walk(self, filters: list[tuple[str, str]], after: Mark | None, count: int, project: str) -> AsyncIterator[Chunk[Pipeline]]:
        async def fetch(offset: int, size: int) -> Rows[Pipeline]:
            listing = await self._client.list_pipelines(offset, size, filters)
            rows = values_of(listing.rows, lambda row: to_pipeline(row, self._origin))
            more = len(rows) >= size if listing.count is None else offset + len(rows) < listing.count
            return Rows(offset, rows, more, listing.count)

        return walk(fetch, lambda pipeline: pipeline.external_id, after, count, group=project, largest=LARGEST_PAGE)
