"""Filters of promotions."""

import strawberry

from gateway.context import RequestContext
from gateway.domain.keys import EnvironmentKey
from gateway.domain.promotion import PromotionQuery
from gateway.domain.provider import Provider
from schema.inputs.checks import check_text, chosen_providers, keys_of, of_provider
from schema.types.enums import ProviderKind
from schema.types.view import argument, input_type


@input_type
class PromotionFilter:
    """Which promotions. All given fields must match; a list matches any of its values."""

    providers: list[str] | None = argument("Of these providers, by name.", default=None)
    kinds: list[ProviderKind] | None = argument("Of these vendors.", default=None)
    source_environments: list[strawberry.ID] | None = argument("From one of these environments.", default=None)
    target_environments: list[strawberry.ID] | None = argument("To one of these environments.", default=None)
    name_contains: str | None = argument("A part of the name, ignoring case.", default=None)

    def queries(self, context: RequestContext) -> list[tuple[Provider, PromotionQuery]]:
        """Whom to ask, and what; checked."""
        sources = keys_of(self.source_environments, EnvironmentKey, "sourceEnvironments")
        targets = keys_of(self.target_environments, EnvironmentKey, "targetEnvironments")
        name = check_text(self.name_contains, "nameContains")
        scopes = {"sourceEnvironments": sources, "targetEnvironments": targets}
        return [
            (
                provider,
                PromotionQuery(
                    source_environments=of_provider(sources, provider),
                    target_environments=of_provider(targets, provider),
                    name_contains=name,
                ),
            )
            for provider in chosen_providers(context, self.providers, self.kinds, scopes)
        ]
