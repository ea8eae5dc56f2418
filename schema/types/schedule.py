"""Schedule: when a pipeline starts by itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import schedule as domain
from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.keys import PipelineKey
from gateway.domain.pipeline import Pipeline as PipelineValue
from gateway.domain.provider import Provider as ProviderValue
from gateway.loaders.fan_out import Getter, fan_out
from schema.resolvers.batched import Call, batched
from schema.resolvers.references import owning_provider, reference
from schema.types.environment import Environment
from schema.types.node import Node
from schema.types.schedule_trigger import ScheduleTrigger
from schema.types.view import field, view

if TYPE_CHECKING:
    from schema.types.pipeline import Pipeline
    from schema.types.provider import Provider

MAX_NEXT_RUNS = 100
HowMany = Annotated[int, strawberry.argument(description=f"How many, from 1 to {MAX_NEXT_RUNS}.")]
Until = Annotated[
    datetime | None, strawberry.argument(description="Only those up to this moment; the provider's own horizon when left out.")
]


@view(domain.ScheduledRun)
class ScheduledRun:
    """A run that will start by itself, unless something is changed before."""

    at: datetime = field("When.")
    trigger: str | None = field("The name of the trigger that will start it, where there are several.")


@batched(PipelineValue)
async def schedules_of_pipelines(pipelines: Sequence[PipelineValue], call: Call) -> Sequence[domain.Schedule | GatewayError | None]:
    def getter(provider: ProviderValue) -> Getter[PipelineKey, domain.Schedule | None] | None:
        port = provider.schedules
        return None if port is None else lambda keys: port.schedules_of(keys, call.want)

    keys = [pipeline.key for pipeline in pipelines]
    return await fan_out(keys, lambda key: key.provider, call.context.providers, getter, "schedules")


@batched(domain.Schedule)
async def next_runs(
    schedules: Sequence[domain.Schedule], call: Call, first: HowMany = 10, until: Until = None
) -> Sequence[tuple[domain.ScheduledRun, ...] | GatewayError]:
    if not 1 <= first <= MAX_NEXT_RUNS:
        raise InvalidInputError(f"`first` must be from 1 to {MAX_NEXT_RUNS}, not {first}.", field="first")

    def getter(provider: ProviderValue) -> Getter[domain.Schedule, tuple[domain.ScheduledRun, ...]] | None:
        port = provider.schedules
        return None if port is None else lambda group: port.next_runs(group, first, until)

    return await fan_out(schedules, lambda each: each.key.provider, call.context.providers, getter, "schedules")


@view(domain.Schedule)
class Schedule(Node):
    """When a pipeline starts by itself: all its triggers together."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is.", owning_provider)
    external_id: str = field("The vendor's own id.")
    description: str | None = field("What it is for.")
    environment: Environment | None = field("The environment it is in.", reference(domain.Schedule, "environment"))
    pipeline: Annotated["Pipeline", strawberry.lazy("schema.types.pipeline")] | None = field(
        "What it starts; null while it is not in use.", reference(domain.Schedule, "pipeline")
    )
    triggers: list[ScheduleTrigger] = field("Its timetables.")
    next_runs: list[ScheduledRun] | None = field(
        "What it will start next, soonest first. Costs a call for each schedule.", next_runs
    )
