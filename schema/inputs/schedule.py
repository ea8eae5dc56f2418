"""Filters of schedules."""

import strawberry

from gateway.context import RequestContext
from gateway.domain.keys import EnvironmentKey
from gateway.domain.provider import Provider
from gateway.domain.schedule import ScheduleQuery
from schema.inputs.checks import check_text, chosen_providers, keys_of, of_provider
from schema.types.enums import ProviderKind
from schema.types.view import argument, input_type


@input_type
class ScheduleFilter:
    """Which schedules. All given fields must match; a list matches any of its values."""

    providers: list[str] | None = argument("Of these providers, by name.", default=None)
    kinds: list[ProviderKind] | None = argument("Of these vendors.", default=None)
    environments: list[strawberry.ID] | None = argument("In these environments.", default=None)
    in_use: bool | None = argument("Only those that start a pipeline, or only those that start none.", default=None)
    description_contains: str | None = argument("A part of the description, ignoring case.", default=None)

    def queries(self, context: RequestContext) -> list[tuple[Provider, ScheduleQuery]]:
        """Whom to ask, and what; checked."""
        environments = keys_of(self.environments, EnvironmentKey, "environments")
        description = check_text(self.description_contains, "descriptionContains")
        return [
            (
                provider,
                ScheduleQuery(
                    environments=of_provider(environments, provider),
                    in_use=self.in_use,
                    description_contains=description,
                ),
            )
            for provider in chosen_providers(context, self.providers, self.kinds, {"environments": environments})
        ]
