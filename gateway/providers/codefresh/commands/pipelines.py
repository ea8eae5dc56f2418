"""Pipelines are created, changed in part, replaced and deleted."""

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.domain.commands.command import Changed, Commands, JsonObject, handling
from gateway.domain.commands.pipelines import CreatePipeline, DeletePipeline, ReplacePipeline, UpdatePipeline
from gateway.domain.errors import InvalidInputError, NotFoundError
from gateway.domain.keys import PipelineKey, ProjectKey
from gateway.domain.pipeline import Pipeline, PipelineKind
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.commands.client import CommandClient
from gateway.providers.codefresh.commands.definitions import (
    CONTENT,
    PIPELINE_FIELDS,
    SPEC_OPTIONS,
    check_content,
    given_revision,
    new_definition,
    with_content,
    with_name,
)
from gateway.providers.codefresh.commands.hiding import hiding, secrets_of
from gateway.providers.codefresh.commands.saving import PipelineSaver
from gateway.providers.codefresh.explain import TakenError
from gateway.providers.codefresh.keys import Origin, id_in
from gateway.providers.codefresh.mapping import to_pipeline


class PipelineCommands:
    """Handlers of commands about pipelines."""

    def __init__(self, client: CodefreshClient, commands: CommandClient, saver: PipelineSaver, origin: Origin) -> None:
        self._client = client
        self._commands = commands
        self._saver = saver
        self._origin = origin

    def table(self) -> Commands:
        fields = PIPELINE_FIELDS
        return dict(
            (
                handling(
                    CreatePipeline,
                    self.create_pipeline,
                    takes=("kind", "project", *CONTENT),
                    options=SPEC_OPTIONS,
                    fields=fields | {"project": "project"},
                ),
                handling(UpdatePipeline, self.update_pipeline, takes=("name", *CONTENT), options=SPEC_OPTIONS, fields=fields),
                handling(ReplacePipeline, self.replace_pipeline, takes=("revision", *CONTENT), options=SPEC_OPTIONS, fields=fields),
                handling(DeletePipeline, self.delete_pipeline),
            )
        )

    async def create_pipeline(self, command: CreatePipeline) -> Changed:
        """One call, and one before it for the project's name where a project is given."""
        given = command.given()
        check_content(given)
        if command.kind not in (None, PipelineKind.CI):
            raise InvalidInputError("`kind` must be CI: there are no other pipelines here.", field="kind")
        self._origin.check_name(command.name, "name")
        definition = new_definition(given)
        if command.project is not None:
            if "/" in command.name:
                raise InvalidInputError("`name` must have no slash where `project` is given.", field="name")
            definition["metadata"]["project"] = await self._project_name(command.project)
        definition = with_name(definition, command.name)
        with hiding(secrets_of(command)), self._about_its_name():
            created = to_pipeline(await self._commands.create_pipeline(definition), self._origin)
        return Changed(keys=(created.key,), values=(created,))

    async def update_pipeline(self, command: UpdatePipeline) -> Changed:
        given = command.given()
        check_content(given)
        if "name" in given:
            self._origin.check_name(given["name"], "name")

        def change(definition: JsonObject) -> JsonObject:
            wanted = with_content(definition, given)
            return with_name(wanted, given["name"]) if "name" in given else wanted

        with hiding(secrets_of(command)), self._about_its_name():
            saved = await self._saver.change(self._id(command.pipeline), change)
        return self._changed(command.pipeline, saved)

    async def replace_pipeline(self, command: ReplacePipeline) -> Changed:
        """One call where the revision and the whole name are given, the definition's own revision included. Else what is there
        is read first, for these two alone.
        """
        given = command.given()
        check_content(given)
        if not {"yaml", "yaml_location", "spec"} & given.keys():
            raise InvalidInputError("One of `yaml`, `yamlLocation` and `spec` is needed: what is not given is gone.", field="spec")
        self._origin.check_name(command.name, "name")
        pipeline_id = self._id(command.pipeline)
        revision = command.revision if command.revision is not None else given_revision(command.spec)
        definition = new_definition(given)

        def change(current: JsonObject) -> JsonObject:
            known = current["metadata"]
            kept = {name: known[name] for name in ("id", "revision", "project") if name in known}
            if revision is not None:
                kept["revision"] = revision
            return with_name({**definition, "metadata": {**definition["metadata"], **kept}}, command.name)

        with hiding(secrets_of(command)), self._about_its_name():
            if revision is None:
                saved = await self._saver.change(pipeline_id, change)
            else:
                current = {"metadata": {"id": pipeline_id}} if "/" in command.name else await self._saver.read(pipeline_id)
                saved = await self._commands.replace_pipeline(pipeline_id, change(current))
        return self._changed(command.pipeline, saved)

    async def delete_pipeline(self, command: DeletePipeline) -> Changed:
        await self._commands.delete_pipeline(self._id(command.pipeline))
        return Changed(keys=(command.pipeline,))

    def _id(self, key: PipelineKey) -> str:
        pipeline_id = id_in(key)
        if pipeline_id is None:
            raise self._origin.absent("pipeline")
        return pipeline_id

    async def _project_name(self, key: ProjectKey) -> str:
        project_id = id_in(key)
        try:
            if project_id is None:
                raise self._origin.absent("project")
            return (await self._client.get_project(project_id)).name
        except NotFoundError as error:
            error.field = "project"
            raise

    def _changed(self, key: PipelineKey, saved: wire.Pipeline | None) -> Changed:
        value: Pipeline | None = None if saved is None else to_pipeline(saved, self._origin)
        return Changed(keys=(key,), values=(value,) if value is not None and value.key == key else ())

    @contextmanager
    def _about_its_name(self) -> Iterator[None]:
        """A name that is taken, and a project in the name that is not there."""
        try:
            yield
        except TakenError as error:
            error.field = "name"
            raise
        except NotFoundError as error:
            if "project" in error.message:
                error.field = "name"
            raise
