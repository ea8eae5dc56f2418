"""Pipelines: tasks and plans."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from gateway.domain.errors import GatewayError, InvalidInputError, NotFoundError, NotSupportedError
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.pipeline import Pipeline, PipelineKind, PipelineQuery, PipelineSlug
from gateway.providers.talend.by_id import FEWEST_FOR_LIST, find_listed
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.keys import PLAN, TASK, Origin, PipelineWord, is_id, is_uuid, pipeline_ids
from gateway.providers.talend.lists import in_turn, named
from gateway.providers.talend.pipeline_lists import PipelineLists
from gateway.providers.talend.pipeline_mapping import to_plan, to_task
from gateway.providers.talend.places import Places
from gateway.providers.talend.rows import mapped
from gateway.upstream.settle import Answers, answer_checked, settle

_KINDS: dict[PipelineKind, PipelineWord] = {PipelineKind.TASK: TASK, PipelineKind.PLAN: PLAN}


class TalendPipelines:
    """A PipelineReader and a PipelineRowReader."""

    def __init__(self, client: TalendClient, origin: Origin, places: Places) -> None:
        self._client = client
        self._origin = origin
        self._places = places
        self._lists = PipelineLists(client, origin)

    async def get_pipelines(self, keys: Sequence[PipelineKey], want: Want) -> list[Pipeline | GatewayError]:
        """A call each, as the lists do not show tasks and plans whole."""
        return await answer_checked(keys, _check, self._get_pipelines)

    async def get_pipeline_rows(self, keys: Sequence[PipelineKey], want: Want) -> list[Pipeline | GatewayError]:
        """A call each; of three and more the lists of their kinds answer all they hold, of each a page at least. That is never
        more than a call for each and one more for a kind, save while a list changes (see `find_listed`)."""
        return await answer_checked(keys, _check, self._get_rows)

    async def find_pipelines(self, slugs: Sequence[PipelineSlug], want: Want) -> list[Pipeline | GatewayError]:
        """NotSupportedError values: the name of a task or plan is in no address, and several may share it."""

        def check(slug: PipelineSlug) -> None:
            self._origin.check_name(slug.slug, "slug")
            if slug.workspace is not None:
                self._origin.check_name(slug.workspace, "workspace")

        async def refuse(asked: Sequence[PipelineSlug]) -> list[Pipeline | GatewayError]:
            message = "Talend's tasks and plans have no slugs. Use externalId."
            return [NotSupportedError(message, provider=self._origin.provider) for _ in asked]

        return await answer_checked(slugs, check, refuse)

    async def find_pipelines_by_external_id(self, ids: Sequence[str], want: Want) -> list[Pipeline | GatewayError]:
        """At most two calls each: an id does not say whether it is a task's or a plan's."""

        async def find(asked: Sequence[str]) -> list[Pipeline | GatewayError]:
            found = await settle(asked, self._find)
            return [found[each] for each in asked]

        return await answer_checked(ids, lambda text: self._origin.check_name(text, "externalId"), find)

    async def stream_pipelines(
        self, query: PipelineQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Pipeline], None]:
        """Tasks, then plans, place by place. The name is compared here: whether the vendor's filter means a part of it or its
        beginning, and minds case, is not told."""
        if query.projects is not None:
            message = "Tasks and plans of Talend do not tell their project."
            raise NotSupportedError(message, provider=self._origin.provider, field="projects")
        kinds = _kinds(query)
        scopes = await self._places.scopes(query.workspaces, query.environments) if kinds else []
        name = None if query.name_contains is None else query.name_contains.casefold()
        tags = tuple(dict.fromkeys(query.tags)) if query.tags is not None else None
        tasks = None if query.tasks is None else tuple(dict.fromkeys(_task_ids(query.tasks)))
        sources = [self._lists.source(kind, scope, tags, tasks) for kind in kinds for scope in scopes]
        keep = None if name is None else lambda pipeline: name in pipeline.name.casefold()
        local = named([("name_contains", name is not None), ("tags", tags is not None and len(tags) > 1)])
        async for chunk in in_turn(sources, after, page_size, keep, local):
            yield chunk

    async def _get_pipelines(self, keys: Sequence[PipelineKey]) -> list[Pipeline | GatewayError]:
        ids = {key: pipeline_ids(key) for key in keys}
        found = await settle((each for each in ids.values() if each is not None), self._get)
        return [self._origin.absent("pipeline") if (each := ids[key]) is None else found[each] for key in keys]

    async def _get_rows(self, keys: Sequence[PipelineKey]) -> list[Pipeline | GatewayError]:
        ids = {key: pipeline_ids(key) for key in keys}
        wanted = [each for each in ids.values() if each is not None]
        if len(wanted) < FEWEST_FOR_LIST:
            return await self._get_pipelines(keys)
        tasks, plans = await asyncio.gather(self._find_rows(TASK, wanted), self._find_rows(PLAN, wanted))
        found = {TASK: tasks, PLAN: plans}
        return [self._origin.absent("pipeline") if (each := ids[key]) is None else found[each[0]][each[1]] for key in keys]

    async def _find_rows(self, kind: PipelineWord, wanted: Sequence[tuple[PipelineWord, str]]) -> Answers[str, Pipeline]:
        ids = [pipeline_id for of, pipeline_id in wanted if of == kind]
        fetch = self._lists.of_all(kind).fetch
        absent = self._origin.absent("pipeline")
        # A page for two: there are others in the list of the other kind, or it would be three.
        return await find_listed(ids, lambda each: self._get((kind, each)), fetch, lambda row: row.external_id, absent, fewest=2)

    async def _get(self, place: tuple[PipelineWord, str]) -> Pipeline:
        kind, pipeline_id = place
        if kind == TASK:
            found = to_task(await self._client.get_task(pipeline_id), self._origin)
        else:
            plan = await self._client.get_plan(pipeline_id)
            found = mapped(plan, lambda told: to_plan(told, self._origin), self._origin.provider)
        if found.external_id != pipeline_id:
            raise self._origin.absent("pipeline")
        return found

    async def _find(self, pipeline_id: str) -> Pipeline:
        """Only plans have UUIDs, but not all of them."""
        for kind in ((PLAN, TASK) if is_uuid(pipeline_id) else (TASK, PLAN)) if is_id(pipeline_id) else ():
            try:
                return await self._get((kind, pipeline_id))
            except (NotFoundError, InvalidInputError):
                # 400 is documented beside 404: an id of the other kind may be no id at all to this one.
                continue
        raise self._origin.absent("pipeline")


def _check(key: PipelineKey) -> None:
    pipeline_ids(key)


def _kinds(query: PipelineQuery) -> list[PipelineWord]:
    """Which lists can hold a match. Tasks and plans have no repository, are not put away, and only tasks have tags."""
    if query.archived is True or query.repository_contains is not None or query.tags == ():
        return []
    kinds = _KINDS.values() if query.pipeline_kinds is None else (_KINDS[kind] for kind in _KINDS if kind in query.pipeline_kinds)
    return [kind for kind in kinds if (query.tags is None or kind == TASK) and (query.tasks is None or kind == PLAN)]


def _task_ids(keys: Sequence[PipelineKey]) -> list[str]:
    """A plan has tasks only: who asks for one with a plan in it gets none."""
    return [pipeline_id for kind, pipeline_id in filter(None, map(pipeline_ids, keys)) if kind == TASK]
