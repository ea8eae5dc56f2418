"""Builds."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime

from gateway.domain.build import Build, BuildNumber, BuildQuery
from gateway.domain.errors import GatewayError, NotSupportedError
from gateway.domain.keys import BuildKey, PipelineKey
from gateway.domain.page import Chunk, Want
from gateway.providers.codefresh.account import OwnAccount
from gateway.providers.codefresh.batches import chunked
from gateway.providers.codefresh.build_filter import BuildFilter
from gateway.providers.codefresh.build_pages import LARGEST_PAGE, BuildLists, EndDay
from gateway.providers.codefresh.build_scope import BuildScope
from gateway.providers.codefresh.builds_by_key import BuildsByKeyPlanner, ListSpan
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.keys import Origin, build_ids, id_in, is_object_id
from gateway.providers.codefresh.mapping import to_build
from gateway.providers.codefresh.newest_reader import newest_of
from gateway.providers.codefresh.rows import BadRow
from gateway.upstream.key_parts import answer_ours
from gateway.upstream.merged_runs import merged
from gateway.upstream.settle import Answers, answer_each, settle

MAX_PIPELINES = 50
"""Ids in one URL: 1.7 kB, well below what proxies let pass."""


class CodefreshBuilds:
    """A BuildReader."""

    def __init__(self, client: CodefreshClient, origin: Origin, account: OwnAccount) -> None:
        self._client = client
        self._origin = origin
        self._scope = BuildScope(client, account)
        self._end_day = EndDay()

    async def get_builds(self, keys: Sequence[BuildKey], want: Want) -> list[Build | GatewayError]:
        """At most one call per distinct key and one more: lists of pipelines over some days are asked for as long as the builds
        they hold pay for them, and one may be in vain (see `builds_by_key.py`)."""
        return await answer_ours(keys, 2, self._get_builds)

    async def _get_builds(self, keys: Sequence[BuildKey]) -> list[Build | GatewayError]:
        ids = {key: build_ids(key) for key in keys}
        valid = [found for found in ids.values() if found is not None]
        planner = BuildsByKeyPlanner((build, pipeline) for build, pipeline in valid if pipeline)
        answers: Answers[str, Build] = {}
        while spans := planner.next_lists():
            for held in (await settle(spans, lambda span: self._list_span(planner, span))).values():
                if not isinstance(held, GatewayError):
                    answers |= held
        answers |= await settle((build for build, _ in valid if build not in answers), self._find)
        return [self._meant(key, found, answers) for key, found in ((key, ids[key]) for key in keys)]

    async def stream_builds(
        self,
        query: BuildQuery,
        at_or_before: datetime | None,
        page_size: int,
        want: Want,
    ) -> AsyncGenerator[Chunk[Build], None]:
        """By the vendor's paging session, one per stream. Of more than 50 pipelines several sessions are merged."""
        matching = BuildFilter(query, self._origin)
        pipelines = None if matching.matches_nothing else await self._scope.pipelines(query)
        if matching.matches_nothing or pipelines == []:
            yield Chunk((), False, applied_locally=matching.applied_locally)
            return
        lists = BuildLists(self._client, self._end_day, matching)
        if pipelines is None or len(pipelines) <= MAX_PIPELINES:
            stream = lists.stream(pipelines, at_or_before, page_size)
        else:
            stream = merged([lists.stream(part, at_or_before, page_size) for part in chunked(pipelines, MAX_PIPELINES)])
        async with aclosing(stream) as chunks:
            async for chunk in chunks:
                yield chunk

    async def newest_builds(
        self, pipelines: Sequence[PipelineKey], query: BuildQuery, first: int, want: Want
    ) -> list[Chunk[Build] | GatewayError]:
        """Pages of up to 50 pipelines at once while that pays, then a call for each that is left (see `newest_builds.py`)."""
        return await answer_ours(pipelines, 1, lambda known: self._newest_builds(known, query, first))

    async def _newest_builds(
        self, pipelines: Sequence[PipelineKey], query: BuildQuery, first: int
    ) -> list[Chunk[Build] | GatewayError]:
        matching = BuildFilter(query, self._origin)
        nothing: Chunk[Build] = Chunk((), False, applied_locally=matching.applied_locally)
        ids = [id_in(key) for key in pipelines]
        wanted = list(dict.fromkeys(found for found in ids if found is not None))
        answers: Answers[str, Chunk[Build]] = {}
        if wanted and not matching.matches_nothing:
            try:
                answers = await self._newest(BuildLists(self._client, self._end_day, matching), query, wanted, first)
            except GatewayError as error:
                answers = dict.fromkeys(wanted, error)
        return [self._origin.absent("pipeline") if found is None else answers.get(found, nothing) for found in ids]

    async def find_builds(self, numbers: Sequence[BuildNumber], want: Want) -> list[Build | GatewayError]:
        error = NotSupportedError(
            "Codefresh does not number its builds. Look a build up by its externalId.",
            provider=self._origin.provider,
            field="number",
        )
        return [error for _ in numbers]

    async def find_builds_by_external_id(self, ids: Sequence[str], want: Want) -> list[Build | GatewayError]:
        """A call for each distinct id."""

        async def find(build_id: str) -> Build:
            self._origin.check_name(build_id, "externalId")
            return await self._find(build_id)

        return await answer_each(ids, find)

    async def _find(self, build_id: str) -> Build:
        if not is_object_id(build_id):
            raise self._origin.absent("build")
        return to_build(await self._client.get_build(build_id), self._origin)

    def _meant(self, key: BuildKey, found: tuple[str, str] | None, answers: "Answers[str, Build]") -> Build | GatewayError:
        """A build keeps its id and its pipeline, so a value of another key is not what the key meant."""
        answer = self._origin.absent("build") if found is None else answers[found[0]]
        return self._origin.absent("build") if isinstance(answer, Build) and answer.key != key else answer

    async def _newest(self, lists: BuildLists, query: BuildQuery, wanted: list[str], first: int) -> "Answers[str, Chunk[Build]]":
        parts = [tuple(part) for part in chunked(await self._scope.narrowed(query, wanted), MAX_PIPELINES)]
        found = await settle(parts, lambda part: newest_of(lists, part, first))
        answers: Answers[str, Chunk[Build]] = {}
        for part, held in found.items():
            answers |= dict.fromkeys(part, held) if isinstance(held, GatewayError) else held
        return answers

    async def _list_span(self, planner: BuildsByKeyPlanner, span: ListSpan) -> dict[str, Build | GatewayError]:
        lists = BuildLists(self._client, self._end_day, BuildFilter(BuildQuery(created_from=span.oldest), self._origin))
        pages = lists.session(span.pipelines, LARGEST_PAGE, span.newest)
        try:
            rows = await pages.read()
        except GatewayError:
            planner.failed(span)
            raise
        read = [row for row in rows if not isinstance(row, BadRow)]
        planner.take_page(span, [(row.identity, row.created) for row in read], more=pages.more)
        faults = {row.fault.id: row.fault.error for row in rows if isinstance(row, BadRow)}
        return faults | {row.identity: to_build(row, self._origin) for row in read}
