"""Filters and orders of projects."""

from enum import Enum

import strawberry

from gateway.context import RequestContext
from gateway.domain.cursor import micros
from gateway.domain.keys import WorkspaceKey
from gateway.domain.project import Project, ProjectQuery
from gateway.domain.provider import Provider
from schema.inputs.checks import check_text, chosen_providers, keys_of, not_empty, of_provider
from schema.inputs.order import OrderDirection
from schema.types.enums import ProviderKind
from schema.types.view import argument, enum, input_type


class ProjectOrderField(Enum):
    """What projects can be sorted by."""

    NAME = "name"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


enum(ProjectOrderField, NAME="Name, ignoring case.", CREATED_AT="When it was made.", UPDATED_AT="When it was last changed.")


@input_type
class ProjectOrder:
    """Sorting reads every provider's whole list, up to 1,000 projects each; a provider with more is refused by name."""

    field: ProjectOrderField = argument("By what. Projects without it come last.")
    direction: OrderDirection = argument("Which end first.", default=OrderDirection.ASC)

    @property
    def textual(self) -> bool:
        """Whether values are text, or numbers."""
        return self.field is ProjectOrderField.NAME

    def value_of(self, project: Project) -> str | int | None:
        """What a project is sorted by."""
        value = getattr(project, self.field.value)
        return value if value is None or isinstance(value, str) else micros(value)


@input_type
class ProjectFilter:
    """Which projects. All given fields must match; a list matches any of its values."""

    providers: list[str] | None = argument("Of these providers, by name.", default=None)
    kinds: list[ProviderKind] | None = argument("Of these vendors.", default=None)
    workspaces: list[strawberry.ID] | None = argument("In these workspaces.", default=None)
    name_contains: str | None = argument("A part of the name, ignoring case.", default=None)
    tags: list[str] | None = argument("With any of these tags.", default=None)

    def queries(self, context: RequestContext) -> list[tuple[Provider, ProjectQuery]]:
        """Whom to ask, and what; checked."""
        workspaces = keys_of(self.workspaces, WorkspaceKey, "workspaces")
        name = check_text(self.name_contains, "nameContains")
        return [
            (
                provider,
                ProjectQuery(workspaces=of_provider(workspaces, provider), name_contains=name, tags=not_empty(self.tags, "tags")),
            )
            for provider in chosen_providers(context, self.providers, self.kinds, {"workspaces": workspaces})
        ]
