"""Wire values to domain values: agents, clusters, queues."""

from gateway.domain.agent import Agent, AgentStatus, Cluster, Queue
from gateway.domain.keys import AgentKey, ClusterKey, JobKey, QueueKey, WorkspaceKey
from gateway.providers.buildkite.keys import reference
from gateway.providers.buildkite.mapping import optional_utc, to_actor
from gateway.providers.buildkite.wire import WireAgent, WireAgentJob, WireCluster, WireQueue

# Docs: REST API, Agents (connection_state).
AGENT_STATUSES: dict[str, AgentStatus] = {
    "connected": AgentStatus.CONNECTED,
    "stopping": AgentStatus.STOPPING,
    "stopped": AgentStatus.STOPPED,
    "disconnected": AgentStatus.STOPPED,  # it said goodbye
    "lost": AgentStatus.LOST,
    "never_connected": AgentStatus.UNKNOWN,
}


def agent_status(state: str | None, *, paused: bool = False) -> AgentStatus:
    """A paused agent is still connected, but takes no work."""
    if paused and state == "connected":
        return AgentStatus.PAUSED
    return AGENT_STATUSES.get(state, AgentStatus.UNKNOWN) if state is not None else AgentStatus.UNKNOWN


def to_agent(wire: WireAgent, provider: str, organization: str) -> Agent:
    return Agent(
        key=AgentKey(provider, (organization, wire.id)),
        external_id=wire.id,
        name=wire.name,
        status=agent_status(wire.connection_state, paused=wire.paused is True),
        native_status=wire.connection_state,
        workspace=WorkspaceKey(provider, (organization,)),
        hostname=wire.hostname,
        ip_address=wire.ip_address,
        version=wire.version,
        operating_system=wire.os_id,
        architecture=wire.arch,
        queue_name=wire.queue or _queue_of(wire.meta_data),
        priority=wire.priority,
        tags=tuple(wire.meta_data or ()),
        job=_job_of(wire.job, provider),
        paused_note=wire.paused_note or None,
        url=wire.web_url,
        created_at=optional_utc(wire.created_at),
        connected_at=optional_utc(wire.connected_at),
        disconnected_at=optional_utc(wire.disconnected_at),
        last_job_finished_at=optional_utc(wire.last_job_finished_at),
    )


def to_cluster(wire: WireCluster, provider: str, organization: str) -> Cluster:
    queue = wire.default_queue_id
    return Cluster(
        key=ClusterKey(provider, (organization, wire.id)),
        external_id=wire.id,
        name=wire.name,
        description=wire.description or None,
        workspace=WorkspaceKey(provider, (organization,)),
        default_queue=QueueKey(provider, (organization, wire.id, queue)) if queue else None,
        url=wire.web_url,
        created_at=optional_utc(wire.created_at),
    )


def to_queue(wire: WireQueue, provider: str, organization: str, cluster: str) -> Queue:
    return Queue(
        key=QueueKey(provider, (organization, cluster, wire.id)),
        external_id=wire.id,
        cluster=ClusterKey(provider, (organization, cluster)),
        name=wire.key,
        description=wire.description or None,
        paused=wire.dispatch_paused is True,
        paused_note=wire.dispatch_paused_note or None,
        paused_by=to_actor(wire.dispatch_paused_by),
        paused_at=optional_utc(wire.dispatch_paused_at),
        url=wire.web_url,
        created_at=optional_utc(wire.created_at),
    )


def _queue_of(tags: list[str] | None) -> str | None:
    """Old rows name the queue only among the tags, as `queue=default`."""
    return next((tag.removeprefix("queue=") for tag in tags or () if tag.startswith("queue=")), None)


def _job_of(wire: WireAgentJob | None, provider: str) -> JobKey | None:
    build = reference(provider, wire.build_url, None) if wire is not None else None
    if wire is None or not wire.id or build is None:
        return None
    return JobKey(provider, (*build.parts[:3], wire.id))
