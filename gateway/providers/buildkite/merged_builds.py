"""Several lists of builds as one, newest first."""

from collections import deque
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime

from gateway.domain.build import Build
from gateway.domain.errors import GatewayError
from gateway.domain.page import Chunk, RowFault
from gateway.providers.buildkite.batches import settle

_AT_ONCE = datetime.max.replace(tzinfo=UTC)


class _List:
    """One list, and what has been read of it but not handed on."""

    def __init__(self, chunks: AsyncGenerator[Chunk[Build], None]) -> None:
        self.chunks = chunks
        self.rows: deque[Build | RowFault] = deque()
        self.more = True
        self.applied_locally: tuple[str, ...] = ()

    @property
    def dry(self) -> bool:
        return self.more and not self.rows

    async def refill(self) -> None:
        while self.dry:
            chunk = await anext(self.chunks, None)
            if chunk is None:
                self.more = False
                return
            self.more = chunk.more
            self.applied_locally = chunk.applied_locally
            self.rows.extend(chunk.items)

    def next_time(self) -> datetime:
        """A row whose time cannot be read goes with its neighbour."""
        return self.rows[0].created_at or _AT_ONCE


async def merged(lists: Sequence[AsyncGenerator[Chunk[Build], None]]) -> AsyncGenerator[Chunk[Build], None]:
    """Hands on what surely comes next; reads a list again only when it has run dry. A failing list fails the whole."""
    sources = [_List(chunks) for chunks in lists]
    try:
        while True:
            read = await settle({source: source.refill for source in sources if source.dry})
            for failure in read.values():
                if isinstance(failure, GatewayError):
                    raise failure
            items: list[Build | RowFault] = []
            while (ready := [source for source in sources if source.rows]) and not any(source.dry for source in sources):
                items.append(max(ready, key=_List.next_time).rows.popleft())
            more = any(source.more or source.rows for source in sources)
            locally = tuple(dict.fromkeys(name for source in sources for name in source.applied_locally))
            yield Chunk(tuple(items), more, applied_locally=locally)
            if not more:
                return
    finally:
        for chunks in lists:
            await chunks.aclose()
