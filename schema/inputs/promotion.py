"""Filters of promotions, and how one is to be carried out."""

import strawberry

from gateway.context import RequestContext
from gateway.domain.keys import EnvironmentKey
from gateway.domain.promotion import PromotionQuery
from gateway.domain.provider import Provider
from schema.inputs.checks import check_text, chosen_providers, keys_of, of_provider
from schema.types.enums import ProviderKind
from schema.types.view import argument, input_type, optional


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


@input_type
class PromotionOptionsInput:
    """What of the target environment stays as it is."""

    keep_target_resources: bool | None = optional("Whether resources that the target has stay as they are; false when left out.")
    keep_target_run_profiles: bool | None = optional(
        "Whether run profiles that the target has stay as they are; false when left out."
    )


@input_type
class PromotionScopeInput:
    """One thing that is promoted, with what it needs, in place of the whole environment."""

    item_id: strawberry.ID = argument("A workspace, a pipeline or an artifact of the source environment.")
