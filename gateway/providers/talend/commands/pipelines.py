"""Commands about tasks and plans: what they are, and whether they may start."""

from gateway.domain.commands.command import Changed, Commands, JsonObject, handling
from gateway.domain.commands.pipelines import (
    CreatePipeline,
    DeletePipeline,
    PausePipeline,
    ReplacePipeline,
    ResumePipeline,
    UpdatePipeline,
)
from gateway.domain.errors import InvalidInputError, NotSupportedError
from gateway.domain.keys import PipelineKey
from gateway.domain.pipeline import PipelineKind
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.commands.pipeline_input import id_named, place_of, refuse_given
from gateway.providers.talend.commands.pipelines_client import PipelinesClient
from gateway.providers.talend.commands.plans import PlanWriting
from gateway.providers.talend.commands.tasks import TaskWriting
from gateway.providers.talend.keys import TASK, Origin
from gateway.providers.talend.places import Places

_OF_TASKS = ("tags", "task")
_OF_PLANS = ("steps",)
_NO_STEPS = "A task of Talend has no steps."
_NO_TASK = "A plan of Talend has neither tags nor an artifact: it has `steps`."


class PipelineCommands:
    """Handlers, one for each command."""

    def __init__(self, client: TalendClient, writing: PipelinesClient, origin: Origin, places: Places) -> None:
        self._writing = writing
        self._origin = origin
        self._tasks = TaskWriting(writing, origin, places)
        self._plans = PlanWriting(client, writing, origin)

    def table(self) -> Commands:
        common = ("workspace", "description", *_OF_TASKS, *_OF_PLANS)
        return dict(
            (
                handling(CreatePipeline, self.create_pipeline, takes=("kind", *common)),
                handling(UpdatePipeline, self.update_pipeline, takes=("name", *common)),
                handling(ReplacePipeline, self.replace_pipeline, takes=common),
                handling(DeletePipeline, self.delete_pipeline),
                handling(PausePipeline, self.pause_pipeline, takes=("reason",)),
                handling(ResumePipeline, self.resume_pipeline, takes=("reason",)),
            )
        )

    async def create_pipeline(self, command: CreatePipeline) -> Changed:
        kind = command.kind
        if kind is None:
            raise self._needed("kind", "`kind` is needed: TASK or PLAN.")
        if kind not in (PipelineKind.TASK, PipelineKind.PLAN):
            message = f"Talend has no pipelines of kind {kind.name}: give TASK or PLAN. Nothing was done."
            raise NotSupportedError(message, provider=self._origin.provider, field="kind")
        self._check_fields(command, is_task=kind is PipelineKind.TASK)
        if command.workspace is None:
            raise self._needed("workspace", "`workspaceId` is needed: tasks and plans live in a workspace.")
        workspace = id_named(command.workspace, "workspace", self._origin)
        made = await (self._tasks if kind is PipelineKind.TASK else self._plans).create(command, workspace)
        return Changed(keys=(made.key,), values=(made,))

    async def update_pipeline(self, command: UpdatePipeline) -> Changed:
        """The vendor replaces whole objects. Who changes one at the same moment may lose."""
        kind, pipeline = place_of(command.pipeline, self._origin)
        self._check_fields(command, is_task=kind == TASK)
        if kind == TASK:
            await self._tasks.update(command, pipeline)
            return Changed(keys=(command.pipeline,))
        return Changed(keys=(command.pipeline,), values=(await self._plans.update(command, pipeline),))

    async def replace_pipeline(self, command: ReplacePipeline) -> Changed:
        kind, pipeline = place_of(command.pipeline, self._origin)
        self._check_fields(command, is_task=kind == TASK)
        if kind == TASK:
            await self._tasks.replace(command, pipeline)
            return Changed(keys=(command.pipeline,))
        return Changed(keys=(command.pipeline,), values=(await self._plans.replace(command, pipeline),))

    async def delete_pipeline(self, command: DeletePipeline) -> Changed:
        await self._writing.delete(*place_of(command.pipeline, self._origin))
        return Changed(keys=(command.pipeline,))

    async def pause_pipeline(self, command: PausePipeline) -> Changed:
        return await self._set_pause(command.pipeline, command.reason, pause=True)

    async def resume_pipeline(self, command: ResumePipeline) -> Changed:
        return await self._set_pause(command.pipeline, command.reason, pause=False)

    async def _set_pause(self, pipeline: PipelineKey, reason: str | None, *, pause: bool) -> Changed:
        body: JsonObject = {"pause": pause}
        if reason is not None:
            body["pauseContext"] = reason
        await self._writing.set_pause(*place_of(pipeline, self._origin), body)
        return Changed(keys=(pipeline,))

    def _check_fields(self, command: CreatePipeline | UpdatePipeline | ReplacePipeline, *, is_task: bool) -> None:
        refuse_given(command, _OF_PLANS if is_task else _OF_TASKS, _NO_STEPS if is_task else _NO_TASK, self._origin)

    def _needed(self, field: str, message: str) -> InvalidInputError:
        return InvalidInputError(message, provider=self._origin.provider, field=field)
