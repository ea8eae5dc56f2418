"""Which port streams which noun: the one table behind every list in the vendors' own order."""

from collections.abc import Callable
from typing import Any

from gateway.domain.agent import Agent, Cluster, Queue
from gateway.domain.artifact import Artifact
from gateway.domain.build_content import Annotation, BuildArtifact
from gateway.domain.data_connection import DataConnection
from gateway.domain.environment import Environment
from gateway.domain.execution import Execution
from gateway.domain.image import Image
from gateway.domain.integration_context import IntegrationContext
from gateway.domain.job import Job
from gateway.domain.pipeline import Pipeline
from gateway.domain.project import Project
from gateway.domain.promotion import Promotion
from gateway.domain.provider import Provider
from gateway.domain.schedule import Schedule
from gateway.domain.workspace import Workspace

STREAMS: dict[type, tuple[str, str, str]] = {
    Workspace: ("workspaces", "stream_workspaces", "workspaces"),
    Project: ("projects", "stream_projects", "projects"),
    Pipeline: ("pipelines", "stream_pipelines", "pipelines"),
    Agent: ("agents", "stream_agents", "agents"),
    Cluster: ("clusters", "stream_clusters", "clusters"),
    Image: ("images", "stream_images", "images"),
    IntegrationContext: ("integration_contexts", "stream_integration_contexts", "integration contexts"),
    Environment: ("environments", "stream_environments", "environments"),
    Artifact: ("artifacts", "stream_artifacts", "artifacts"),
    DataConnection: ("data_connections", "stream_data_connections", "data connections"),
    Promotion: ("promotions", "stream_promotions", "promotions"),
    Schedule: ("schedules", "stream_schedules", "schedules"),
}
"""Noun -> (port, method, words for people)."""

CHILDREN: dict[type, tuple[str, str, str]] = {
    Job: ("jobs", "list_jobs", "jobs"),
    Annotation: ("annotations", "list_annotations", "annotations"),
    BuildArtifact: ("build_artifacts", "list_build_artifacts", "build artifacts"),
    Queue: ("queues", "list_queues", "queues"),
    Execution: ("executions", "list_children", "executions below executions"),
}
"""Noun that is listed per parent -> (port, method, words for people)."""


def stream_of(provider: Provider, noun: type) -> Callable[..., Any] | None:
    """The provider's stream of this noun; None when it has none."""
    port, method, _ = STREAMS[noun]
    reader = getattr(provider, port)
    return None if reader is None else getattr(reader, method)


def child_list_of(provider: Provider, noun: type) -> Callable[..., Any] | None:
    """The provider's list of this noun below one parent; None when it has none."""
    port, method, _ = CHILDREN[noun]
    reader = getattr(provider, port)
    return None if reader is None else getattr(reader, method)


def words(noun: type) -> str:
    """What people call a list of this noun."""
    return (STREAMS.get(noun) or CHILDREN[noun])[2]
