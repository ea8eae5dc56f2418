"""Pipelines: what is run."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import EnvironmentKey, PipelineKey, ProjectKey, WorkspaceKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.plan import PlanStep
from gateway.domain.run import Actor
from gateway.domain.task import TaskDefinition


class PipelineKind(Enum):
    """What a pipeline is made of."""

    CI = "ci"
    PLAN = "plan"
    TASK = "task"
    DATA = "data"


class Repository(msgspec.Struct, frozen=True):
    """Where the source of a pipeline lives. `provider` is the code host as the CI vendor names it."""

    url: str
    provider: str | None = None


class PipelineDefinition(msgspec.Struct, frozen=True):
    """How the pipeline is defined: `yaml` when the vendor holds the text, `location` when it lies in a repository."""

    yaml: str | None = None
    location: str | None = None
    revision: int | None = None


class Pause(msgspec.Struct, frozen=True):
    """A pipeline that starts no runs for now: why, by whom, since when."""

    reason: str | None = None
    by: Actor | None = None
    at: datetime | None = None


class Pipeline(msgspec.Struct, frozen=True, kw_only=True):
    """A pipeline. What the vendor does not have, or did not send, is None.

    `whole` is False for a row of a vendor's list that leaves out what the thing itself would show (description, tags, pause,
    task, plan_steps): who asks for one of those has it read by its key. `paused` is None where nothing can be paused.
    """

    key: PipelineKey
    external_id: str
    kind: PipelineKind
    name: str
    slug: str | None = None
    description: str | None = None
    workspace: WorkspaceKey | None = None
    project: ProjectKey | None = None
    repository: Repository | None = None
    default_branch: str | None = None
    tags: tuple[str, ...] = ()
    author: Actor | None = None
    url: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    archived_at: datetime | None = None
    definition: PipelineDefinition | None = None
    paused: bool | None = None
    pause: Pause | None = None
    task: TaskDefinition | None = None
    plan_steps: tuple[PlanStep, ...] | None = None
    whole: bool = True


class PipelineQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which pipelines. None means any; text filters are partial and ignore case; `archived` None means both. `tasks` wants plans
    with one of these tasks in their steps.
    """

    workspaces: tuple[WorkspaceKey, ...] | None = None
    projects: tuple[ProjectKey, ...] | None = None
    name_contains: str | None = None
    repository_contains: str | None = None
    tags: tuple[str, ...] | None = None
    archived: bool | None = None
    pipeline_kinds: tuple[PipelineKind, ...] | None = None
    environments: tuple[EnvironmentKey, ...] | None = None
    tasks: tuple[PipelineKey, ...] | None = None


class PipelineSlug(msgspec.Struct, frozen=True):
    """A pipeline by the name in its address. `workspace` may be left out when the provider has one."""

    slug: str
    workspace: str | None = None


class PipelineReader(Protocol):
    """Reads pipelines of one provider."""

    async def get_pipelines(self, keys: Sequence[PipelineKey], want: Want) -> Sequence[Pipeline | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value. At most one call per distinct key."""
        ...

    def stream_pipelines(
        self, query: PipelineQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncIterator[Chunk[Pipeline]]:
        """Pipelines in the vendor's order, with marks, from behind `after` on. Reads a vendor page only when asked for one."""
        ...

    async def find_pipelines(self, slugs: Sequence[PipelineSlug], want: Want) -> Sequence[Pipeline | GatewayError]:
        """Pipelines by slug; absent is a NotFoundError value."""
        ...

    async def find_pipelines_by_external_id(self, ids: Sequence[str], want: Want) -> Sequence[Pipeline | GatewayError]:
        """Pipelines by the vendor's own id; NotSupportedError values where the vendor has no such lookup."""
        ...


ROW_FIELDS = frozenset({"id", "external_id", "name", "kind", "provider", "workspace", "url", "__typename"})
"""What every row of a list of pipelines shows as the pipeline itself does, by its names in `Want`."""


class PipelineRowReader(Protocol):
    """Reads rows of lists where few fields are wanted of many pipelines, at vendors whose lists show less than the thing itself."""

    async def get_pipeline_rows(self, keys: Sequence[PipelineKey], want: Want) -> Sequence[Pipeline | GatewayError]:
        """One answer per key, in order, with all of ROW_FIELDS; absent is a NotFoundError value. About one call per key at most,
        and far fewer where a list holds many of them."""
        ...
