"""The runs of a provider, be they builds or executions, asked through one shape."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Any

from gateway.domain.build import BuildQuery
from gateway.domain.execution import ExecutionQuery
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Chunk
from gateway.domain.provider import Provider
from gateway.listing.run_ports import RUN_PORTS

ALL: frozenset[str] = frozenset()


class Runs:
    """`query` makes the port's own query; a field that such runs do not have is an error of the test."""

    def __init__(self, provider: Provider) -> None:
        self._query: type = BuildQuery if provider.builds is not None else ExecutionQuery
        self.port, stream, newest = RUN_PORTS[self._query]
        reader = getattr(provider, self.port)
        assert reader is not None, f"{provider.name} has no runs"
        self._stream, self._newest = getattr(reader, stream), getattr(reader, newest)
        self._get = getattr(reader, f"get_{self.port}")
        self._find = getattr(reader, f"find_{self.port}_by_external_id")

    def query(self, **fields: object) -> Any:
        return self._query(**fields)

    def stream(self, query: Any = None, at_or_before: Any = None, page_size: int = 20) -> AsyncIterator[Chunk[Any]]:
        found: AsyncIterator[Chunk[Any]] = self._stream(query or self.query(), at_or_before, page_size, ALL)
        return found

    def newest(self, pipelines: Sequence[PipelineKey], query: Any, first: int) -> Awaitable[Sequence[Any]]:
        found: Awaitable[Sequence[Any]] = self._newest(pipelines, query, first, ALL)
        return found

    def get(self, keys: Sequence[Any]) -> Awaitable[Sequence[Any]]:
        found: Awaitable[Sequence[Any]] = self._get(keys, ALL)
        return found

    def find(self, ids: Sequence[str]) -> Awaitable[Sequence[Any]]:
        found: Awaitable[Sequence[Any]] = self._find(ids, ALL)
        return found
