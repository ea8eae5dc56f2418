"""Filters, orders and lookups of executions."""

from datetime import datetime
from enum import Enum

import strawberry

from gateway.context import RequestContext
from gateway.domain.cursor import micros
from gateway.domain.execution import Execution, ExecutionQuery
from gateway.domain.keys import EnvironmentKey, PipelineKey, WorkspaceKey
from gateway.domain.provider import Provider
from schema.inputs.checks import check_span, chosen_providers, keys_of, not_empty, of_provider, texts
from schema.inputs.lookup import ExternalId
from schema.inputs.order import OrderDirection
from schema.types.enums import ExecutionKind, ProviderKind, RunStatus
from schema.types.view import argument, enum, input_type, one_of

MICROSECONDS = 1_000_000


class ExecutionOrderField(Enum):
    """What executions can be sorted by."""

    CREATED_AT = "created_at"
    STARTED_AT = "started_at"
    FINISHED_AT = "finished_at"
    UPDATED_AT = "updated_at"
    DURATION = "duration_s"


enum(
    ExecutionOrderField,
    CREATED_AT="When it was asked for.",
    STARTED_AT="When it began.",
    FINISHED_AT="When it ended.",
    UPDATED_AT="When it last changed.",
    DURATION="How long it took.",
)


@input_type
class ExecutionOrder:
    """Newest first costs nothing extra. Any other order reads every provider's whole list, up to 1,000 executions each; a
    provider with more is refused by name.
    """

    field: ExecutionOrderField = argument("By what. Executions without it come last.")
    direction: OrderDirection = argument("Which end first.", default=OrderDirection.ASC)

    @property
    def newest_first(self) -> bool:
        """Whether this is the order that lists of runs have anyway."""
        return self.field is ExecutionOrderField.CREATED_AT and self.direction is OrderDirection.DESC

    def value_of(self, execution: Execution) -> int | None:
        """What an execution is sorted by, in microseconds."""
        value = getattr(execution, self.field.value)
        if value is None:
            return None
        return micros(value) if isinstance(value, datetime) else round(value * MICROSECONDS)


@input_type
class PipelineExecutionFilter:
    """Which of a pipeline's executions. All given fields must match; a list matches any of its values."""

    statuses: list[RunStatus] | None = argument("In one of these states.", default=None)
    actors: list[str] | None = argument("Started by one of these: name, user name or mail address.", default=None)
    created_from: datetime | None = argument("Created at or after this.", default=None)
    created_to: datetime | None = argument("Created before this.", default=None)
    include_children: bool | None = argument("Also those that a plan's run has started.", default=None)

    def query(self, provider: Provider) -> ExecutionQuery:  # noqa: ARG002 other runs' filters differ by provider
        """Checked, as a domain value."""
        check_span(self.created_from, self.created_to)
        return ExecutionQuery(
            statuses=not_empty(self.statuses, "statuses"),
            actors=texts(self.actors, "actors"),
            created_from=self.created_from,
            created_to=self.created_to,
            include_children=bool(self.include_children),
        )


@input_type
class ExecutionFilter:
    """Which executions. All given fields must match; a list matches any of its values."""

    providers: list[str] | None = argument("Of these providers, by name.", default=None)
    kinds: list[ProviderKind] | None = argument("Of these vendors.", default=None)
    workspaces: list[strawberry.ID] | None = argument("In these workspaces.", default=None)
    environments: list[strawberry.ID] | None = argument(
        "In these environments. Narrows to the providers that have them.", default=None
    )
    pipelines: list[strawberry.ID] | None = argument("Of these pipelines.", default=None)
    execution_kinds: list[ExecutionKind] | None = argument("Of one of these kinds.", default=None)
    statuses: list[RunStatus] | None = argument("In one of these states.", default=None)
    actors: list[str] | None = argument("Started by one of these: name, user name or mail address.", default=None)
    created_from: datetime | None = argument("Created at or after this.", default=None)
    created_to: datetime | None = argument("Created before this.", default=None)
    include_children: bool | None = argument(
        "Also those that a plan's run has started, which otherwise hang under it only.", default=None
    )

    def queries(self, context: RequestContext) -> list[tuple[Provider, ExecutionQuery]]:
        """Whom to ask, and what; checked."""
        check_span(self.created_from, self.created_to)
        workspaces = keys_of(self.workspaces, WorkspaceKey, "workspaces")
        environments = keys_of(self.environments, EnvironmentKey, "environments")
        pipelines = keys_of(self.pipelines, PipelineKey, "pipelines")
        scopes = {"workspaces": workspaces, "environments": environments, "pipelines": pipelines}
        kinds, statuses = not_empty(self.execution_kinds, "executionKinds"), not_empty(self.statuses, "statuses")
        actors = texts(self.actors, "actors")
        return [
            (
                provider,
                ExecutionQuery(
                    workspaces=of_provider(workspaces, provider),
                    environments=of_provider(environments, provider),
                    pipelines=of_provider(pipelines, provider),
                    execution_kinds=kinds,
                    statuses=statuses,
                    actors=actors,
                    created_from=self.created_from,
                    created_to=self.created_to,
                    include_children=bool(self.include_children),
                ),
            )
            for provider in chosen_providers(context, self.providers, self.kinds, scopes)
        ]


@one_of
class ExecutionLookup:
    """How to find an execution: exactly one of these."""

    id: strawberry.ID | None = argument("Its global id.", default=strawberry.UNSET)
    external_id: ExternalId | None = argument("The vendor's own id.", default=strawberry.UNSET)
