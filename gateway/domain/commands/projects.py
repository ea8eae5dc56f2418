"""Commands about projects."""

from typing import ClassVar

from msgspec import UNSET, UnsetType

from gateway.domain.commands.command import Command, JsonObject, Variable
from gateway.domain.keys import ProjectKey


class CreateProject(Command, frozen=True, kw_only=True):
    """Creates a project. `owner` is the vendor's id or name of a user; `repository_url` is where its source lies."""

    mutation: ClassVar[str] = "createProject"

    provider: str
    name: str
    description: str | None = None
    owner: str | None = None
    repository_url: str | None = None
    tags: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()
    vendor_options: JsonObject | None = None


class UpdateProject(Command, frozen=True, kw_only=True):
    """Changes parts of a project. UNSET stays as it is; a list replaces the list that is there."""

    mutation: ClassVar[str] = "updateProject"
    subject_field: ClassVar[str] = "project"

    project: ProjectKey
    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    owner: str | UnsetType = UNSET
    repository_url: str | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    variables: tuple[Variable, ...] | UnsetType = UNSET
    vendor_options: JsonObject | None = None


class DeleteProject(Command, frozen=True, kw_only=True):
    """Removes a project for good."""

    mutation: ClassVar[str] = "deleteProject"
    subject_field: ClassVar[str] = "project"
    destroys: ClassVar[bool] = True

    project: ProjectKey
