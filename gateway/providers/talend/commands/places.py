"""Environments and workspaces are created, changed and removed.

Neither can be read alone: where what is there must be known, the list is read.
"""

from collections.abc import Iterable
from typing import TypeVar

from msgspec import UNSET, UnsetType

from gateway.domain.commands.command import Changed, Commands, JsonObject, handling
from gateway.domain.commands.places import (
    CreateEnvironment,
    CreateWorkspace,
    DeleteEnvironment,
    DeleteWorkspace,
    UpdateEnvironment,
    UpdateWorkspace,
)
from gateway.domain.errors import ConflictError, GatewayError, InvalidInputError, NotSupportedError
from gateway.domain.keys import EnvironmentKey, WorkspaceKey
from gateway.domain.page import RowFault
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.commands.bodies import differs, emptied, own_id, without_nothing
from gateway.providers.talend.commands.definitions_client import DefinitionsClient
from gateway.providers.talend.commands.refusals import names_are_taken, use_is_a_conflict
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.mapping import to_created_workspace, to_environment
from gateway.providers.talend.places import Places
from gateway.providers.talend.wire import EnvironmentInfo, WorkspaceInfo

P = TypeVar("P", EnvironmentInfo, WorkspaceInfo)

CUSTOM = "custom"


class PlaceCommands:
    """Handlers, one for each command."""

    def __init__(self, client: TalendClient, definitions: DefinitionsClient, origin: Origin, places: Places) -> None:
        self._client = client
        self._definitions = definitions
        self._origin = origin
        self._places = places

    def table(self) -> Commands:
        return dict(
            (
                handling(CreateEnvironment, self.create_environment, takes=("description", "owner", "max_cloud_containers")),
                handling(UpdateEnvironment, self.update_environment, takes=("name", "description", "max_cloud_containers")),
                handling(DeleteEnvironment, self.delete_environment),
                handling(CreateWorkspace, self.create_workspace, takes=("description", "owner")),
                handling(UpdateWorkspace, self.update_workspace, takes=("name", "description", "owner", "protected_artifacts")),
                handling(DeleteWorkspace, self.delete_workspace),
            )
        )

    async def create_environment(self, command: CreateEnvironment) -> Changed:
        """With a workspace, whose id the vendor does not tell."""
        _check_containers(command.max_cloud_containers)
        body = without_nothing(
            {
                "name": command.name,
                "workspaceName": command.workspace_name,
                "description": command.description,
                "owner": command.owner,
                "maxCloudContainers": command.max_cloud_containers,
            }
        )
        with self._places.changing(), names_are_taken():
            row = await self._definitions.create_environment(body)
        created = to_environment(row, self._origin)
        return Changed(keys=(created.key,), values=(created,))

    async def update_environment(self, command: UpdateEnvironment) -> Changed:
        """The vendor wants the name in any case. Who changes it at the same moment may lose."""
        _check_containers(command.max_cloud_containers)
        environment = self._environment(command.environment)
        row = _found((await self._client.list_environments()).rows, environment, self._origin.absent("environment"))
        present: JsonObject = {"name": row.name, "description": row.description, "maxCloudContainers": row.max_cloud_containers}
        given = {
            "name": command.name,
            "description": emptied(command.description),
            "maxCloudContainers": command.max_cloud_containers,
        }
        wanted = present | {name: value for name, value in given.items() if value is not UNSET}
        if differs(wanted, present):
            with self._places.changing(), names_are_taken():
                await self._definitions.update_environment(environment, without_nothing(wanted))
        return Changed(keys=(command.environment,))

    async def delete_environment(self, command: DeleteEnvironment) -> Changed:
        """Engines that are assigned to it and promotions that refer to it are told with 400 or 403."""
        environment = self._environment(command.environment)
        with self._places.changing(), use_is_a_conflict():
            await self._definitions.delete_environment(environment)
        return Changed(keys=(command.environment,))

    async def create_workspace(self, command: CreateWorkspace) -> Changed:
        environment = self._environment(command.environment)
        body = without_nothing(
            {
                "name": command.name,
                "environmentId": environment,
                "description": command.description,
                "owner": command.owner,
            }
        )
        try:
            with self._places.changing(), names_are_taken():
                row = await self._definitions.create_workspace(body)
        except InvalidInputError:
            # 404 is not among the documented answers: an unknown environment may be a bad argument.
            if await self._places.has_environment(environment):
                raise
            raise self._origin.absent("environment") from None
        created = to_created_workspace(row, self._origin)
        return Changed(keys=(created.key,), values=(created,))

    async def update_workspace(self, command: UpdateWorkspace) -> Changed:
        """The vendor wants the name in any case, and takes the protection away unless it is told again."""
        workspace = self._workspace(command.workspace)
        rows = (await self._client.list_workspaces()).rows
        row = _found(rows, workspace, self._origin.absent("workspace"))
        present: JsonObject = {
            "name": row.name,
            "description": row.description,
            "owner": row.owner,
            "protectedArtifactUpdate": row.protected_artifact_update,
        }
        given = {
            "name": command.name,
            "description": emptied(command.description),
            "owner": command.owner,
            "protectedArtifactUpdate": command.protected_artifacts,
        }
        wanted = present | {name: value for name, value in given.items() if value is not UNSET}
        if wanted["name"] != row.name and _is_taken(wanted["name"], row, rows):
            raise ConflictError(f"Its environment has a workspace named {wanted['name']!r} already.", field="name")
        if differs(wanted, present):
            with self._places.changing():
                await self._definitions.update_workspace(workspace, without_nothing(wanted))
        return Changed(keys=(command.workspace,))

    async def delete_workspace(self, command: DeleteWorkspace) -> Changed:
        workspace = self._workspace(command.workspace)
        row = _found((await self._client.list_workspaces()).rows, workspace, self._origin.absent("workspace"))
        if row.type is not None and row.type.lower() != CUSTOM:
            message = f"Talend deletes custom workspaces only, and this one is {row.type.lower()}. Nothing was done."
            raise NotSupportedError(message, provider=self._origin.provider, field="workspace")
        with self._places.changing():
            await self._definitions.delete_workspace(workspace)
        return Changed(keys=(command.workspace,))

    def _environment(self, environment: EnvironmentKey) -> str:
        return own_id(environment, self._origin, "environment", "environment")

    def _workspace(self, workspace: WorkspaceKey) -> str:
        return own_id(workspace, self._origin, "workspace", "workspace")


def _check_containers(count: int | UnsetType | None) -> None:
    if isinstance(count, int) and count < 0:
        raise InvalidInputError("`maxCloudContainers` must be 0 or more.", field="max_cloud_containers")


def _found(rows: Iterable[P | RowFault], wanted: str, absent: GatewayError) -> P:
    for row in rows:
        if row.id == wanted:
            if isinstance(row, RowFault):
                raise row.error
            return row
    raise absent


def _is_taken(name: str, workspace: WorkspaceInfo, rows: Iterable[WorkspaceInfo | RowFault]) -> bool:
    """Whether another workspace of the same environment has it. What the vendor says of this is not documented."""
    home = workspace.environment.id if workspace.environment is not None else None
    others = (row for row in rows if isinstance(row, WorkspaceInfo) and row.id != workspace.id and row.environment is not None)
    return any(row.name == name and row.environment.id == home for row in others if row.environment is not None)
