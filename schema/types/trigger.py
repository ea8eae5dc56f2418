"""Trigger: what starts a pipeline by itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import trigger as domain
from gateway.domain.errors import GatewayError
from gateway.domain.keys import PipelineKey
from gateway.domain.pipeline import Pipeline as PipelineValue
from gateway.domain.provider import Provider as ProviderValue
from gateway.loaders.fan_out import Getter, fan_out
from schema.resolvers.batched import Call, batched
from schema.resolvers.references import owning_provider, reference
from schema.types.node import Node
from schema.types.view import enum, field, view

if TYPE_CHECKING:
    from schema.types.pipeline import Pipeline
    from schema.types.provider import Provider

enum(
    domain.TriggerType,
    GIT="A change in a repository.",
    CRON="A timetable.",
    REGISTRY="An image pushed to a registry.",
    HELM="A chart pushed to a repository.",
    UNKNOWN="A sort the gateway does not know; see `nativeType`.",
)


@batched(PipelineValue)
async def triggers_of_pipelines(
    pipelines: Sequence[PipelineValue], call: Call
) -> Sequence[tuple[domain.Trigger, ...] | GatewayError]:
    def getter(provider: ProviderValue) -> Getter[PipelineKey, tuple[domain.Trigger, ...]] | None:
        port = provider.triggers
        return None if port is None else lambda keys: port.list_triggers(keys, call.want)

    keys = [pipeline.key for pipeline in pipelines]
    return await fan_out(keys, lambda key: key.provider, call.context.providers, getter, "triggers")


@view(domain.Trigger)
class Trigger(Node):
    """What starts a pipeline by itself. Webhook addresses and secrets are never read from the vendor."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is.", owning_provider)
    external_id: str = field("The vendor's own id.")
    pipeline: Annotated["Pipeline", strawberry.lazy("schema.types.pipeline")] | None = field(
        "What it starts.", reference(domain.Trigger, "pipeline")
    )
    type: domain.TriggerType = field("What it listens to.")
    native_type: str | None = field("In the vendor's word.")
    name: str | None = field("For people.")
    description: str | None = field("What it is for.")
    disabled: bool = field("Whether it is switched off.")
    events: list[str] = field("The vendor's words for what it listens to.")
    repository: str | None = field("The repository it watches.")
    branch_pattern: str | None = field("Which branches, as the vendor writes it.")
    cron_expression: str | None = field("Its timetable.")
    message: str | None = field("The text a timetable gives its runs.")
    event_uri: str | None = field("The vendor's address of the event.")
    integration_context: str | None = field("The name of the integration context it uses.")
    last_fired_at: datetime | None = field("When it last started a run.")
