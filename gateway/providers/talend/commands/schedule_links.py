"""Schedules of several triggers, made for one task or plan and linked to it."""

from collections.abc import Sequence

from gateway.domain.commands.command import JsonObject
from gateway.domain.errors import GatewayError, MalformedResponseError, NotFoundError
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.commands.pipeline_places import environment_of
from gateway.providers.talend.commands.pipelines_client import PipelinesClient
from gateway.providers.talend.keys import TASK, Origin, PipelineWord
from gateway.providers.talend.places import Places

UNDONE = "The schedule made for it was removed again: the pipeline starts as before."
LEFT = "The schedule made for it, {}, could not be removed: it starts nothing, unless it was linked after all."


class ScheduleLinks:
    def __init__(self, client: TalendClient, writing: PipelinesClient, origin: Origin, places: Places) -> None:
        self._client = client
        self._writing = writing
        self._origin = origin
        self._places = places

    async def is_linked(self, kind: PipelineWord, pipeline: str) -> bool:
        try:
            await self._client.get_schedule_of(kind, pipeline)
        except NotFoundError:
            return False
        return True

    async def environment_of(self, kind: PipelineWord, pipeline: str) -> str:
        """A schedule is of an environment. NotFoundError when there is no such task or plan."""
        found = await (self._client.get_task(pipeline) if kind == TASK else self._client.get_plan(pipeline))
        if found.workspace is None:
            message = "The provider does not tell the workspace, and so not the environment that the schedule is for."
            raise MalformedResponseError(message, provider=self._origin.provider)
        if found.workspace.environment is not None:
            return found.workspace.environment.id
        return await environment_of(found.workspace.id, "pipeline", self._places, self._origin)

    async def link_new(
        self,
        kind: PipelineWord,
        pipeline: str,
        environment: str,
        triggers: Sequence[JsonObject],
        description: str | None,
    ) -> None:
        """The times change over with the last call, all at once. When one fails before, what was made is removed again."""
        body: JsonObject = {"environmentId": environment, "trigger": triggers[0]}
        if description is not None:
            body["description"] = description
        schedule = await self._writing.create_schedule(body)
        try:
            for trigger in triggers[1:]:
                await self._writing.add_trigger(schedule, trigger)
            # ASSUMED: it takes the place of a schedule that is linked already; disproved by a refusal of the link.
            await self._writing.link_schedule(kind, pipeline, schedule)
        except GatewayError as error:
            removed = await self._remove(schedule)
            error.message = f"{error.message} {UNDONE if removed else LEFT.format(schedule)}"
            raise

    async def _remove(self, schedule: str) -> bool:
        """The vendor refuses that for one that is linked."""
        try:
            await self._writing.delete_schedule(schedule)
        except GatewayError:
            return False
        return True
