"""Pipelines are created, changed in part, replaced and deleted."""

from collections.abc import Iterator, Mapping
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
    new_definition,
    with_content,
    with_name,
)
from gateway.providers.codefresh.commands.exported import agreed_revision, check_identity, check_name, check_revision
from gateway.providers.codefresh.commands.saving import PipelineSaver
from gateway.providers.codefresh.commands.stars import check_definition, has_stars
from gateway.providers.codefresh.explain import TakenError, missing_thing
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
        check_definition(definition, {}, _where_variables_are(given))
        with self._about_its_name():
            created = to_pipeline(await self._commands.create_pipeline(definition), self._origin)
        return Changed(keys=(created.key,), values=(created,))

    async def update_pipeline(self, command: UpdatePipeline) -> Changed:
        given = command.given()
        check_content(given)
        if "name" in given:
            self._origin.check_name(given["name"], "name")

        pipeline_id = self._id(command.pipeline)
        check_identity(given.get("spec"), pipeline_id)

        def change(current: JsonObject) -> JsonObject:
            check_revision(given.get("spec"), current)
            wanted = with_content(current, given)
            named = with_name(wanted, given["name"]) if "name" in given else wanted
            check_name(given.get("spec"), current, named)
            check_definition(named, current, _where_variables_are(given))
            return named

        with self._about_its_name():
            saved = await self._saver.change(pipeline_id, change)
        return self._changed(command.pipeline, saved)

    async def replace_pipeline(self, command: ReplacePipeline) -> Changed:
        """One call where the revision (the definition's own will do) and the whole name are given. Else what is there is read
        first, for these two, and for what five stars stand for. It is sent once: a second try would undo what somebody else has
        done in between, and nobody would know.
        """
        given = command.given()
        check_content(given)
        if not {"yaml", "yaml_location", "spec"} & given.keys():
            raise InvalidInputError("One of `yaml`, `yamlLocation` and `spec` is needed: what is not given is gone.", field="spec")
        self._origin.check_name(command.name, "name")
        pipeline_id = self._id(command.pipeline)
        check_identity(command.spec, pipeline_id)
        revision = agreed_revision(command.revision, command.spec)
        definition = new_definition(given)
        all_known = revision is not None and "/" in command.name and not has_stars(definition)
        current: JsonObject = {"metadata": {"id": pipeline_id}} if all_known else await self._saver.read(pipeline_id)
        known = current["metadata"]
        kept = {name: known[name] for name in ("id", "revision", "project") if name in known}
        if revision is not None:
            kept["revision"] = revision
        wanted = with_name({**definition, "metadata": {**definition["metadata"], **kept}}, command.name)
        check_name(command.spec, wanted)
        check_definition(wanted, current, _where_variables_are(given))
        with self._about_its_name():
            saved = await self._commands.replace_pipeline(pipeline_id, wanted)
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
        if key.provider != self._origin.provider:
            raise InvalidInputError(f"`project` is one of {key.provider}, not of {self._origin.provider}.", field="project")
        try:
            project_id = id_in(key)
            if project_id is None:
                raise self._origin.absent("project")
            return (await self._client.get_project(project_id)).name
        except (NotFoundError, InvalidInputError) as error:
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
            if missing_thing(error.message) == "project":
                error.field = "name"
            raise


def _where_variables_are(given: Mapping[str, object]) -> str:
    return "variables" if "variables" in given else "spec"
