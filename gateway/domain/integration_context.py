"""Integration contexts: shared configuration and connections to other systems. Names and types only, never their data."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import IntegrationContextKey
from gateway.domain.page import Chunk, Mark, Want


class IntegrationContext(msgspec.Struct, frozen=True, kw_only=True):
    """A named piece of shared configuration. Its values are not even decoded."""

    key: IntegrationContextKey
    external_id: str
    name: str
    type: str
    owner: str | None = None
    system: bool | None = None
    default: bool | None = None


class IntegrationContextQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which contexts. None means any; `types` are the vendor's words."""

    types: tuple[str, ...] | None = None
    name_contains: str | None = None


class IntegrationContextReader(Protocol):
    """Reads contexts of one provider."""

    async def get_integration_contexts(
        self, keys: Sequence[IntegrationContextKey], want: Want
    ) -> Sequence[IntegrationContext | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value."""
        ...

    def stream_integration_contexts(
        self, query: IntegrationContextQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncIterator[Chunk[IntegrationContext]]:
        """Contexts in the vendor's order, with marks, from behind `after` on."""
        ...
