"""Records become commands, by templates. They are in the words of the mutations, or in the vendor's own forms."""

import msgspec

from gateway.domain.build import BuildReader
from gateway.domain.commands.command import Commands
from gateway.domain.commands.from_record import command_from_record, refused
from gateway.domain.commands.integration_contexts import CreateIntegrationContext, DeleteIntegrationContext
from gateway.domain.commands.pipelines import CreatePipeline, DeletePipeline, ReplacePipeline
from gateway.domain.commands.projects import CreateProject, DeleteProject
from gateway.domain.commands.runs import CancelRun, RetryRun, RunPipeline
from gateway.domain.commands.triggers import CreateTrigger
from gateway.domain.errors import GatewayError, InvalidInputError, NotFoundError
from gateway.domain.keys import BuildKey, PipelineKey, ProjectKey
from gateway.domain.page import Want
from gateway.domain.pipeline import PipelineReader
from gateway.domain.project import ProjectReader
from gateway.domain.template import Filled
from gateway.providers.codefresh.keys import Origin, is_object_id
from gateway.providers.codefresh.pipeline_names import PipelineNames
from gateway.providers.codefresh.template_records import (
    RUN_ALIASES,
    check_identity,
    context_of,
    definition_of,
    is_definition,
    named,
    trigger_of,
)

_KEY_ONLY: Want = frozenset({"id"})


class CodefreshMaking:
    """Makes commands of records. Keys that are an id alone are made without a call: of a thing that is not there the vendor says so
    when the command is carried out. Names take a call, which serves for a minute, and the builds' own pipelines one each.
    """

    def __init__(
        self, origin: Origin, projects: ProjectReader, pipelines: PipelineReader, builds: BuildReader, commands: Commands
    ) -> None:
        self._origin = origin
        self._projects = projects
        self._pipelines = PipelineNames(pipelines)
        self._builds = builds
        self._commands = commands

    async def run_pipeline(self, filled: Filled) -> RunPipeline:
        """The record is read before the pipeline is looked for: what cannot be meant costs no call."""
        project, pipeline = (self._name(filled, each) for each in ("project", "pipeline"))
        options = self._commands[RunPipeline].options
        nobody = self._origin.pipeline("")
        command = command_from_record(
            RunPipeline, filled.record, fixed={"pipeline": nobody}, options=options, aliases=RUN_ALIASES, used=filled.used
        )
        return msgspec.structs.replace(command, pipeline=await self._pipeline(f"{project}/{pipeline}", "parameters.pipeline"))

    async def create_pipeline(self, filled: Filled) -> CreatePipeline:
        fixed = {"provider": self._origin.provider}
        if not is_definition(filled.record):
            options = self._commands[CreatePipeline].options
            return command_from_record(CreatePipeline, filled.record, fixed=fixed, options=options, used=filled.used)
        definition = definition_of(filled.record, filled.used)
        told = named(definition)
        project = None if told.project_id is None else self._project_key(told.project_id, "record.metadata.projectId")
        return CreatePipeline(provider=self._origin.provider, name=told.name, project=project, spec=definition)

    async def update_pipeline(self, filled: Filled) -> ReplacePipeline:
        """A definition that knows its project only by its id costs a call, for the name."""
        pipeline_id = self._id(filled, "pipelineId", "pipeline")
        key = self._origin.pipeline(pipeline_id)
        if not is_definition(filled.record):
            options = self._commands[ReplacePipeline].options
            return command_from_record(ReplacePipeline, filled.record, fixed={"pipeline": key}, options=options, used=filled.used)
        definition = definition_of(filled.record, filled.used)
        check_identity(definition, pipeline_id)
        told = named(definition)
        name = told.name
        if told.project_id is not None:
            field = "record.metadata.projectId"
            (found,) = await self._projects.get_projects((self._project_key(told.project_id, field),), _KEY_ONLY)
            if isinstance(found, GatewayError):
                raise _about(found, field)
            name = f"{found.name}/{name}"
        return ReplacePipeline(pipeline=key, name=name, spec=definition)

    async def delete_pipeline(self, filled: Filled) -> DeletePipeline:
        _refuse_record(filled, DeletePipeline.mutation)
        return DeletePipeline(pipeline=self._origin.pipeline(self._id(filled, "pipelineId", "pipeline")))

    async def terminate_build(self, filled: Filled) -> CancelRun:
        _refuse_record(filled, CancelRun.mutation)
        return CancelRun(run=await self._build(filled))

    async def restart_build(self, filled: Filled) -> RetryRun:
        _refuse_record(filled, RetryRun.mutation)
        return RetryRun(run=await self._build(filled))

    async def create_project(self, filled: Filled) -> CreateProject:
        fixed = {"provider": self._origin.provider}
        return command_from_record(CreateProject, filled.record, fixed=fixed, aliases={"projectName": "name"}, used=filled.used)

    async def delete_project(self, filled: Filled) -> DeleteProject:
        _refuse_record(filled, DeleteProject.mutation)
        return DeleteProject(project=self._origin.project(self._id(filled, "projectId", "project")))

    async def create_context(self, filled: Filled) -> CreateIntegrationContext:
        return context_of(filled.record, self._origin.provider, filled.used)

    async def delete_context(self, filled: Filled) -> DeleteIntegrationContext:
        _refuse_record(filled, DeleteIntegrationContext.mutation)
        name = filled.parameters["contextName"]
        self._origin.check_name(name, "parameters.contextName")
        return DeleteIntegrationContext(integration_context=self._origin.context(name))

    async def create_trigger(self, filled: Filled) -> CreateTrigger:
        """The record's `pipeline` is an id where it can be one, else a full name, which costs a call."""
        options = self._commands[CreateTrigger].options
        told = filled.record.get("pipeline")
        if told is None and filled.record.get("pipelineId") is not None:
            return trigger_of(filled.record, None, options, filled.used)
        if not isinstance(told, str) or not told.strip():
            message = "`pipeline` must be the full name or the id of a pipeline."
            raise InvalidInputError(message, provider=self._origin.provider, field="record.pipeline")
        self._origin.check_name(told, "record.pipeline")
        command = trigger_of(filled.record, self._origin.pipeline(told), options, filled.used)
        if is_object_id(told):
            return command
        return msgspec.structs.replace(command, pipeline=await self._pipeline(told, "record.pipeline"))

    def _name(self, filled: Filled, parameter: str) -> str:
        """One part of a pipeline's full name."""
        field = f"parameters.{parameter}"
        name = filled.parameters[parameter]
        self._origin.check_name(name, field)
        if not name.strip() or "/" in name:
            message = f"`{field}` must be a name without a slash, and not blank."
            raise InvalidInputError(message, provider=self._origin.provider, field=field)
        return name

    def _id(self, filled: Filled, parameter: str, what: str) -> str:
        field = f"parameters.{parameter}"
        text = filled.parameters[parameter]
        self._origin.check_name(text, field)
        if not is_object_id(text):
            raise _about(self._origin.absent(what), field)
        return text

    def _project_key(self, text: str, field: str) -> ProjectKey:
        if not is_object_id(text):
            raise _about(self._origin.absent("project"), field)
        return self._origin.project(text)

    async def _pipeline(self, full_name: str, field: str) -> PipelineKey:
        found = await self._pipelines.find(full_name)
        if isinstance(found, GatewayError):
            raise _about(found, field)
        return found

    async def _build(self, filled: Filled) -> BuildKey:
        """Its key has its pipeline's id, which only the build tells."""
        build_id = self._id(filled, "buildId", "build")
        (found,) = await self._builds.find_builds_by_external_id((build_id,), _KEY_ONLY)
        if isinstance(found, GatewayError):
            raise _about(found, "parameters.buildId")
        return found.key


def _about(error: GatewayError, field: str) -> GatewayError:
    """The same failure. If it is what was asked for, it names where that came from."""
    if isinstance(error, NotFoundError | InvalidInputError):
        error.field = field
    return error


def _refuse_record(filled: Filled, what: str) -> None:
    """For calls without a body."""
    if unknown := [name for name in filled.record if name not in filled.used]:
        raise refused(what, unknown)
