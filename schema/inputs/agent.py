"""Filters of agents and clusters."""

import strawberry

from gateway.context import RequestContext
from gateway.domain.agent import AgentQuery, ClusterQuery
from gateway.domain.keys import WorkspaceKey
from gateway.domain.provider import Provider
from schema.inputs.checks import check_text, chosen_providers, keys_of, of_provider
from schema.types.enums import ProviderKind
from schema.types.view import argument, input_type


@input_type
class AgentFilter:
    """Which agents. All given fields must match."""

    providers: list[str] | None = argument("Of these providers, by name.", default=None)
    kinds: list[ProviderKind] | None = argument("Of these vendors.", default=None)
    workspaces: list[strawberry.ID] | None = argument("In these workspaces.", default=None)
    name_contains: str | None = argument("A part of the name.", default=None)

    def queries(self, context: RequestContext) -> list[tuple[Provider, AgentQuery]]:
        """Whom to ask, and what; checked."""
        workspaces = keys_of(self.workspaces, WorkspaceKey, "workspaces")
        name = check_text(self.name_contains, "nameContains")
        return [
            (provider, AgentQuery(workspaces=of_provider(workspaces, provider), name_contains=name))
            for provider in chosen_providers(context, self.providers, self.kinds, {"workspaces": workspaces})
        ]


@input_type
class ClusterFilter:
    """Which clusters. All given fields must match."""

    providers: list[str] | None = argument("Of these providers, by name.", default=None)
    kinds: list[ProviderKind] | None = argument("Of these vendors.", default=None)
    workspaces: list[strawberry.ID] | None = argument("In these workspaces.", default=None)

    def queries(self, context: RequestContext) -> list[tuple[Provider, ClusterQuery]]:
        """Whom to ask, and what; checked."""
        workspaces = keys_of(self.workspaces, WorkspaceKey, "workspaces")
        return [
            (provider, ClusterQuery(workspaces=of_provider(workspaces, provider)))
            for provider in chosen_providers(context, self.providers, self.kinds, {"workspaces": workspaces})
        ]
