"""How the suite comes by samples of each noun, through ports alone."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, NamedTuple

from gateway.domain.agent import AgentQuery, ClusterQuery
from gateway.domain.artifact import ArtifactQuery
from gateway.domain.build import BuildQuery
from gateway.domain.data_connection import DataConnectionQuery
from gateway.domain.environment import EnvironmentQuery
from gateway.domain.execution import ExecutionKind, ExecutionQuery
from gateway.domain.image import ImageQuery
from gateway.domain.integration_context import IntegrationContextQuery
from gateway.domain.page import Chunk, RowFault
from gateway.domain.pipeline import Pipeline, PipelineQuery
from gateway.domain.project import ProjectQuery
from gateway.domain.promotion import PromotionQuery
from gateway.domain.provider import Provider
from gateway.domain.schedule import ScheduleQuery
from gateway.domain.workspace import WorkspaceQuery
from tests.contract.runs import ALL, Runs

ENOUGH = 40


async def collect(chunks: AsyncIterator[Chunk[Any]], enough: int = ENOUGH) -> list[Any]:
    """The first values of a stream; a row that cannot be read fails the test."""
    found: list[Any] = []
    async for chunk in chunks:
        assert not any(isinstance(item, RowFault) for item in chunk.items), chunk.items
        found += chunk.items
        if len(found) >= enough:
            break
    return found[:enough]


async def pipelines_of(provider: Provider, enough: int = 500) -> list[Pipeline]:
    assert provider.pipelines is not None
    return await collect(provider.pipelines.stream_pipelines(PipelineQuery(), None, 100, ALL), enough)


async def runs_of(provider: Provider, enough: int = ENOUGH) -> list[Any]:
    """The newest builds, or executions."""
    return await collect(Runs(provider).stream(page_size=enough), enough)


def _streamed(port: str, stream: str, query: object) -> Callable[[Provider], Awaitable[list[Any]]]:
    async def sample(provider: Provider) -> list[Any]:
        return await collect(getattr(getattr(provider, port), stream)(query, None, ENOUGH, ALL))

    return sample


def _on_builds(port: str, listing: str) -> Callable[[Provider], Awaitable[list[Any]]]:
    """Of several builds, until there are some."""

    async def sample(provider: Provider) -> list[Any]:
        found: list[Any] = []
        for build in await runs_of(provider, 60):
            chunk = await getattr(getattr(provider, port), listing)(build.key, None, ENOUGH, ALL)
            assert not any(isinstance(item, RowFault) for item in chunk.items), chunk.items
            found += chunk.items
            if len(found) >= ENOUGH:
                break
        return found[:ENOUGH]

    return sample


async def _queues(provider: Provider) -> list[Any]:
    assert provider.clusters is not None
    assert provider.queues is not None
    found: list[Any] = []
    for cluster in await collect(provider.clusters.stream_clusters(ClusterQuery(), None, ENOUGH, ALL)):
        found += (await provider.queues.list_queues(cluster.key, None, ENOUGH, ALL)).items
    return found


async def _triggers(provider: Provider) -> list[Any]:
    assert provider.triggers is not None
    keys = [pipeline.key for pipeline in await pipelines_of(provider, ENOUGH)]
    found: Sequence[Any] = await provider.triggers.list_triggers(keys, ALL)
    return [trigger for triggers in found for trigger in triggers][:ENOUGH]


async def _steps(provider: Provider) -> list[Any]:
    assert provider.executions is not None
    assert provider.execution_steps is not None
    query = ExecutionQuery(execution_kinds=(ExecutionKind.PLAN,))
    plans = [run.key for run in await collect(provider.executions.stream_executions(query, None, 5, ALL), 5)]
    found: list[Any] = []
    for steps in await provider.execution_steps.list_execution_steps(plans, ALL):
        assert isinstance(steps, tuple), steps
        found += steps
    return found[:ENOUGH]


class Noun(NamedTuple):
    """A port, the capability that stands for it, its getter, and some of its values."""

    port: str
    capability: str
    get: str
    sample: Callable[[Provider], Awaitable[list[Any]]]


NOUNS = (
    Noun("workspaces", "workspaces", "get_workspaces", _streamed("workspaces", "stream_workspaces", WorkspaceQuery())),
    Noun("projects", "projects", "get_projects", _streamed("projects", "stream_projects", ProjectQuery())),
    Noun("pipelines", "pipelines", "get_pipelines", pipelines_of),
    Noun("builds", "builds", "get_builds", _streamed("builds", "stream_builds", BuildQuery())),
    Noun("jobs", "Build.jobs", "get_jobs", _on_builds("jobs", "list_jobs")),
    Noun("annotations", "Build.annotations", "get_annotations", _on_builds("annotations", "list_annotations")),
    Noun("build_artifacts", "Build.artifacts", "get_build_artifacts", _on_builds("build_artifacts", "list_build_artifacts")),
    Noun("agents", "agents", "get_agents", _streamed("agents", "stream_agents", AgentQuery())),
    Noun("clusters", "clusters", "get_clusters", _streamed("clusters", "stream_clusters", ClusterQuery())),
    Noun("queues", "Cluster.queues", "get_queues", _queues),
    Noun("triggers", "Pipeline.triggers", "get_triggers", _triggers),
    Noun("images", "images", "get_images", _streamed("images", "stream_images", ImageQuery())),
    Noun(
        "integration_contexts",
        "integrationContexts",
        "get_integration_contexts",
        _streamed("integration_contexts", "stream_integration_contexts", IntegrationContextQuery()),
    ),
    Noun("executions", "executions", "get_executions", _streamed("executions", "stream_executions", ExecutionQuery())),
    Noun("execution_steps", "Execution.steps", "get_execution_steps", _steps),
    Noun("environments", "environments", "get_environments", _streamed("environments", "stream_environments", EnvironmentQuery())),
    Noun("artifacts", "artifacts", "get_artifacts", _streamed("artifacts", "stream_artifacts", ArtifactQuery())),
    Noun(
        "data_connections",
        "dataConnections",
        "get_data_connections",
        _streamed("data_connections", "stream_data_connections", DataConnectionQuery()),
    ),
    Noun("promotions", "promotions", "get_promotions", _streamed("promotions", "stream_promotions", PromotionQuery())),
    Noun("schedules", "schedules", "get_schedules", _streamed("schedules", "stream_schedules", ScheduleQuery())),
)
NOUNS_BY_PORT = {noun.port: noun for noun in NOUNS}
