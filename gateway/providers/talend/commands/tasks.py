"""Tasks, made and changed."""

from msgspec import UNSET

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.pipelines import CreatePipeline, ReplacePipeline, TaskContent, UpdatePipeline
from gateway.domain.errors import InvalidInputError
from gateway.domain.pipeline import Pipeline
from gateway.providers.talend.commands.pipeline_bodies import set_content, task_as_sent
from gateway.providers.talend.commands.pipeline_input import id_named
from gateway.providers.talend.commands.pipeline_places import environment_of
from gateway.providers.talend.commands.pipelines_client import PipelinesClient
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.pipeline_mapping import to_task
from gateway.providers.talend.places import Places


class TaskWriting:
    def __init__(self, writing: PipelinesClient, origin: Origin, places: Places) -> None:
        self._writing = writing
        self._origin = origin
        self._places = places

    async def create(self, command: CreatePipeline, workspace: str) -> Pipeline:
        """Its environment is that of its workspace, which costs a read."""
        body = self._body(command.name, command.description, command.tags, command.task)
        body |= {
            "workspaceId": workspace,
            "environmentId": await environment_of(workspace, "workspace", self._places, self._origin),
        }
        return to_task(await self._writing.create_task(body), self._origin)

    async def update(self, command: UpdatePipeline, task: str) -> None:
        workspace = None if command.workspace is UNSET else id_named(command.workspace, "workspace", self._origin)
        content = TaskContent() if command.task is UNSET else command.task
        set_content({"artifact": {}}, content, self._origin)  # what is wrong in it is told before anything is read
        # ASSUMED: a task shows its parameters as they are; disproved by one that shows a mask, which would be sent back.
        there = task_as_sent(await self._writing.read_task(task), self._origin)
        body = dict(there)
        if command.name is not UNSET:
            body["name"] = command.name
        if command.description is not UNSET:
            body["description"] = command.description or ""
        if command.tags is not UNSET:
            body["tags"] = list(command.tags)
        if workspace is not None:
            body["workspaceId"] = workspace
        set_content(body, content, self._origin)
        if body != there:
            await self._writing.replace_task(task, body)

    async def replace(self, command: ReplacePipeline, task: str) -> None:
        """Where no workspace is given it stays in its own, which costs a read."""
        body = self._body(command.name, command.description, command.tags, command.task)
        if command.workspace is not None:
            body["workspaceId"] = id_named(command.workspace, "workspace", self._origin)
        else:
            body["workspaceId"] = task_as_sent(await self._writing.read_task(task), self._origin)["workspaceId"]
        await self._writing.replace_task(task, body)

    def _body(self, name: str, description: str | None, tags: tuple[str, ...], content: TaskContent | None) -> JsonObject:
        if content is None:
            message = "`task` is needed: which artifact it runs, in which version."
            raise InvalidInputError(message, provider=self._origin.provider, field="task")
        # A description is documented as optional where a task is made and as required where it is replaced.
        body: JsonObject = {"name": name, "description": description or ""}
        if tags:
            body["tags"] = list(tags)
        set_content(body, content, self._origin)
        return body
