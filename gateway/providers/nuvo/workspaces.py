"""The identity that the account is logged in as, as the one workspace there is."""

from collections.abc import AsyncGenerator, Sequence

from gateway.domain.errors import GatewayError
from gateway.domain.keys import WorkspaceKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.workspace import Workspace, WorkspaceQuery
from gateway.providers.nuvo.client import NuvoClient
from gateway.providers.nuvo.keys import Origin
from gateway.providers.nuvo.mapping import to_workspace
from gateway.upstream.key_parts import answer_ours
from gateway.upstream.settle import answer_each


class NuvoWorkspaces:
    """A WorkspaceReader. What it shows is known from the settings; one call makes sure that it is true."""

    def __init__(self, client: NuvoClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin

    async def get_workspaces(self, keys: Sequence[WorkspaceKey], want: Want) -> list[Workspace | GatewayError]:
        """One call for all keys, if the own one is among them."""
        return await answer_ours(keys, 2, lambda ours: answer_each(ours, self._find))

    async def stream_workspaces(
        self, query: WorkspaceQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Workspace], None]:
        own = await self._read()
        named = query.name_contains is None or query.name_contains.casefold() in own.name.casefold()
        shown = named and query.environments is None and (after is None or after.id != own.external_id)
        items = (own,) if shown else ()
        yield Chunk(items, False, tuple(Mark("", 0, item.external_id) for item in items))

    async def _find(self, key: WorkspaceKey) -> Workspace:
        if key != self._origin.workspace():
            raise self._origin.absent("workspace")
        return await self._read()

    async def _read(self) -> Workspace:
        await self._client.check_access()
        return to_workspace(self._origin)
