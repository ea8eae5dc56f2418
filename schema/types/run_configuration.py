"""RunConfiguration: where and how a pipeline's runs are executed."""

from collections.abc import Sequence

import strawberry

from gateway.domain import run_configuration as domain
from gateway.domain.errors import GatewayError
from gateway.domain.keys import PipelineKey
from gateway.domain.pipeline import Pipeline as PipelineValue
from gateway.domain.provider import Provider as ProviderValue
from gateway.loaders.fan_out import Getter, fan_out
from schema.resolvers.batched import Call, batched
from schema.types.runtime import Runtime
from schema.types.schedule_trigger import ScheduleTrigger
from schema.types.view import field, view


@batched(PipelineValue)
async def run_configurations_of_pipelines(
    pipelines: Sequence[PipelineValue], call: Call
) -> Sequence[domain.RunConfiguration | GatewayError | None]:
    def getter(provider: ProviderValue) -> Getter[PipelineKey, domain.RunConfiguration | None] | None:
        port = provider.run_configurations
        return None if port is None else lambda keys: port.run_configurations_of(keys, call.want)

    keys = [pipeline.key for pipeline in pipelines]
    return await fan_out(keys, lambda key: key.provider, call.context.providers, getter, "run configurations")


def timeout_seconds(configuration: strawberry.Parent[domain.RunConfiguration]) -> float | None:
    return configuration.timeout_s


@view(domain.RunConfiguration)
class RunConfiguration:
    """Where and how a pipeline's runs are executed."""

    trigger: ScheduleTrigger | None = field("When it starts by itself; null where its schedule has several triggers.")
    has_many_triggers: bool = field("Whether its timetable has several triggers, which only its schedule shows.")
    runtime: Runtime | None = field("Where it runs.")
    parallel_runs_allowed: bool | None = field("Whether a run may start while another one is under way.")
    log_level: str | None = field("How much it logs, in the vendor's word.")
    run_as: str | None = field("The user of the engine's machine that it runs as.")
    timeout_seconds: float | None = field("How long a run may take.", timeout_seconds)
    deployment_strategy: str | None = field("How a new version takes over on a cluster, in the vendor's word.")
    lineage: bool | None = field("Whether it records where data comes from and goes to.")
    microservice_port: str | None = field("The port that it listens on, where it is a service.")
