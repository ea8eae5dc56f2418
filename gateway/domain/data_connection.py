"""Data connections: how tasks reach databases, queues and other systems."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import DataConnectionKey, EnvironmentKey, WorkspaceKey
from gateway.domain.page import Chunk, Mark, Want


class DataConnectionParameter(msgspec.Struct, frozen=True, kw_only=True):
    """One setting. The value of an encrypted one is never read from the vendor's answer."""

    name: str
    value: str | None = None
    encrypted: bool = False


class DataConnection(msgspec.Struct, frozen=True, kw_only=True):
    """A connection to another system; `app` is the vendor's word for its kind."""

    key: DataConnectionKey
    external_id: str
    name: str
    app: str | None = None
    parameters: tuple[DataConnectionParameter, ...] = ()
    workspace: WorkspaceKey | None = None
    url: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class DataConnectionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which connections. None means any; `apps` are the vendor's words; `name_contains` is partial and ignores case."""

    workspaces: tuple[WorkspaceKey, ...] | None = None
    environments: tuple[EnvironmentKey, ...] | None = None
    apps: tuple[str, ...] | None = None
    name_contains: str | None = None


class DataConnectionReader(Protocol):
    """Reads data connections of one provider."""

    async def get_data_connections(self, keys: Sequence[DataConnectionKey], want: Want) -> Sequence[DataConnection | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value."""
        ...

    def stream_data_connections(
        self, query: DataConnectionQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncIterator[Chunk[DataConnection]]:
        """Connections in the vendor's order, with marks, from behind `after` on."""
        ...
