"""What can be changed at nuvo: executions are started; pipelines are changed and removed, never made."""

from msgspec import UNSET

from gateway.domain.commands.command import Changed, Commands, JsonObject, handling
from gateway.domain.commands.merging import merged
from gateway.domain.commands.pipelines import (
    DeletePipeline,
    PausePipeline,
    ReplacePipeline,
    ResumePipeline,
    UpdatePipeline,
)
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.errors import InvalidInputError
from gateway.domain.keys import PipelineKey
from gateway.providers.nuvo.client import NuvoClient
from gateway.providers.nuvo.keys import Origin
from gateway.upstream.key_parts import parts_of

READ_ONLY = ("id", "created_at", "created_by", "updated_at", "updated_by")
"""Members of a pipeline that are the vendor's alone."""


class NuvoCommands:
    """Handlers, one for each command that nuvo knows."""

    # ASSUMED: an update is a whole definition, and a member that is left out is gone; disproved by one that stays.

    def __init__(self, client: NuvoClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin

    def table(self) -> Commands:
        return dict(
            (
                handling(RunPipeline, self.run_pipeline),
                handling(UpdatePipeline, self.update_pipeline, takes=("name", "spec")),
                handling(ReplacePipeline, self.replace_pipeline, takes=("spec",)),
                handling(DeletePipeline, self.delete_pipeline),
                handling(PausePipeline, self.pause_pipeline),
                handling(ResumePipeline, self.resume_pipeline),
            )
        )

    async def run_pipeline(self, command: RunPipeline) -> Changed:
        created = await self._client.create_execution(_id(command.pipeline))
        return Changed(keys=tuple(self._origin.execution(each.id) for each in created))

    async def update_pipeline(self, command: UpdatePipeline) -> Changed:
        """The vendor replaces the whole object, so what is there is read first. Who changes it at the same moment may lose."""
        patch: JsonObject = {} if command.spec is UNSET else _checked(command.spec)
        if command.name is not UNSET:
            patch["name"] = command.name
        return await self._changed(command.pipeline, patch)

    async def replace_pipeline(self, command: ReplacePipeline) -> Changed:
        if command.spec is None:
            raise InvalidInputError("`spec` is needed: the definition without its name.", field="spec")
        _checked(command.spec)
        pipeline_id = _id(command.pipeline)
        await self._client.read_definition(pipeline_id)  # there is none to be made by this call
        await self._client.replace_pipeline(pipeline_id, {**command.spec, "name": command.name})
        return Changed(keys=(command.pipeline,))

    async def delete_pipeline(self, command: DeletePipeline) -> Changed:
        await self._client.delete_pipeline(_id(command.pipeline))
        return Changed(keys=(command.pipeline,))

    async def pause_pipeline(self, command: PausePipeline) -> Changed:
        # ASSUMED: `active` is taken in an update as it is shown in lists; disproved by an update that leaves it as it was.
        return await self._changed(command.pipeline, {"active": False})

    async def resume_pipeline(self, command: ResumePipeline) -> Changed:
        return await self._changed(command.pipeline, {"active": True})

    async def _changed(self, pipeline: PipelineKey, patch: JsonObject) -> Changed:
        """Nothing is sent when nothing would be different."""
        pipeline_id = _id(pipeline)
        definition = await self._client.read_definition(pipeline_id)
        for name in READ_ONLY:
            definition.pop(name, None)
        wanted = merged(definition, patch)
        if wanted != definition:
            await self._client.replace_pipeline(pipeline_id, wanted)
        return Changed(keys=(pipeline,))


def _checked(spec: JsonObject) -> JsonObject:
    """What the vendor keeps itself, or has a field of its own here, is not silently dropped."""
    for name in (*READ_ONLY, "name"):
        if name in spec:
            instead = "Give `name` beside `spec`." if name == "name" else "It is the vendor's alone."
            raise InvalidInputError(f"`spec` must not hold {name!r}. {instead}", field="spec")
    return dict(spec)


def _id(pipeline: PipelineKey) -> str:
    (pipeline_id,) = parts_of(pipeline, 1)
    return pipeline_id
