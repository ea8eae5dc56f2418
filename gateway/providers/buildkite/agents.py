"""An AgentReader, a ClusterReader, a QueueReader."""

from collections.abc import AsyncIterator, Sequence
from functools import partial

from gateway.domain.agent import Agent, AgentQuery, Cluster, ClusterQuery, Queue
from gateway.domain.errors import GatewayError
from gateway.domain.keys import AgentKey, ClusterKey, QueueKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.providers.buildkite.agent_mapping import to_agent, to_cluster, to_queue
from gateway.providers.buildkite.batches import by_group
from gateway.providers.buildkite.listed import get_listed, list_behind, stream_listed
from gateway.providers.buildkite.reader import Reader
from gateway.providers.buildkite.wire import WireAgent, WireCluster, WireQueue
from gateway.upstream.key_parts import parts_of
from gateway.upstream.settle import Answers


class BuildkiteAgents(Reader):
    """The vendor lists only agents that are connected or stopping; by key it shows any."""

    async def get_agents(self, keys: Sequence[AgentKey], want: Want) -> Sequence[Agent | GatewayError]:
        """Three and more of an organization are looked for in its list first (see `get_listed`)."""
        return await by_group(keys, lambda key: parts_of(key, 2)[0], self._get_of_one)

    async def stream_agents(self, query: AgentQuery, after: Mark | None, page_size: int, want: Want) -> AsyncIterator[Chunk[Agent]]:
        # The documentation does not say whether the vendor's `name` filter is partial, so it is not used.
        text = query.name_contains.lower() if query.name_contains is not None else None
        organizations = await self._organizations.wanted(query.workspaces)
        async for chunk in stream_listed(
            organizations,
            self._client.list_agents,
            self._value,
            self._provider,
            after,
            page_size,
            (lambda agent: text in agent.name.lower()) if text is not None else None,
            ("name_contains",),
        ):
            yield chunk

    async def _get_of_one(self, organization: str, keys: list[AgentKey]) -> Answers[AgentKey, Agent]:
        self._organizations.check(organization)
        return await get_listed(
            keys,
            partial(self._client.list_agents, organization),
            lambda key: self._client.get_agent(organization, key.parts[1]),
            lambda row: self._value(row, organization),
            self._provider,
        )

    def _value(self, row: WireAgent, organization: str) -> Agent:
        return to_agent(row, self._provider, organization)


class BuildkiteClusters(Reader):
    """Clusters, which hold queues."""

    async def get_clusters(self, keys: Sequence[ClusterKey], want: Want) -> Sequence[Cluster | GatewayError]:
        """Three and more of an organization are looked for in its list first (see `get_listed`)."""
        return await by_group(keys, lambda key: parts_of(key, 2)[0], self._get_of_one)

    async def stream_clusters(
        self, query: ClusterQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncIterator[Chunk[Cluster]]:
        organizations = await self._organizations.wanted(query.workspaces)
        async for chunk in stream_listed(organizations, self._client.list_clusters, self._value, self._provider, after, page_size):
            yield chunk

    async def _get_of_one(self, organization: str, keys: list[ClusterKey]) -> Answers[ClusterKey, Cluster]:
        self._organizations.check(organization)
        return await get_listed(
            keys,
            partial(self._client.list_clusters, organization),
            lambda key: self._client.get_cluster(organization, key.parts[1]),
            lambda row: self._value(row, organization),
            self._provider,
        )

    def _value(self, row: WireCluster, organization: str) -> Cluster:
        return to_cluster(row, self._provider, organization)


class BuildkiteQueues(Reader):
    """The queues of a cluster."""

    async def list_queues(self, cluster: ClusterKey, after: Mark | None, first: int, want: Want) -> Chunk[Queue]:
        organization, cluster_id = parts_of(cluster, 2)
        self._organizations.check(organization)
        return await list_behind(
            partial(self._client.list_queues, organization, cluster_id),
            lambda row: self._value(row, organization, cluster_id),
            self._provider,
            after,
            first,
        )

    async def get_queues(self, keys: Sequence[QueueKey], want: Want) -> Sequence[Queue | GatewayError]:
        """Three and more of a cluster are looked for in its list first (see `get_listed`)."""
        return await by_group(keys, lambda key: parts_of(key, 3)[:2], self._get_of_one)

    async def _get_of_one(self, place: tuple[str, ...], keys: list[QueueKey]) -> Answers[QueueKey, Queue]:
        organization, cluster = place
        self._organizations.check(organization)
        return await get_listed(
            keys,
            partial(self._client.list_queues, organization, cluster),
            lambda key: self._client.get_queue(organization, cluster, key.parts[2]),
            lambda row: self._value(row, organization, cluster),
            self._provider,
        )

    def _value(self, row: WireQueue, organization: str, cluster: str) -> Queue:
        return to_queue(row, self._provider, organization, cluster)
