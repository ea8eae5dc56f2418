"""Environments: stages such as development and production, each with workspaces of its own."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import EnvironmentKey
from gateway.domain.page import Chunk, Mark, Want


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """A stage. `max_cloud_containers` is how many runs the vendor's cloud engines may hold at once."""

    key: EnvironmentKey
    external_id: str
    name: str
    description: str | None = None
    max_cloud_containers: int | None = None
    default: bool | None = None
    url: str | None = None


class EnvironmentQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which environments. None means any; `name_contains` is partial and ignores case."""

    name_contains: str | None = None


class EnvironmentReader(Protocol):
    """Reads environments of one provider."""

    async def get_environments(self, keys: Sequence[EnvironmentKey], want: Want) -> Sequence[Environment | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value."""
        ...

    def stream_environments(
        self, query: EnvironmentQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncIterator[Chunk[Environment]]:
        """Environments in the vendor's order, with marks, from behind `after` on."""
        ...
