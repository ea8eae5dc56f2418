"""Workspaces: the tenant level of a provider."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import EnvironmentKey, WorkspaceKey
from gateway.domain.page import Chunk, Mark, Want


class Workspace(msgspec.Struct, frozen=True, kw_only=True):
    """A Buildkite organization, a Codefresh account, a Talend workspace, and their like.

    `protected_artifacts` when artifacts in it can be changed by deployment only.
    """

    key: WorkspaceKey
    external_id: str
    name: str
    slug: str | None = None
    description: str | None = None
    type: str | None = None
    owner: str | None = None
    owner_name: str | None = None
    environment: EnvironmentKey | None = None
    protected_artifacts: bool | None = None
    url: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class WorkspaceQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which workspaces. None means any; partial, ignoring case."""

    name_contains: str | None = None
    environments: tuple[EnvironmentKey, ...] | None = None


class WorkspaceReader(Protocol):
    """Reads workspaces of one provider."""

    async def get_workspaces(self, keys: Sequence[WorkspaceKey], want: Want) -> Sequence[Workspace | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value. At most one call per distinct key."""
        ...

    def stream_workspaces(
        self, query: WorkspaceQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncIterator[Chunk[Workspace]]:
        """Workspaces in the vendor's order, with marks, from behind `after` on."""
        ...
