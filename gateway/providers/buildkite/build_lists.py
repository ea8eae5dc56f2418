"""One list of builds, of an organization or of a pipeline, as chunks of domain values."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import NamedTuple

from gateway.domain.build import Build
from gateway.domain.page import Chunk, RowFault
from gateway.providers.buildkite.build_filter import BuildFilter
from gateway.providers.buildkite.build_pages import build_pages
from gateway.providers.buildkite.client import LARGEST_PAGE, BuildkiteClient
from gateway.providers.buildkite.mapping import PipelineKeys, to_build
from gateway.providers.buildkite.rows import BadRow, Listing, map_row, map_rows
from gateway.providers.buildkite.wire import WireBuild


class ListPlace(NamedTuple):
    """Where a list is: the whole organization's when `pipeline` is None."""

    organization: str
    pipeline: str | None


class BuildLists:
    """Reads lists under one filter. `pipelines` are the full keys of pipelines that the caller knows."""

    def __init__(self, client: BuildkiteClient, filters: BuildFilter, pipelines: PipelineKeys) -> None:
        self._client = client
        self._filters = filters
        self._pipelines = pipelines
        self.applied_locally = filters.applied_locally
        self.note = filters.note

    def pages(self, place: ListPlace, created_to_ms: int | None, per_page: int) -> AsyncGenerator[Listing[WireBuild], None]:
        """Pages as the vendor sends them, from the newest row below the bound on."""
        per_page = LARGEST_PAGE if self._filters.sifts else max(1, min(per_page, LARGEST_PAGE))

        async def read(page: int, bound_ms: int | None) -> Listing[WireBuild]:
            pairs = self._filters.pairs(bound_ms)
            return await self._client.list_builds(place.organization, place.pipeline, page, per_page, pairs)

        return build_pages(read, created_to_ms, changeable=self._filters.changeable)

    async def chunks(self, place: ListPlace, created_to_ms: int | None, per_page: int) -> AsyncGenerator[Chunk[Build], None]:
        """The same, as values and without what the gateway filters itself."""
        async with aclosing(self.pages(place, created_to_ms, per_page)) as pages:
            async for page in pages:
                items = self._filters.keep(map_rows(page.rows, self.value, self._client.provider))
                yield Chunk(items, page.more, applied_locally=self.applied_locally, note=self.note)

    async def head(self, place: ListPlace, created_to_ms: int | None, first: int) -> Chunk[Build]:
        """The newest `first` builds."""
        items: list[Build | RowFault] = []
        more = False
        async with aclosing(self.chunks(place, created_to_ms, first)) as chunks:
            async for chunk in chunks:
                items += chunk.items
                more = chunk.more
                if len(items) >= first:
                    break
        return Chunk(tuple(items[:first]), more or len(items) > first, applied_locally=self.applied_locally, note=self.note)

    def kept(self, row: WireBuild | BadRow) -> Build | RowFault | None:
        """The row's value; None if the gateway's own filter drops it."""
        found = self._filters.keep((map_row(row, self.value, self._client.provider),))
        return found[0] if found else None

    def value(self, wire: WireBuild) -> Build:
        return to_build(wire, self._client.provider, self._pipelines)
