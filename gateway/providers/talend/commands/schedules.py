"""Commands about when tasks and plans start by themselves."""

from gateway.domain.commands.command import Changed, Commands, JsonObject, handling
from gateway.domain.commands.schedules import SchedulePipeline, UnschedulePipeline
from gateway.domain.errors import ConflictError, InvalidInputError, NotFoundError
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.commands.pipeline_input import place_of, refuse_given
from gateway.providers.talend.commands.pipelines_client import PipelinesClient
from gateway.providers.talend.commands.schedule_bodies import (
    check_triggers,
    needs_schedule,
    run_config_trigger,
    schedule_triggers,
)
from gateway.providers.talend.commands.schedule_links import ScheduleLinks
from gateway.providers.talend.commands.schedule_settings import SETTINGS_OF_TASKS, with_settings
from gateway.providers.talend.keys import TASK, Origin, PipelineWord
from gateway.providers.talend.places import Places
from gateway.providers.talend.run_configs import RunConfigs
from gateway.providers.talend.schedule_mapping import MULTIPLE

_MANUAL = "MANUAL"


class ScheduleCommands:
    """Handlers, one for each command.

    One trigger is kept in the run configuration; several, and those with a name or a time limit of their own, in a schedule
    that is made for the pipeline and linked to it. What was linked before is left as it is, unused: whose it was is not told.
    """

    def __init__(self, client: TalendClient, writing: PipelinesClient, origin: Origin, places: Places, configs: RunConfigs) -> None:
        self._client = client
        self._writing = writing
        self._origin = origin
        self._links = ScheduleLinks(client, writing, origin, places)
        self._configs = configs

    def table(self) -> Commands:
        takes = ("description", "parallel_runs_allowed", *SETTINGS_OF_TASKS)
        return dict(
            (
                handling(SchedulePipeline, self.schedule_pipeline, takes=takes),
                handling(UnschedulePipeline, self.unschedule_pipeline),
            )
        )

    async def schedule_pipeline(self, command: SchedulePipeline) -> Changed:
        kind, pipeline = place_of(command.pipeline, self._origin)
        if kind != TASK:
            refuse_given(command, SETTINGS_OF_TASKS, "A plan of Talend has no such setting: its tasks do.", self._origin)
        check_triggers(command.triggers, self._origin.provider)
        with_settings({}, command)  # what is wrong in them is told before anything is read
        try:
            if needs_schedule(command.triggers, command.description):
                await self._schedule_by_link(command, kind, pipeline)
            else:
                await self._schedule_by_config(command, kind, pipeline)
        finally:
            self._configs.forget()
        return Changed(keys=(command.pipeline,))

    async def unschedule_pipeline(self, command: UnschedulePipeline) -> Changed:
        kind, pipeline = place_of(command.pipeline, self._origin)
        there = await self._config(kind, pipeline)
        word = _type_of(there)
        if there is None and not await self._links.is_linked(kind, pipeline):
            await self._check_exists(kind, pipeline)
            raise self._unscheduled()
        if there is not None and word in ("", _MANUAL):
            raise self._unscheduled()
        try:
            if there is None or word == MULTIPLE:
                await self._unlink(kind, pipeline)
            else:
                await self._writing.delete_run_config(kind, pipeline)
        finally:
            self._configs.forget()
        return Changed(keys=(command.pipeline,))

    async def _schedule_by_config(self, command: SchedulePipeline, kind: PipelineWord, pipeline: str) -> None:
        """The new trigger comes before the old link goes, so that no start is missed in between."""
        there = await self._config(kind, pipeline)
        body = await self._configured(command, kind, pipeline, there)
        body["trigger"] = run_config_trigger(command.triggers[0], self._writing.clock.now())
        if body != there:
            await self._writing.put_run_config(kind, pipeline, body)
        # ASSUMED: a trigger of its own takes the place of a link, or leaves it; disproved by a refusal.
        may_be_linked = there is None or _type_of(there) == MULTIPLE
        if may_be_linked and await self._links.is_linked(kind, pipeline):
            await self._writing.unlink_schedule(kind, pipeline)
            if _type_of(await self._config(kind, pipeline)) != body["trigger"]["type"]:  # it went with the link
                await self._writing.put_run_config(kind, pipeline, body)

    async def _schedule_by_link(self, command: SchedulePipeline, kind: PipelineWord, pipeline: str) -> None:
        """Settings first, beside the times that there are; then a schedule that starts nothing yet; its link changes over."""
        schedule_triggers(command.triggers, self._writing.clock.now(), self._origin.provider)  # checked before anything is read
        environment = await self._links.environment_of(kind, pipeline)
        there = await self._config(kind, pipeline)
        body = await self._configured(command, kind, pipeline, there)
        now = self._writing.clock.now()  # the vendor's, by now
        triggers = schedule_triggers(command.triggers, now, self._origin.provider)
        if body != (there or {}):
            if there is None:
                body["trigger"] = {"type": _MANUAL, "startDate": now.date().isoformat(), "timeZone": "UTC"}
            await self._writing.put_run_config(kind, pipeline, body)
        await self._links.link_new(kind, pipeline, environment, triggers, command.description)

    async def _configured(
        self, command: SchedulePipeline, kind: PipelineWord, pipeline: str, there: JsonObject | None
    ) -> JsonObject:
        body = with_settings(there or {}, command)
        if kind == TASK and not body.get("runtime"):
            if there is None:
                await self._check_exists(kind, pipeline)
            message = "`runtime` is needed: the task is not configured yet, so nothing tells where it runs."
            raise InvalidInputError(message, provider=self._origin.provider, field="runtime")
        return body

    async def _unlink(self, kind: PipelineWord, pipeline: str) -> None:
        """404 is documented for what has no schedule; that there is such a task or plan has been seen."""
        try:
            await self._writing.unlink_schedule(kind, pipeline)
        except NotFoundError:
            raise self._unscheduled() from None

    async def _config(self, kind: PipelineWord, pipeline: str) -> JsonObject | None:
        """As the vendor has it. None for what is not configured, or not there."""
        try:
            return await self._writing.read_run_config(kind, pipeline)
        except NotFoundError:
            return None

    async def _check_exists(self, kind: PipelineWord, pipeline: str) -> None:
        await (self._client.get_task(pipeline) if kind == TASK else self._client.get_plan(pipeline))

    def _unscheduled(self) -> ConflictError:
        return ConflictError("It has no schedule: it starts by hand alone.", provider=self._origin.provider)


def _type_of(config: JsonObject | None) -> str:
    """The vendor's word for the kind of timetable; its prose writes the words otherwise than its list of them."""
    trigger = (config or {}).get("trigger")
    word = trigger.get("type") if isinstance(trigger, dict) else None
    return word.upper() if isinstance(word, str) else ""
