"""Filters of workspaces."""

import strawberry

from gateway.context import RequestContext
from gateway.domain.keys import EnvironmentKey
from gateway.domain.provider import Provider
from gateway.domain.workspace import WorkspaceQuery
from schema.inputs.checks import check_text, chosen_providers, keys_of, of_provider
from schema.types.enums import ProviderKind
from schema.types.view import argument, input_type


@input_type
class WorkspaceFilter:
    """Which workspaces. All given fields must match."""

    providers: list[str] | None = argument("Of these providers, by name.", default=None)
    kinds: list[ProviderKind] | None = argument("Of these vendors.", default=None)
    environments: list[strawberry.ID] | None = argument(
        "In these environments. Narrows to the providers that have them.", default=None
    )
    name_contains: str | None = argument("A part of the name, ignoring case.", default=None)

    def queries(self, context: RequestContext) -> list[tuple[Provider, WorkspaceQuery]]:
        """Whom to ask, and what; checked."""
        environments = keys_of(self.environments, EnvironmentKey, "environments")
        name = check_text(self.name_contains, "nameContains")
        return [
            (provider, WorkspaceQuery(name_contains=name, environments=of_provider(environments, provider)))
            for provider in chosen_providers(context, self.providers, self.kinds, {"environments": environments})
        ]
