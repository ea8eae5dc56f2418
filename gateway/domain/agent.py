"""The machines that run builds: agents, and the clusters and queues they stand in."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import AgentKey, ClusterKey, JobKey, QueueKey, WorkspaceKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.run import Actor


class AgentStatus(Enum):
    """Whether an agent can take work."""

    CONNECTED = "connected"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    LOST = "lost"
    UNKNOWN = "unknown"


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """A machine, or process on one, that runs jobs."""

    key: AgentKey
    external_id: str
    name: str
    status: AgentStatus
    native_status: str | None = None
    workspace: WorkspaceKey | None = None
    hostname: str | None = None
    ip_address: str | None = None
    version: str | None = None
    operating_system: str | None = None
    architecture: str | None = None
    queue_name: str | None = None
    priority: int | None = None
    tags: tuple[str, ...] = ()
    job: JobKey | None = None
    paused_note: str | None = None
    url: str | None = None
    created_at: datetime | None = None
    connected_at: datetime | None = None
    disconnected_at: datetime | None = None
    last_job_finished_at: datetime | None = None


class AgentQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which agents. None means any; `name_contains` is partial."""

    workspaces: tuple[WorkspaceKey, ...] | None = None
    name_contains: str | None = None


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """A set of queues and agents."""

    key: ClusterKey
    external_id: str
    name: str
    description: str | None = None
    workspace: WorkspaceKey | None = None
    default_queue: QueueKey | None = None
    url: str | None = None
    created_at: datetime | None = None


class ClusterQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which clusters. None means any."""

    workspaces: tuple[WorkspaceKey, ...] | None = None


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """A line of jobs in a cluster. `paused` queues hand out no work."""

    key: QueueKey
    external_id: str
    cluster: ClusterKey
    name: str
    description: str | None = None
    paused: bool = False
    paused_note: str | None = None
    paused_by: Actor | None = None
    paused_at: datetime | None = None
    url: str | None = None
    created_at: datetime | None = None


class AgentReader(Protocol):
    """Reads agents of one provider."""

    async def get_agents(self, keys: Sequence[AgentKey], want: Want) -> Sequence[Agent | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value."""
        ...

    def stream_agents(self, query: AgentQuery, after: Mark | None, page_size: int, want: Want) -> AsyncIterator[Chunk[Agent]]:
        """Agents in the vendor's order, with marks, from behind `after` on."""
        ...


class ClusterReader(Protocol):
    """Reads clusters of one provider."""

    async def get_clusters(self, keys: Sequence[ClusterKey], want: Want) -> Sequence[Cluster | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value."""
        ...

    def stream_clusters(self, query: ClusterQuery, after: Mark | None, page_size: int, want: Want) -> AsyncIterator[Chunk[Cluster]]:
        """Clusters in the vendor's order, with marks, from behind `after` on."""
        ...


class QueueReader(Protocol):
    """Reads the queues of clusters."""

    async def list_queues(self, cluster: ClusterKey, after: Mark | None, first: int, want: Want) -> Chunk[Queue]:
        """A cluster's queues in the vendor's order, with marks."""
        ...

    async def get_queues(self, keys: Sequence[QueueKey], want: Want) -> Sequence[Queue | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value."""
        ...
