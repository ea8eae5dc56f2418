"""Filters of data connections."""

import strawberry

from gateway.context import RequestContext
from gateway.domain.data_connection import DataConnectionQuery
from gateway.domain.keys import EnvironmentKey, WorkspaceKey
from gateway.domain.provider import Provider
from schema.inputs.checks import check_text, chosen_providers, keys_of, not_empty, of_provider
from schema.types.enums import ProviderKind
from schema.types.view import argument, input_type


@input_type
class DataConnectionFilter:
    """Which data connections. All given fields must match; a list matches any of its values."""

    providers: list[str] | None = argument("Of these providers, by name.", default=None)
    kinds: list[ProviderKind] | None = argument("Of these vendors.", default=None)
    workspaces: list[strawberry.ID] | None = argument("In these workspaces.", default=None)
    environments: list[strawberry.ID] | None = argument("In these environments.", default=None)
    apps: list[str] | None = argument("To one of these kinds of system, in the vendor's words.", default=None)
    name_contains: str | None = argument("A part of the name, ignoring case.", default=None)

    def queries(self, context: RequestContext) -> list[tuple[Provider, DataConnectionQuery]]:
        """Whom to ask, and what; checked."""
        workspaces = keys_of(self.workspaces, WorkspaceKey, "workspaces")
        environments = keys_of(self.environments, EnvironmentKey, "environments")
        apps, name = not_empty(self.apps, "apps"), check_text(self.name_contains, "nameContains")
        scopes = {"workspaces": workspaces, "environments": environments}
        return [
            (
                provider,
                DataConnectionQuery(
                    workspaces=of_provider(workspaces, provider),
                    environments=of_provider(environments, provider),
                    apps=apps,
                    name_contains=name,
                ),
            )
            for provider in chosen_providers(context, self.providers, self.kinds, scopes)
        ]
