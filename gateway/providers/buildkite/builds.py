"""A BuildReader."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from datetime import datetime

import msgspec

from gateway.domain.build import Build, BuildNumber, BuildQuery
from gateway.domain.errors import GatewayError, InvalidInputError, NotSupportedError
from gateway.domain.keys import BuildKey, PipelineKey
from gateway.domain.page import Chunk, Want
from gateway.providers.buildkite.batches import by_group
from gateway.providers.buildkite.build_filter import BuildFilter, bound_after
from gateway.providers.buildkite.build_lists import BuildLists, ListPlace
from gateway.providers.buildkite.build_repositories import by_pipelines
from gateway.providers.buildkite.builds_by_key import builds_of_organization
from gateway.providers.buildkite.client import BuildkiteClient
from gateway.providers.buildkite.keys import LARGEST_NUMBER, build_place, pipeline_place
from gateway.providers.buildkite.mapping import PipelineKeys
from gateway.providers.buildkite.newest_reader import newest_of_organization
from gateway.providers.buildkite.organizations import BuildkiteOrganizations
from gateway.providers.buildkite.pipelines import BuildkitePipelines
from gateway.providers.buildkite.reader import Reader
from gateway.upstream.merged_runs import merged
from gateway.upstream.path import check_segment
from gateway.upstream.settle import Answers


class BuildkiteBuilds(Reader):
    """Builds stand by organization, pipeline slug and number. Lists are newest first by creation."""

    def __init__(self, client: BuildkiteClient, organizations: BuildkiteOrganizations, pipelines: BuildkitePipelines) -> None:
        super().__init__(client, organizations)
        self._pipelines = pipelines

    async def get_builds(self, keys: Sequence[BuildKey], want: Want) -> Sequence[Build | GatewayError]:
        async def ask(organization: str, members: list[BuildKey]) -> Answers[BuildKey, Build]:
            self._organizations.check(organization)
            return await builds_of_organization(self._client, members)

        return await by_group(keys, lambda key: build_place(key).organization, ask)

    async def stream_builds(
        self, query: BuildQuery, at_or_before: datetime | None, page_size: int, want: Want
    ) -> AsyncIterator[Chunk[Build]]:
        """Of several organizations or pipelines each list is read lazily; the first chunk costs one call for each."""
        query = await by_pipelines(self._pipelines, query)
        filters = BuildFilter(query)
        places = [] if filters.matches_nothing else await self._places(query)
        if not places:
            return
        lists = BuildLists(self._client, filters, _known(query.pipelines or ()))
        bound = filters.created_to_ms
        if at_or_before is not None:
            bound = min(bound_after(at_or_before), bound) if bound is not None else bound_after(at_or_before)
        opened = [lists.chunks(place, bound, page_size) for place in places]
        async with aclosing(opened[0] if len(opened) == 1 else merged(opened)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def newest_builds(
        self, pipelines: Sequence[PipelineKey], query: BuildQuery, first: int, want: Want
    ) -> Sequence[Chunk[Build] | GatewayError]:
        """`more` may be True although a pipeline has exactly `first` builds: to be sure would cost a call.

        Builds' rows name their pipeline by slug only, so a pipeline that has taken another's slug is not noticed here.
        """
        if query.repositories is not None:
            of_them = (await by_pipelines(self._pipelines, msgspec.structs.replace(query, pipelines=tuple(pipelines)))).pipelines
            query = msgspec.structs.replace(query, repositories=None)
            meant = [key for key in pipelines if _stands_among(key, of_them or ())]
            found = iter(await self.newest_builds(meant, query, first, want))
            return [next(found) if key in meant else Chunk[Build]((), False) for key in pipelines]
        filters = BuildFilter(query)
        if filters.matches_nothing or query.projects is not None:
            return [Chunk[Build]((), False)] * len(pipelines)
        lists = BuildLists(self._client, filters, _known(pipelines))

        async def ask(organization: str, members: list[PipelineKey]) -> Answers[PipelineKey, Chunk[Build]]:
            self._organizations.check(organization)
            slugs = {key: pipeline_place(key).slug for key in members}
            found = await newest_of_organization(
                lists, organization, list(dict.fromkeys(slugs.values())), first, filters.created_to_ms
            )
            return {key: found[slug] for key, slug in slugs.items()}

        return await by_group(pipelines, lambda key: pipeline_place(key).organization, ask)

    async def find_builds(self, numbers: Sequence[BuildNumber], want: Want) -> Sequence[Build | GatewayError]:
        keys: list[BuildKey | GatewayError] = []
        for wanted in numbers:
            try:
                self._check(wanted)
                organization = await self._organizations.resolve(wanted.workspace)
                keys.append(BuildKey(self._provider, (organization, wanted.pipeline, str(wanted.number), "", "")))
            except GatewayError as error:
                keys.append(error)
        found = iter(await self.get_builds([key for key in keys if isinstance(key, BuildKey)], want))
        return [next(found) if isinstance(key, BuildKey) else key for key in keys]

    async def find_builds_by_external_id(self, ids: Sequence[str], want: Want) -> Sequence[Build | GatewayError]:
        error = NotSupportedError(
            f"{self._provider} cannot look a build up by its uuid. Use its pipeline's slug and its number.",
            provider=self._provider,
            field="externalId",
        )
        return [error] * len(ids)

    def _check(self, wanted: BuildNumber) -> None:
        check_segment(wanted.pipeline, field="pipeline", provider=self._provider)
        if not 1 <= wanted.number <= LARGEST_NUMBER:
            message = f"`number` counts from 1, and ends before {LARGEST_NUMBER + 1}."
            raise InvalidInputError(message, provider=self._provider, field="number")

    async def _places(self, query: BuildQuery) -> list[ListPlace]:
        """The lists to read: of the pipelines asked for, else of whole organizations."""
        if query.projects is not None:
            return []  # there are no projects here, so no build is of one
        organizations = await self._organizations.wanted(query.workspaces) if _needs_organizations(query) else None
        if query.pipelines is None:
            return [ListPlace(organization, None) for organization in organizations or ()]
        places = []
        for key in query.pipelines:
            organization, slug, _ = pipeline_place(key)
            self._organizations.check(organization)
            if organizations is None or organization in organizations:
                places.append(ListPlace(organization, slug))
        return list(dict.fromkeys(places))


def _needs_organizations(query: BuildQuery) -> bool:
    return query.pipelines is None or query.workspaces is not None


def _stands_among(key: PipelineKey, others: Sequence[PipelineKey]) -> bool:
    return key.parts[:2] in {other.parts[:2] for other in others}


def _known(pipelines: Sequence[PipelineKey]) -> PipelineKeys:
    places = ((key, pipeline_place(key)) for key in pipelines if len(key.parts) == 3)
    return {(place.organization, place.slug): key for key, place in places if place.uuid}
