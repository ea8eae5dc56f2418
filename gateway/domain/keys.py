"""Natural identities: which thing, of which configured provider. `parts` mean something to that provider only.

A key holds what it takes to find the thing again and to notice that another one has taken its place. What only makes
finding cheaper (a build's creation time) may be a part too, but then every value of that thing must carry it, because
two keys of one thing would be two nodes.
"""

from typing import ClassVar

import msgspec


class Key(msgspec.Struct, frozen=True):
    """Base of all keys; compared and hashed by type, provider and parts."""

    typename: ClassVar[str]

    provider: str
    parts: tuple[str, ...]


class ProviderKey(Key, frozen=True):
    """A configured account; `parts` is empty."""

    typename: ClassVar[str] = "Provider"


class WorkspaceKey(Key, frozen=True):
    typename: ClassVar[str] = "Workspace"


class ProjectKey(Key, frozen=True):
    typename: ClassVar[str] = "Project"


class PipelineKey(Key, frozen=True):
    typename: ClassVar[str] = "Pipeline"


class BuildKey(Key, frozen=True):
    typename: ClassVar[str] = "Build"


class JobKey(Key, frozen=True):
    typename: ClassVar[str] = "Job"


class AnnotationKey(Key, frozen=True):
    typename: ClassVar[str] = "Annotation"


class BuildArtifactKey(Key, frozen=True):
    typename: ClassVar[str] = "BuildArtifact"


class AgentKey(Key, frozen=True):
    typename: ClassVar[str] = "Agent"


class ClusterKey(Key, frozen=True):
    typename: ClassVar[str] = "Cluster"


class QueueKey(Key, frozen=True):
    typename: ClassVar[str] = "Queue"


class TriggerKey(Key, frozen=True):
    typename: ClassVar[str] = "Trigger"


class ImageKey(Key, frozen=True):
    typename: ClassVar[str] = "Image"


class IntegrationContextKey(Key, frozen=True):
    typename: ClassVar[str] = "IntegrationContext"


class ExecutionKey(Key, frozen=True):
    typename: ClassVar[str] = "Execution"


class ExecutionStepKey(Key, frozen=True):
    typename: ClassVar[str] = "ExecutionStep"


class EnvironmentKey(Key, frozen=True):
    typename: ClassVar[str] = "Environment"


class ArtifactKey(Key, frozen=True):
    typename: ClassVar[str] = "Artifact"


class DataConnectionKey(Key, frozen=True):
    typename: ClassVar[str] = "DataConnection"


class PromotionKey(Key, frozen=True):
    typename: ClassVar[str] = "Promotion"


class ScheduleKey(Key, frozen=True):
    typename: ClassVar[str] = "Schedule"


class DestinationKey(Key, frozen=True):
    """`parts` are the gateway's own id of it."""

    typename: ClassVar[str] = "Destination"


class DeliveryKey(Key, frozen=True):
    """`parts` are the destination's id and the record's position in it."""

    typename: ClassVar[str] = "Delivery"


KEY_TYPES: dict[str, type[Key]] = {
    key_type.typename: key_type
    for key_type in (
        ProviderKey, WorkspaceKey, ProjectKey, PipelineKey, BuildKey, JobKey, AnnotationKey, BuildArtifactKey,
        AgentKey, ClusterKey, QueueKey, TriggerKey, ImageKey, IntegrationContextKey, ExecutionKey, ExecutionStepKey,
        EnvironmentKey, ArtifactKey, DataConnectionKey, PromotionKey, ScheduleKey, DestinationKey, DeliveryKey,
    )
}  # fmt: skip
