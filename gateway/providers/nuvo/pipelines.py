"""Pipelines."""

from collections.abc import AsyncGenerator, Sequence

from gateway.domain.errors import (
    GatewayError,
    InvalidInputError,
    MalformedResponseError,
    NotFoundError,
    NotSupportedError,
)
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Chunk, Mark, RowFault, Want
from gateway.domain.pipeline import Pipeline, PipelineKind, PipelineQuery, PipelineSlug
from gateway.providers.nuvo import wire
from gateway.providers.nuvo.after_failure import after_failure
from gateway.providers.nuvo.client import NuvoClient
from gateway.providers.nuvo.habits import Habits
from gateway.providers.nuvo.keys import Origin
from gateway.providers.nuvo.mapping import to_pipeline
from gateway.providers.nuvo.pipeline_pages import PipelinePages
from gateway.upstream.key_parts import answer_ours, parts_of
from gateway.upstream.offset_walk import walk
from gateway.upstream.settle import Answers, answer_checked, answer_each, settle

MANY = 3
"""From so many pipelines on, a page of the list is tried before each is asked for."""
_OF_THE_LIST = (InvalidInputError, MalformedResponseError, NotFoundError)
"""What is wrong with the list need not be wrong with the pipelines in it."""


class NuvoPipelines:
    """A PipelineReader."""

    def __init__(self, client: NuvoClient, origin: Origin, page_size: int, habits: Habits) -> None:
        self._client = client
        self._origin = origin
        self._page_size = page_size
        self._habits = habits

    async def get_pipelines(self, keys: Sequence[PipelineKey], want: Want) -> list[Pipeline | GatewayError]:
        """A call for each distinct key; of three and more the list is read first, which holds what a single read shows. One
        call more than keys only if none of them is on the list's first page. For a list that fails see `after_failure`."""
        return await answer_ours(keys, 1, lambda ours: self._by_id([key.parts[0] for key in ours]))

    async def find_pipelines_by_external_id(self, ids: Sequence[str], want: Want) -> list[Pipeline | GatewayError]:
        """As `get_pipelines`."""
        return await answer_checked(ids, lambda text: self._origin.check_name(text, "externalId"), self._by_id)

    async def find_pipelines(self, slugs: Sequence[PipelineSlug], want: Want) -> list[Pipeline | GatewayError]:
        """None can be: names need not be unique, and nuvo has no other words in its addresses than ids."""

        async def find(slug: PipelineSlug) -> Pipeline:
            self._origin.check_name(slug.slug, "slug")
            if slug.workspace is not None:
                self._origin.check_name(slug.workspace, "workspace")
            raise NotSupportedError(
                "nuvo's pipelines have no slugs. Look a pipeline up by its externalId.",
                provider=self._origin.provider,
                field="slug",
            )

        return await answer_each(slugs, find)

    async def stream_pipelines(
        self, query: PipelineQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Pipeline], None]:
        """Oldest first, as far as the vendor sorts. `name_contains` is compared here, over the largest pages."""
        if self._matches_nothing(query):
            yield Chunk((), False)
            return
        wanted = None if query.name_contains is None else query.name_contains.casefold()
        pages = PipelinePages(self._client, self._origin, self._habits)
        count = self._page_size if wanted is not None else max(1, min(page_size, self._page_size))
        async for chunk in walk(pages.fetch, lambda row: row.external_id, after, count, largest=self._page_size):
            if wanted is None:
                yield Chunk(chunk.items, chunk.more, chunk.marks, chunk.total, note=pages.note)
                continue
            kept = [
                (item, mark)
                for item, mark in zip(chunk.items, chunk.marks, strict=True)
                if isinstance(item, RowFault) or wanted in item.name.casefold()
            ]
            if kept or not chunk.more:
                items, marks = tuple(item for item, _ in kept), tuple(mark for _, mark in kept)
                yield Chunk(items, chunk.more, marks, applied_locally=("name_contains",), note=pages.note)

    def _matches_nothing(self, query: PipelineQuery) -> bool:
        """Most of what pipelines elsewhere have is missing here: projects, environments, repositories, tags, an archive."""
        for workspace in query.workspaces or ():
            parts_of(workspace, 2)
        return (
            (query.workspaces is not None and self._origin.workspace() not in query.workspaces)
            or query.projects is not None
            or query.environments is not None
            or query.tasks is not None
            or query.repository_contains is not None
            or query.tags is not None
            or query.archived is True
            or (query.pipeline_kinds is not None and PipelineKind.DATA not in query.pipeline_kinds)
        )

    async def _by_id(self, ids: Sequence[str]) -> list[Pipeline | GatewayError]:
        distinct = list(dict.fromkeys(ids))
        answers: Answers[str, Pipeline] = {}
        if len(distinct) >= MANY:
            try:
                answers |= await self._on_first_page(frozenset(distinct))
            except GatewayError as failure:
                answers |= await after_failure(failure, distinct, self._find, of_the_list=_OF_THE_LIST)
        answers |= await settle((each for each in distinct if each not in answers), self._find)
        return [answers[each] for each in ids]

    async def _on_first_page(self, wanted: frozenset[str]) -> dict[str, Pipeline]:
        """What a single page of the list holds of them."""
        page = await PipelinePages(self._client, self._origin, self._habits).page(0, self._page_size)
        return {item.external_id: item for item in page.items if isinstance(item, Pipeline) and item.external_id in wanted}

    async def _find(self, pipeline_id: str) -> Pipeline:
        row: wire.Pipeline = await self._client.get_pipeline(pipeline_id)
        if row.id != pipeline_id:
            raise self._origin.absent("pipeline")
        return to_pipeline(row, self._origin)
