"""Workspaces."""

from collections.abc import AsyncGenerator, Sequence

from gateway.domain.errors import GatewayError
from gateway.domain.keys import WorkspaceKey
from gateway.domain.page import Chunk, Mark, RowFault, Want
from gateway.domain.workspace import Workspace, WorkspaceQuery
from gateway.providers.talend.keys import Origin, id_in
from gateway.providers.talend.lists import at_once, named
from gateway.providers.talend.places import Places
from gateway.upstream.key_parts import answer_ours


class TalendWorkspaces:
    """A WorkspaceReader. One call answers everything: the vendor lists all, and finds none by its id."""

    def __init__(self, origin: Origin, places: Places) -> None:
        self._origin = origin
        self._places = places

    async def get_workspaces(self, keys: Sequence[WorkspaceKey], want: Want) -> list[Workspace | GatewayError]:
        return await answer_ours(keys, 1, self._get_workspaces)

    async def _get_workspaces(self, keys: Sequence[WorkspaceKey]) -> list[Workspace | GatewayError]:
        ids = [id_in(key) for key in keys]
        found: dict[str, Workspace | GatewayError] = {}
        for row in await self._places.workspaces() if any(ids) else ():
            found[row.id if isinstance(row, RowFault) else row.external_id] = row.error if isinstance(row, RowFault) else row
        return [found.get(each or "", self._origin.absent("workspace")) for each in ids]

    async def stream_workspaces(
        self, query: WorkspaceQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Workspace], None]:
        """The vendor narrows the list to environments. The name is compared here: whether its filter minds case is not told."""
        if query.environments is None:
            rows, narrowed = await self._places.workspaces(), True
        else:
            rows, narrowed = await self._places.workspaces_in(query.environments)
        name = None if query.name_contains is None else query.name_contains.casefold()
        keep = None if name is None else lambda row: name in row.name.casefold()
        local = named([("name_contains", name is not None), ("environments", not narrowed)])
        async for chunk in at_once(rows, lambda row: row.external_id, after, page_size, keep, local):
            yield chunk
