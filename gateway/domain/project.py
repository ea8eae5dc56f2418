"""Projects: groups of pipelines inside a workspace, at vendors that have them."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import ProjectKey, WorkspaceKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.run import Actor


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A group of pipelines. `pipeline_count` is the vendor's own count."""

    key: ProjectKey
    external_id: str
    name: str
    slug: str | None = None
    type: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    owner: str | None = None
    author: Actor | None = None
    repository_url: str | None = None
    repository_type: str | None = None
    workspace: WorkspaceKey | None = None
    url: str | None = None
    pipeline_count: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class ProjectMembers(msgspec.Struct, frozen=True):
    """Who may work on a project, by the vendor's ids."""

    user_ids: tuple[str, ...] = ()
    group_ids: tuple[str, ...] = ()


class ProjectQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which projects. None means any; `name_contains` is partial and ignores case."""

    workspaces: tuple[WorkspaceKey, ...] | None = None
    name_contains: str | None = None
    tags: tuple[str, ...] | None = None


class ProjectReader(Protocol):
    """Reads projects of one provider."""

    async def get_projects(self, keys: Sequence[ProjectKey], want: Want) -> Sequence[Project | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value. At most one call per distinct key."""
        ...

    def stream_projects(self, query: ProjectQuery, after: Mark | None, page_size: int, want: Want) -> AsyncIterator[Chunk[Project]]:
        """Projects in the vendor's order, with marks, from behind `after` on."""
        ...

    async def members_of(self, projects: Sequence[ProjectKey], want: Want) -> Sequence[ProjectMembers | GatewayError]:
        """Who may work on each; NotSupportedError values where the vendor does not tell."""
        ...
