"""Schedules: those that the vendor has as such, and the timetables in run configurations."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from functools import partial

from gateway.domain.errors import GatewayError, NotFoundError, PermissionDeniedError
from gateway.domain.keys import PipelineKey, ScheduleKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.schedule import Schedule, ScheduledRun, ScheduleQuery
from gateway.providers.talend import schedule_wire as wire
from gateway.providers.talend.by_id import FEWEST_FOR_LIST, after_failure, find_listed
from gateway.providers.talend.calls import Query
from gateway.providers.talend.client import LARGEST_PAGE, TalendClient
from gateway.providers.talend.keys import SCHEDULE, Origin, PipelineWord, ScheduleWord, pipeline_ids, schedule_ids
from gateway.providers.talend.lists import in_turn, named, paged
from gateway.providers.talend.next_runs import NextRuns
from gateway.providers.talend.pages import Pages
from gateway.providers.talend.places import EVERYWHERE, Places, Scope
from gateway.providers.talend.run_configs import RunConfigs
from gateway.providers.talend.schedule_mapping import is_multiple, to_schedule, to_timetable
from gateway.upstream.settle import Answers, answer_checked, answer_each, settle

_Pipeline = tuple[PipelineWord, str]
_BOUND = ("onlyBound", "true")


class TalendSchedules:
    """A ScheduleReader."""

    def __init__(self, client: TalendClient, origin: Origin, places: Places, configs: RunConfigs) -> None:
        self._client = client
        self._origin = origin
        self._places = places
        self._configs = configs
        self._next_runs = NextRuns(client)

    async def get_schedules(self, keys: Sequence[ScheduleKey], want: Want) -> list[Schedule | GatewayError]:
        """A call each; of three and more of the vendor's own schedules the list answers all it holds."""

        def check(key: ScheduleKey) -> None:
            schedule_ids(key)

        return await answer_checked(keys, check, self._get_schedules)

    async def stream_schedules(
        self, query: ScheduleQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Schedule], None]:
        """The vendor's own, environment by environment. Its filter for descriptions is a regular expression of a kind that is
        not told, so these are compared here; and it can leave out those not in use, but not those that are."""
        scopes = await self._places.scopes(None, query.environments)
        bound = [_BOUND] if query.in_use is True else []
        sources = [paged(scope.group, self._pages(scope, bound)) for scope in scopes]
        text = None if query.description_contains is None else query.description_contains.casefold()
        unused = query.in_use is False

        def keep(schedule: Schedule) -> bool:
            return (text is None or text in (schedule.description or "").casefold()) and not (unused and schedule.pipeline)

        local = named([("description_contains", text is not None), ("in_use", unused)])
        async for chunk in in_turn(sources, after, page_size, keep if local else None, local):
            yield chunk

    async def schedules_of(self, pipelines: Sequence[PipelineKey], want: Want) -> list[Schedule | GatewayError | None]:
        """A call for each pipeline with a timetable of its own, two for one whose timetable is a linked schedule; of three and
        more the list of linked schedules answers all it holds."""

        def check(key: PipelineKey) -> None:
            pipeline_ids(key)

        return await answer_checked(pipelines, check, self._schedules_of)

    async def next_runs(
        self, schedules: Sequence[Schedule], first: int, until: datetime | None
    ) -> list[tuple[ScheduledRun, ...] | GatewayError]:
        """A call each for what starts by the clock; the vendor looks ahead 60 days at a time."""
        return await answer_each(schedules, lambda schedule: self._next_runs.of(schedule, first, until))

    async def _get_schedules(self, keys: Sequence[ScheduleKey]) -> list[Schedule | GatewayError]:
        places = {key: schedule_ids(key) for key in keys}
        absent = self._origin.absent("schedule")
        own = [place[1] for place in places.values() if place is not None and place[0] == SCHEDULE]
        found = await find_listed(own, self._get, self._pages(EVERYWHERE).fetch, lambda row: row.external_id, absent)
        timetables = await settle(
            [place for place in places.values() if place is not None and place[0] != SCHEDULE], self._timetable
        )
        return [
            absent if (place := places[key]) is None else found[place[1]] if place[0] == SCHEDULE else timetables[place]
            for key in keys
        ]

    async def _get(self, schedule: str) -> Schedule:
        found = to_schedule(await self._client.get_schedule(schedule), self._origin)
        if found.external_id != schedule:
            raise self._origin.absent("schedule")
        return found

    async def _timetable(self, place: tuple[ScheduleWord, str]) -> Schedule:
        kind, pipeline_id = place
        config = None if kind == SCHEDULE else await self._configs.get((kind, pipeline_id))
        found = None
        if kind != SCHEDULE and config is not None:
            found = to_timetable(config, kind, pipeline_id, self._origin)
        if found is None:
            raise self._origin.absent("schedule")
        return found

    async def _schedules_of(self, keys: Sequence[PipelineKey]) -> list[Schedule | GatewayError | None]:
        places = {key: pipeline_ids(key) for key in keys}
        wanted = list(dict.fromkeys(place for place in places.values() if place is not None))
        found = await self._find_schedules(wanted)
        return [None if (place := places[key]) is None else found[place] for key in keys]

    async def _find_schedules(self, wanted: Sequence[_Pipeline]) -> Answers[_Pipeline, Schedule | None]:
        alone = partial(self._schedule_of, complete=False)
        if len(wanted) < FEWEST_FOR_LIST:
            return await settle(wanted, alone)
        try:
            linked, complete = await self._linked()
        except PermissionDeniedError:  # who may not list schedules may still see those of a pipeline
            return await settle(wanted, alone)
        except GatewayError as failure:
            return await after_failure(failure, wanted, alone)
        keys = {place: self._origin.pipeline(*place) for place in wanted}
        left = [place for place in wanted if keys[place] not in linked]
        found = await settle(left, partial(self._schedule_of, complete=complete))
        return {place: linked[keys[place]] if keys[place] in linked else found[place] for place in wanted}

    async def _linked(self) -> tuple[dict[PipelineKey, Schedule], bool]:
        """Linked schedules by what they start, and whether these are all."""
        rows = await self._pages(EVERYWHERE, [_BOUND]).fetch(0, LARGEST_PAGE)
        schedules = [row for row in rows.items if isinstance(row, Schedule)]
        return {row.pipeline: row for row in schedules if row.pipeline is not None}, not rows.more and len(schedules) == len(
            rows.items
        )

    async def _schedule_of(self, pipeline: _Pipeline, *, complete: bool) -> Schedule | None:
        """`complete`: all linked schedules are known, and none of them is this one's."""
        config = await self._configs.get(pipeline)
        # ASSUMED: a configuration whose timetable is a linked schedule says MULTIPLE; disproved by a task with a linked
        # schedule and another word.
        if config is not None and not is_multiple(config.trigger):
            return to_timetable(config, *pipeline, self._origin)
        if config is None and complete:
            return None
        try:
            return to_schedule(await self._client.get_schedule_of(*pipeline), self._origin)
        except NotFoundError:
            return None

    def _pages(self, scope: Scope, filters: Query = ()) -> Pages[wire.Schedule, Schedule]:
        return Pages(
            partial(self._client.list_schedules, filters=[*scope.filters, *filters]),
            lambda row: to_schedule(row, self._origin),
            self._origin.provider,
            scope=scope,
            place_of=lambda row: (None, row.environment_id),
        )
