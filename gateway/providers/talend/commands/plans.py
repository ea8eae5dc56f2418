"""Plans, made and changed."""

from msgspec import UNSET

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.pipelines import CreatePipeline, ReplacePipeline, UpdatePipeline
from gateway.domain.errors import InvalidInputError, MalformedResponseError
from gateway.domain.pipeline import Pipeline
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.commands.pipeline_bodies import step_bodies
from gateway.providers.talend.commands.pipeline_input import id_named
from gateway.providers.talend.commands.pipelines_client import PipelinesClient
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.pipeline_mapping import to_written_plan
from gateway.providers.talend.pipeline_wire import Plan


class PlanWriting:
    """The vendor replaces a plan as a whole, and shows neither the conditions of its steps nor, surely, the plans that handle
    their errors: so the steps must be given whenever a plan is changed. Its answer to a write tells more than it does later.
    """

    def __init__(self, client: TalendClient, writing: PipelinesClient, origin: Origin) -> None:
        self._client = client
        self._writing = writing
        self._origin = origin

    async def create(self, command: CreatePipeline, workspace: str) -> Pipeline:
        body: JsonObject = {"name": command.name, "workspaceId": workspace, "steps": step_bodies(command.steps, self._origin)}
        if command.description is not None:
            body["description"] = command.description
        return to_written_plan(await self._writing.create_plan(body), None, self._origin)

    async def update(self, command: UpdatePipeline, plan: str) -> Pipeline:
        if command.steps is UNSET:
            message = (
                "`steps` is needed, all of them with their conditions and error handlers: Talend replaces a plan as a whole, and "
                "does not tell the conditions that would have to be sent back. Nothing was done."
            )
            raise InvalidInputError(message, provider=self._origin.provider, field="steps")
        steps = step_bodies(command.steps, self._origin)
        workspace = None if command.workspace is UNSET else id_named(command.workspace, "workspace", self._origin)
        there = await self._client.get_plan(plan)
        description = there.description if command.description is UNSET else command.description
        name = self._name_of(there) if command.name is UNSET else command.name
        body: JsonObject = {"name": name, "workspaceId": workspace or self._workspace_of(there), "steps": steps}
        return await self._replaced(there, plan, body, description)

    async def replace(self, command: ReplacePipeline, plan: str) -> Pipeline:
        """One read, for the workspace where none is given, and for the pause, which the answer does not tell."""
        steps = step_bodies(command.steps, self._origin)
        workspace = None if command.workspace is None else id_named(command.workspace, "workspace", self._origin)
        there = await self._client.get_plan(plan)
        body: JsonObject = {"name": command.name, "workspaceId": workspace or self._workspace_of(there), "steps": steps}
        return await self._replaced(there, plan, body, command.description)

    async def _replaced(self, there: Plan, plan: str, body: JsonObject, description: str | None) -> Pipeline:
        if description is not None:
            body["description"] = description
        return to_written_plan(await self._writing.replace_plan(plan, body), there.plan_pause_details, self._origin)

    def _name_of(self, plan: Plan) -> str:
        if not plan.name:
            message = "The provider does not tell the plan's name, which has to be sent back."
            raise MalformedResponseError(message, provider=self._origin.provider)
        return plan.name

    def _workspace_of(self, plan: Plan) -> str:
        if plan.workspace is None:
            message = "The provider does not tell the plan's workspace, which has to be sent back."
            raise MalformedResponseError(message, provider=self._origin.provider)
        return plan.workspace.id
