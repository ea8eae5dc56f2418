"""Run configuration: where and how a pipeline's runs are executed."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Want
from gateway.domain.runtime import Runtime
from gateway.domain.schedule import ScheduleTrigger


class RunConfiguration(msgspec.Struct, frozen=True, kw_only=True):
    """How a pipeline is run. Words (`log_level`, `deployment_strategy`) are the vendor's; `timeout_s` in seconds.

    `has_many_triggers` when its timetable has several triggers, which only the schedule shows.
    """

    trigger: ScheduleTrigger | None = None
    has_many_triggers: bool = False
    runtime: Runtime | None = None
    parallel_runs_allowed: bool | None = None
    log_level: str | None = None
    run_as: str | None = None
    timeout_s: float | None = None
    deployment_strategy: str | None = None
    lineage: bool | None = None
    microservice_port: str | None = None


class RunConfigurationReader(Protocol):
    """Reads run configurations of one provider."""

    async def run_configurations_of(
        self, pipelines: Sequence[PipelineKey], want: Want
    ) -> Sequence[RunConfiguration | GatewayError | None]:
        """How each pipeline is run; None when it is not configured. At most one call each."""
        ...
