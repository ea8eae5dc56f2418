"""A provider: one configured account of one vendor, as the rest of the gateway sees it: a name, facts and ports."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol

import msgspec

from gateway.domain.errors import Problem
from gateway.domain.keys import ProviderKey

if TYPE_CHECKING:
    from gateway.domain.agent import AgentReader, ClusterReader, QueueReader
    from gateway.domain.artifact import ArtifactReader
    from gateway.domain.build import BuildReader
    from gateway.domain.build_content import AnnotationReader, BuildArtifactReader
    from gateway.domain.commands.command import Commands
    from gateway.domain.data_connection import DataConnectionReader
    from gateway.domain.environment import EnvironmentReader
    from gateway.domain.execution import ExecutionReader
    from gateway.domain.execution_step import ExecutionStepReader
    from gateway.domain.free_call import FreeCalls
    from gateway.domain.image import ImageReader
    from gateway.domain.ingest import Ingest
    from gateway.domain.integration_context import IntegrationContextReader
    from gateway.domain.job import JobReader
    from gateway.domain.ledger import Forwarding
    from gateway.domain.pipeline import PipelineReader, PipelineRowReader
    from gateway.domain.project import ProjectReader
    from gateway.domain.promotion import PromotionReader
    from gateway.domain.run_configuration import RunConfigurationReader
    from gateway.domain.schedule import ScheduleReader
    from gateway.domain.template import Templates
    from gateway.domain.trigger import TriggerReader
    from gateway.domain.workspace import WorkspaceReader


class ProviderKind(Enum):
    """The vendor behind a provider."""

    BUILDKITE = "buildkite"
    CODEFRESH = "codefresh"
    TALEND = "talend"
    NUVO = "nuvo"
    DX = "dx"


class HealthStatus(Enum):
    """How a provider has answered lately."""

    UNKNOWN = "unknown"
    USABLE = "usable"
    DEGRADED = "degraded"
    DOWN = "down"


class ProviderHealth(msgspec.Struct, frozen=True):
    """What the last calls showed. It is observed, never asked for: reading it costs no upstream call."""

    status: HealthStatus = HealthStatus.UNKNOWN
    observed_at: datetime | None = None
    last_success_at: datetime | None = None
    last_failure: Problem | None = None


class RateLimit(msgspec.Struct, frozen=True):
    """One request window of the vendor, as its last answer told it."""

    scope: str
    limit: int
    remaining: int
    resets_at: datetime


class Capability(msgspec.Struct, frozen=True):
    """One thing this provider can give or do, with what it costs or cannot.

    `name` is the schema's word for it (`Build.jobs`, `builds`, `cancelRun`). `supported` false lists a thing that other
    providers have. `note` tells limits, the vendor's ordering, or which filters run in the gateway.
    """

    name: str
    supported: bool
    note: str | None = None


class Monitor(Protocol):
    """What a provider's transport has observed. Reading it never makes a call."""

    def health(self) -> ProviderHealth: ...
    def rate_limits(self) -> tuple[RateLimit, ...]: ...


class Provider(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """Ports are optional: None means that the vendor has no such thing, and asking costs no upstream call.

    A provider's runs are builds or executions, never both. `commands` is what it can be told to do, `templates` how
    records become commands, `calls` makes any other call to its host. `background` is work that goes
    on as long as the server does; `ingest` takes in runs that are reported to the gateway, `forwarding` tells how passing them on
    is going.
    """

    key: ProviderKey
    kind: ProviderKind
    url: str
    capabilities: tuple[Capability, ...]
    monitor: Monitor
    probe: Callable[[], Awaitable[None]]
    close: Callable[[], Awaitable[None]]
    workspaces: "WorkspaceReader | None" = None
    projects: "ProjectReader | None" = None
    pipelines: "PipelineReader | None" = None
    pipeline_rows: "PipelineRowReader | None" = None
    builds: "BuildReader | None" = None
    jobs: "JobReader | None" = None
    annotations: "AnnotationReader | None" = None
    build_artifacts: "BuildArtifactReader | None" = None
    agents: "AgentReader | None" = None
    clusters: "ClusterReader | None" = None
    queues: "QueueReader | None" = None
    triggers: "TriggerReader | None" = None
    images: "ImageReader | None" = None
    integration_contexts: "IntegrationContextReader | None" = None
    executions: "ExecutionReader | None" = None
    execution_steps: "ExecutionStepReader | None" = None
    environments: "EnvironmentReader | None" = None
    artifacts: "ArtifactReader | None" = None
    data_connections: "DataConnectionReader | None" = None
    promotions: "PromotionReader | None" = None
    schedules: "ScheduleReader | None" = None
    run_configurations: "RunConfigurationReader | None" = None
    commands: "Commands" = {}
    templates: "Templates" = {}
    calls: "FreeCalls | None" = None
    ingest: "Ingest | None" = None
    forwarding: "Callable[[], Awaitable[Forwarding]] | None" = None
    background: Callable[[], Coroutine[None, None, None]] | None = None

    @property
    def name(self) -> str:
        """The name the operator chose; part of every id."""
        return self.key.provider
