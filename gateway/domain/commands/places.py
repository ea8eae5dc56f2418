"""Commands about environments and workspaces."""

from typing import ClassVar

from msgspec import UNSET, UnsetType

from gateway.domain.commands.command import Command
from gateway.domain.keys import EnvironmentKey, WorkspaceKey


class CreateEnvironment(Command, frozen=True, kw_only=True):
    """Creates an environment with a first workspace in it."""

    mutation: ClassVar[str] = "createEnvironment"

    provider: str
    name: str
    workspace_name: str
    description: str | None = None
    owner: str | None = None
    max_cloud_containers: int | None = None


class UpdateEnvironment(Command, frozen=True, kw_only=True):
    """Changes parts of an environment. UNSET stays as it is, None empties."""

    mutation: ClassVar[str] = "updateEnvironment"
    subject_field: ClassVar[str] = "environment"

    environment: EnvironmentKey
    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    max_cloud_containers: int | UnsetType = UNSET


class DeleteEnvironment(Command, frozen=True, kw_only=True):
    """Removes an environment and everything in it for good."""

    mutation: ClassVar[str] = "deleteEnvironment"
    subject_field: ClassVar[str] = "environment"
    destroys: ClassVar[bool] = True

    environment: EnvironmentKey


class CreateWorkspace(Command, frozen=True, kw_only=True):
    """Creates a workspace in an environment. `owner` is the vendor's name of a user."""

    mutation: ClassVar[str] = "createWorkspace"
    subject_field: ClassVar[str] = "environment"

    environment: EnvironmentKey
    name: str
    description: str | None = None
    owner: str | None = None


class UpdateWorkspace(Command, frozen=True, kw_only=True):
    """Changes parts of a workspace. UNSET stays as it is, None empties."""

    mutation: ClassVar[str] = "updateWorkspace"
    subject_field: ClassVar[str] = "workspace"

    workspace: WorkspaceKey
    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    owner: str | UnsetType = UNSET
    protected_artifacts: bool | UnsetType = UNSET


class DeleteWorkspace(Command, frozen=True, kw_only=True):
    """Removes a workspace and everything in it for good."""

    mutation: ClassVar[str] = "deleteWorkspace"
    subject_field: ClassVar[str] = "workspace"
    destroys: ClassVar[bool] = True

    workspace: WorkspaceKey
