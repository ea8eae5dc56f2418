"""Which port finds a thing again by its key: the one table behind `node`, `nodes` and every reference between types."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from gateway.domain.keys import (
    AgentKey,
    AnnotationKey,
    ArtifactKey,
    BuildArtifactKey,
    BuildKey,
    ClusterKey,
    DataConnectionKey,
    DeliveryKey,
    DestinationKey,
    EnvironmentKey,
    ExecutionKey,
    ExecutionStepKey,
    ImageKey,
    IntegrationContextKey,
    JobKey,
    Key,
    PipelineKey,
    ProjectKey,
    PromotionKey,
    ProviderKey,
    QueueKey,
    ScheduleKey,
    TriggerKey,
    WorkspaceKey,
)  # fmt: skip
from gateway.domain.page import Want
from gateway.domain.pipeline import ROW_FIELDS
from gateway.domain.provider import Provider

NodeGetter = Callable[[Sequence[Any], frozenset[str]], Awaitable[Sequence[Any]]]
"""(keys of one provider and one type, wanted fields) -> a value or a GatewayError for each."""


def node_getter(provider: Provider, key_type: type[Key]) -> NodeGetter | None:
    """None when the provider has no such thing."""
    port, method = PORTS[key_type]
    reader = getattr(provider, port)
    return None if reader is None else getattr(reader, method)


PORTS: dict[type[Key], tuple[str, str]] = {
    WorkspaceKey: ("workspaces", "get_workspaces"),
    ProjectKey: ("projects", "get_projects"),
    PipelineKey: ("pipelines", "get_pipelines"),
    BuildKey: ("builds", "get_builds"),
    JobKey: ("jobs", "get_jobs"),
    AnnotationKey: ("annotations", "get_annotations"),
    BuildArtifactKey: ("build_artifacts", "get_build_artifacts"),
    AgentKey: ("agents", "get_agents"),
    ClusterKey: ("clusters", "get_clusters"),
    QueueKey: ("queues", "get_queues"),
    TriggerKey: ("triggers", "get_triggers"),
    ImageKey: ("images", "get_images"),
    IntegrationContextKey: ("integration_contexts", "get_integration_contexts"),
    ExecutionKey: ("executions", "get_executions"),
    ExecutionStepKey: ("execution_steps", "get_execution_steps"),
    EnvironmentKey: ("environments", "get_environments"),
    ArtifactKey: ("artifacts", "get_artifacts"),
    DataConnectionKey: ("data_connections", "get_data_connections"),
    PromotionKey: ("promotions", "get_promotions"),
    ScheduleKey: ("schedules", "get_schedules"),
}
ROWS: dict[type[Key], tuple[str, str, frozenset[str]]] = {
    PipelineKey: ("pipeline_rows", "get_pipeline_rows", ROW_FIELDS),
}
"""Key -> (port, method, fields): rows of lists, at vendors that have the port, where no other fields are wanted."""


def row_getter(provider: Provider, key_type: type[Key], want: Want) -> NodeGetter | None:
    """None when the thing itself has to be read."""
    if not want or key_type not in ROWS:
        return None
    port, method, fields = ROWS[key_type]
    reader = getattr(provider, port) if want <= fields else None
    return None if reader is None else getattr(reader, method)


NOT_READ = frozenset({ProviderKey, DestinationKey, DeliveryKey})
"""Keys whose values the gateway holds itself."""
