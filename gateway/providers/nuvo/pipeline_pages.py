"""Pages of pipelines, for a walk by offsets that a server may not heed."""

from gateway.domain.page import RowFault
from gateway.domain.pipeline import Pipeline
from gateway.providers.nuvo.client import NuvoClient
from gateway.providers.nuvo.keys import Origin
from gateway.providers.nuvo.list_query import ListQuery
from gateway.providers.nuvo.mapping import to_pipeline
from gateway.providers.nuvo.rows import BadRow
from gateway.providers.nuvo.window import PAGING_DISREGARDED, window_of
from gateway.upstream.offset_walk import Rows


class PipelinePages:
    """The pages of one walk. A page that comes again under another offset ends the list where it stood first."""

    def __init__(self, client: NuvoClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin
        self._offsets: dict[tuple[str, ...], int] = {}
        self.note: str | None = None

    async def fetch(self, offset: int, count: int) -> Rows[Pipeline]:
        """What `walk` needs. The total is told where it can be believed."""
        listing = await self._client.list_pipelines(ListQuery("created_at", "asc", offset, count))
        items = tuple(self._value(row) for row in listing.rows)
        ids = tuple(row.id for row in listing.rows)
        window = window_of(listing.pagination, offset, count, len(items))
        at = self._offsets.setdefault(ids, offset)
        if window.elsewhere or (items and at != offset):
            if not window.everything:
                self.note = PAGING_DISREGARDED
            return Rows(min(at, listing.pagination.offset or 0) if window.elsewhere else at, items, False)
        more = bool(items) and window.more
        whole = len(items) if offset == 0 and not more else None
        return Rows(offset, items, more, whole if window.total is None else window.total)

    def _value(self, row: object) -> Pipeline | RowFault:
        return row.fault if isinstance(row, BadRow) else to_pipeline(row, self._origin)  # type: ignore[arg-type]
