"""The account of the API key, as the one workspace there is."""

from collections.abc import AsyncGenerator, Sequence

from gateway.domain.errors import GatewayError
from gateway.domain.keys import WorkspaceKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.workspace import Workspace, WorkspaceQuery
from gateway.providers.codefresh.account import OwnAccount
from gateway.providers.codefresh.keys import Origin, id_in
from gateway.providers.codefresh.lists import cut
from gateway.upstream.key_parts import answer_ours
from gateway.upstream.settle import answer_each


class CodefreshWorkspaces:
    """A WorkspaceReader. GET /user answers everything."""

    def __init__(self, origin: Origin, account: OwnAccount) -> None:
        self._origin = origin
        self._account = account

    async def get_workspaces(self, keys: Sequence[WorkspaceKey], want: Want) -> list[Workspace | GatewayError]:
        """One call for all keys."""
        return await answer_ours(keys, 1, self._get_workspaces)

    async def _get_workspaces(self, keys: Sequence[WorkspaceKey]) -> list[Workspace | GatewayError]:
        found = (await answer_each(("",), lambda _: self._account.read()))[0] if any(map(id_in, keys)) else None
        return [self._meant(key, found) for key in keys]

    async def stream_workspaces(
        self, query: WorkspaceQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Workspace], None]:
        if query.environments is not None:
            return  # there are none here, so nothing is in one
        own = await self._account.read()
        wanted = query.name_contains is None or query.name_contains.casefold() in own.name.casefold()
        yield await cut((own,) if wanted else (), lambda workspace: workspace.external_id, after, page_size)

    def _meant(self, key: WorkspaceKey, found: Workspace | GatewayError | None) -> Workspace | GatewayError:
        if found is None or id_in(key) is None or (isinstance(found, Workspace) and found.key != key):
            return self._origin.absent("workspace")
        return found
