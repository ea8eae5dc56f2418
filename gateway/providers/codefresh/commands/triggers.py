"""Triggers are created and deleted: those in a pipeline's own definition here, those of the trigger manager beside."""

from gateway.domain.commands.command import Changed, Commands, JsonObject, handling
from gateway.domain.commands.triggers import CreateTrigger, CronTrigger, DeleteTrigger, GitTrigger
from gateway.domain.errors import InvalidInputError, MalformedResponseError
from gateway.domain.keys import PipelineKey
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.commands.event_triggers import EventTriggers
from gateway.providers.codefresh.commands.saving import PipelineSaver
from gateway.providers.codefresh.commands.stars import check_new
from gateway.providers.codefresh.commands.trigger_forms import (
    CRON_OPTIONS,
    GIT_OPTIONS,
    add,
    check_cron,
    check_git,
    cron_form,
    git_form,
    remove,
)
from gateway.providers.codefresh.keys import Origin, id_in, trigger_ids
from gateway.providers.codefresh.trigger_mapping import CRON, EVENT, GIT, OWN, to_own_triggers

SORTS = ("git", "cron", "helm", "registry")
TAKES = ("name", "description", "disabled", "variables", *SORTS)
FIELDS = {"repo": "git.repository", "events": "git.events", "event": "git.events", "context": "git.integration_context"}
FIELDS |= {"branch": "cron.branch", "expression": "cron.expression", "variables": "variables"}


class TriggerCommands:
    """Handlers of commands about triggers."""

    def __init__(self, client: CodefreshClient, saver: PipelineSaver, events: EventTriggers, origin: Origin) -> None:
        self._client = client
        self._saver = saver
        self._events = events
        self._origin = origin

    def table(self) -> Commands:
        return dict(
            (
                handling(CreateTrigger, self.create_trigger, takes=TAKES, options=GIT_OPTIONS | CRON_OPTIONS, fields=FIELDS),
                handling(DeleteTrigger, self.delete_trigger),
            )
        )

    async def create_trigger(self, command: CreateTrigger) -> Changed:
        given = [sort for sort in SORTS if getattr(command, sort) is not None]
        if len(given) != 1:
            message = f"Exactly one of {', '.join(f'`{sort}`' for sort in SORTS)} is needed, not {len(given)}."
            raise InvalidInputError(message, field=given[1] if given else None)
        pipeline_id = self._id(command.pipeline)
        check_new(command.variables)
        if command.git is not None:
            return await self._create_git(command, command.git, pipeline_id)
        if command.cron is not None:
            return await self._create_cron(command, command.cron, pipeline_id)
        if command.helm is not None:
            return await self._events.create_helm(command, command.helm, pipeline_id)
        if command.registry is not None:
            return await self._events.create_registry(command, command.registry, pipeline_id)
        raise AssertionError(given)

    async def delete_trigger(self, command: DeleteTrigger) -> Changed:
        ids = trigger_ids(command.trigger)
        if ids is None or ids[1] not in (*OWN, EVENT):
            raise self._origin.absent("trigger")
        pipeline_id, sort, trigger_id = ids
        if sort == EVENT:
            await self._events.delete(pipeline_id, trigger_id)
            return Changed(keys=(command.trigger,))

        def without(definition: JsonObject) -> JsonObject:
            left = remove(definition, sort, trigger_id)
            if left is None:
                raise self._origin.absent("trigger")
            return left

        await self._saver.change(pipeline_id, without)
        return Changed(keys=(command.trigger,))

    async def _create_git(self, command: CreateTrigger, git: GitTrigger, pipeline_id: str) -> Changed:
        _check_options(command, GIT, GIT_OPTIONS)
        check_git(git)
        return await self._add(pipeline_id, GIT, git_form(command, git))

    async def _create_cron(self, command: CreateTrigger, cron: CronTrigger, pipeline_id: str) -> Changed:
        _check_options(command, CRON, CRON_OPTIONS)
        check_cron(cron)
        return await self._add(pipeline_id, CRON, cron_form(command, cron), cron.git_trigger)

    async def _add(self, pipeline_id: str, sort: str, form: JsonObject, git_trigger: str | None = None) -> Changed:
        """Its id is the vendor's to give: it is in the answer, or in the pipeline as it is then."""
        saved = await self._saver.change(pipeline_id, lambda definition: add(definition, sort, form, git_trigger))
        for row in (saved, None):
            triggers = to_own_triggers(row or await self._client.get_pipeline(pipeline_id), self._origin)
            for trigger in triggers:
                if trigger.key.parts[1] == sort and trigger.name == form["name"]:
                    return Changed(keys=(trigger.key,), values=(trigger,))
        raise MalformedResponseError("The trigger is not in the pipeline that was saved.", provider=self._origin.provider)

    def _id(self, key: PipelineKey) -> str:
        pipeline_id = id_in(key)
        if pipeline_id is None:
            raise self._origin.absent("pipeline")
        return pipeline_id


def _check_options(command: CreateTrigger, sort: str, known: frozenset[str]) -> None:
    unknown = [name for name in command.vendor_options or {} if name not in known]
    if unknown:
        said = f"a {sort} trigger has no {', '.join(map(repr, unknown))}. It takes: {', '.join(sorted(known))}"
        raise InvalidInputError(f"`vendorOptions`: {said}.", field="vendor_options")
