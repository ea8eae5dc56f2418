"""Pipelines: what runs were reported of, by source and name."""

from collections.abc import AsyncGenerator, Sequence

from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.keys import PipelineKey
from gateway.domain.outcome import Source
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.pipeline import Pipeline, PipelineKind, PipelineQuery, PipelineSlug
from gateway.providers.dx.account_ledger import AccountLedger
from gateway.providers.dx.keys import Origin, PipelineName, names_in, pipeline_name_of
from gateway.providers.dx.mapping import to_pipeline
from gateway.upstream.key_parts import parts_of
from gateway.upstream.settle import answer_checked

LARGEST_CHUNK = 500


class DxPipelines:
    """A PipelineReader. Nothing costs an upstream call; every method asks the store once, a stream once per chunk."""

    def __init__(self, ledger: AccountLedger, origin: Origin) -> None:
        self._ledger = ledger
        self._origin = origin

    async def get_pipelines(self, keys: Sequence[PipelineKey], want: Want) -> list[Pipeline | GatewayError]:
        async def get(ours: Sequence[PipelineKey]) -> list[Pipeline | GatewayError]:
            found = await self._ledger.get_pipelines([pipeline_name_of(key) for key in ours])
            absent = self._origin.absent("pipeline")
            return [absent if each is None else to_pipeline(each, self._origin) for each in found]

        return await answer_checked(keys, _check_key, get)

    async def stream_pipelines(
        self, query: PipelineQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Pipeline], None]:
        """By source, then name: a mark's group is the source, its id the name. The total is told when nothing is filtered."""
        if self._matches_nothing(query):
            yield Chunk((), False, source=Source.STORE)
            return
        total = None
        if query.name_contains is None and query.repository_contains is None:
            total = await self._ledger.count_pipelines()
        size = max(1, min(page_size, LARGEST_CHUNK))
        place: PipelineName | None = None if after is None else (after.group, after.id)
        more = True
        while more:
            rows = await self._ledger.list_pipelines(query.name_contains, query.repository_contains, place, size + 1)
            kept = rows[:size]
            more = len(rows) > size
            marks = tuple(Mark(row.source, 0, row.name) for row in kept)
            yield Chunk(tuple(to_pipeline(row, self._origin) for row in kept), more, marks, total, source=Source.STORE)
            if more:
                place = (kept[-1].source, kept[-1].name)

    async def find_pipelines(self, slugs: Sequence[PipelineSlug], want: Want) -> list[Pipeline | GatewayError]:
        """By `source/name`. The workspace, where it is given, is the account's name."""

        def check(slug: PipelineSlug) -> None:
            self._origin.check_text(slug.slug, "slug")
            if slug.workspace is not None:
                self._origin.check_text(slug.workspace, "workspace")

        async def find(known: Sequence[PipelineSlug]) -> list[Pipeline | GatewayError]:
            absent = self._origin.absent("pipeline")
            inside = [slug.workspace in (None, self._origin.provider) for slug in known]
            wanted = [slug.slug for slug, here in zip(known, inside, strict=True) if here]
            found = await self._by_slug(wanted, "slug")
            return [found[slug.slug] if here else absent for slug, here in zip(known, inside, strict=True)]

        return await answer_checked(slugs, check, find)

    async def find_pipelines_by_external_id(self, ids: Sequence[str], want: Want) -> list[Pipeline | GatewayError]:
        """By `source/name`."""

        async def find(known: Sequence[str]) -> list[Pipeline | GatewayError]:
            found = await self._by_slug(known, "externalId")
            return [found[text] for text in known]

        return await answer_checked(ids, lambda text: self._origin.check_text(text, "externalId"), find)

    async def _by_slug(self, slugs: Sequence[str], field: str) -> dict[str, Pipeline | GatewayError]:
        names = {slug: names_in(slug) for slug in slugs}
        wanted = list(dict.fromkeys(name for candidates in names.values() for name in candidates))
        held = await self._ledger.get_pipelines(wanted) if wanted else ()
        found = {name: each for name, each in zip(wanted, held, strict=True) if each is not None}
        answers: dict[str, Pipeline | GatewayError] = {}
        for slug, candidates in names.items():
            there = [found[name] for name in candidates if name in found]
            if len(there) > 1:
                answers[slug] = self._ambiguous(slug, field)
            else:
                answers[slug] = to_pipeline(there[0], self._origin) if there else self._origin.absent("pipeline")
        return answers

    def _ambiguous(self, slug: str, field: str) -> InvalidInputError:
        message = f"`{field}`: {slug!r} is the source and name of several pipelines. Use the `id` of the one that is meant."
        return InvalidInputError(message, provider=self._origin.provider, field=field)

    def _matches_nothing(self, query: PipelineQuery) -> bool:
        """Reports know no projects, tags or environments, and nothing is put away."""
        for key in query.workspaces or ():
            parts_of(key, 1)
        return (
            (query.workspaces is not None and self._origin.workspace not in query.workspaces)
            or query.projects is not None
            or query.tags is not None
            or query.environments is not None
            or query.tasks is not None
            or query.archived is True
            or (query.pipeline_kinds is not None and PipelineKind.CI not in query.pipeline_kinds)
        )


def _check_key(key: PipelineKey) -> None:
    pipeline_name_of(key)
