"""Filters of environments."""

from gateway.context import RequestContext
from gateway.domain.environment import EnvironmentQuery
from gateway.domain.provider import Provider
from schema.inputs.checks import check_text, chosen_providers
from schema.types.enums import ProviderKind
from schema.types.view import argument, input_type


@input_type
class EnvironmentFilter:
    """Which environments. All given fields must match."""

    providers: list[str] | None = argument("Of these providers, by name.", default=None)
    kinds: list[ProviderKind] | None = argument("Of these vendors.", default=None)
    name_contains: str | None = argument("A part of the name, ignoring case.", default=None)

    def queries(self, context: RequestContext) -> list[tuple[Provider, EnvironmentQuery]]:
        """Whom to ask, and what; checked."""
        query = EnvironmentQuery(name_contains=check_text(self.name_contains, "nameContains"))
        return [(provider, query) for provider in chosen_providers(context, self.providers, self.kinds, {})]
