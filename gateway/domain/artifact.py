"""Artifacts: deployables that tasks run. (A file that a build made is a BuildArtifact.)"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import ArtifactKey, EnvironmentKey, WorkspaceKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.run import Actor


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """A deployable with the names of its versions. `type` is the vendor's word."""

    key: ArtifactKey
    external_id: str
    name: str
    type: str
    versions: tuple[str, ...] = ()
    workspace: WorkspaceKey | None = None
    url: str | None = None


class ArtifactParameter(msgspec.Struct, frozen=True, kw_only=True):
    """A value that the artifact can be run with; `default` is what it has unless a task sets it."""

    name: str
    type: str | None = None
    default: str | None = None
    required: bool | None = None
    comment: str | None = None


class SourceCommit(msgspec.Struct, frozen=True, kw_only=True):
    """The commit that something was made from."""

    external_id: str
    committed_at: datetime | None = None
    author: str | None = None


class ArtifactSource(msgspec.Struct, frozen=True, kw_only=True):
    """Where the source of an artifact lies."""

    project: str | None = None
    branch: str | None = None
    commit: SourceCommit | None = None


class ArtifactVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an artifact, with what it can be run with."""

    artifact: ArtifactKey
    version: str
    name: str | None = None
    type: str | None = None
    description: str | None = None
    publisher: Actor | None = None
    marketplace_product: str | None = None
    parameters: tuple[ArtifactParameter, ...] = ()
    workspace: WorkspaceKey | None = None
    created_at: datetime | None = None
    source: ArtifactSource | None = None


class ArtifactQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which artifacts. None means any; `types` are the vendor's words; `name_contains` is partial and ignores case."""

    workspaces: tuple[WorkspaceKey, ...] | None = None
    environments: tuple[EnvironmentKey, ...] | None = None
    types: tuple[str, ...] | None = None
    name_contains: str | None = None


class ArtifactReader(Protocol):
    """Reads artifacts of one provider."""

    async def get_artifacts(self, keys: Sequence[ArtifactKey], want: Want) -> Sequence[Artifact | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value."""
        ...

    def stream_artifacts(
        self, query: ArtifactQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncIterator[Chunk[Artifact]]:
        """Artifacts in the vendor's order, with marks, from behind `after` on."""
        ...

    async def get_artifact_versions(
        self, versions: Sequence[tuple[ArtifactKey, str]], want: Want
    ) -> Sequence[ArtifactVersion | GatewayError]:
        """One answer per artifact and version, in order; absent is a NotFoundError value."""
        ...
