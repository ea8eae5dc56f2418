"""Filters, orders and lookups of pipelines."""

from enum import Enum

import strawberry

from gateway.context import RequestContext
from gateway.domain.cursor import micros
from gateway.domain.keys import EnvironmentKey, PipelineKey, ProjectKey, WorkspaceKey
from gateway.domain.pipeline import Pipeline, PipelineQuery
from gateway.domain.provider import Provider
from schema.inputs.checks import check_text, chosen_providers, keys_of, not_empty, of_provider
from schema.inputs.lookup import ExternalId
from schema.inputs.order import OrderDirection
from schema.types.enums import PipelineKind, ProviderKind
from schema.types.view import argument, enum, input_type, one_of


class PipelineOrderField(Enum):
    """What pipelines can be sorted by."""

    NAME = "name"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


enum(PipelineOrderField, NAME="Name, ignoring case.", CREATED_AT="When it was made.", UPDATED_AT="When it was last changed.")


@input_type
class PipelineOrder:
    """Sorting reads every provider's whole list, up to 1,000 pipelines each; a provider with more is refused by name."""

    field: PipelineOrderField = argument("By what. Pipelines without it come last.")
    direction: OrderDirection = argument("Which end first.", default=OrderDirection.ASC)

    @property
    def textual(self) -> bool:
        """Whether values are text, or numbers."""
        return self.field is PipelineOrderField.NAME

    def value_of(self, pipeline: Pipeline) -> str | int | None:
        """What a pipeline is sorted by."""
        value = getattr(pipeline, self.field.value)
        return value if value is None or isinstance(value, str) else micros(value)


@input_type
class PipelineFilter:
    """Which pipelines. All given fields must match; a list matches any of its values."""

    providers: list[str] | None = argument("Of these providers, by name.", default=None)
    kinds: list[ProviderKind] | None = argument("Of these vendors.", default=None)
    workspaces: list[strawberry.ID] | None = argument("In these workspaces.", default=None)
    projects: list[strawberry.ID] | None = argument("In these projects. Narrows to the providers that have them.", default=None)
    environments: list[strawberry.ID] | None = argument(
        "In these environments. Narrows to the providers that have them.", default=None
    )
    pipeline_kinds: list[PipelineKind] | None = argument("Made of this.", default=None)
    tasks: list[strawberry.ID] | None = argument(
        "Plans with one of these tasks in their steps. Narrows to the tasks' providers.", default=None
    )
    name_contains: str | None = argument("A part of the name, ignoring case.", default=None)
    repository_contains: str | None = argument("A part of the repository's address, ignoring case.", default=None)
    tags: list[str] | None = argument("With any of these tags.", default=None)
    archived: bool | None = argument("Only those put away, or only those in use.", default=None)

    def queries(self, context: RequestContext) -> list[tuple[Provider, PipelineQuery]]:
        """Whom to ask, and what; checked."""
        workspaces = keys_of(self.workspaces, WorkspaceKey, "workspaces")
        projects = keys_of(self.projects, ProjectKey, "projects")
        environments = keys_of(self.environments, EnvironmentKey, "environments")
        tasks = keys_of(self.tasks, PipelineKey, "tasks")
        scopes = {"workspaces": workspaces, "projects": projects, "environments": environments, "tasks": tasks}
        return [
            (
                provider,
                PipelineQuery(
                    workspaces=of_provider(workspaces, provider),
                    projects=of_provider(projects, provider),
                    name_contains=check_text(self.name_contains, "nameContains"),
                    repository_contains=check_text(self.repository_contains, "repositoryContains"),
                    tags=not_empty(self.tags, "tags"),
                    archived=self.archived,
                    pipeline_kinds=not_empty(self.pipeline_kinds, "pipelineKinds"),
                    environments=of_provider(environments, provider),
                    tasks=of_provider(tasks, provider),
                ),
            )
            for provider in chosen_providers(context, self.providers, self.kinds, scopes)
        ]


@input_type
class PipelineSlug:
    """A pipeline by its name in addresses."""

    provider: str = argument("The provider's name.")
    workspace: str | None = argument("The workspace's slug; may be left out where the provider has one workspace.", default=None)
    slug: str = argument("The pipeline's slug; at Codefresh the full name, like `shop/deploy`.")


@one_of
class PipelineLookup:
    """How to find a pipeline: exactly one of these."""

    id: strawberry.ID | None = argument("Its global id.", default=strawberry.UNSET)
    slug: PipelineSlug | None = argument("Its workspace and slug.", default=strawberry.UNSET)
    external_id: ExternalId | None = argument(
        "The vendor's own id. Not every vendor can find a pipeline by it.", default=strawberry.UNSET
    )
