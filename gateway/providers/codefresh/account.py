"""The one account that an API key belongs to."""

from gateway.domain.keys import WorkspaceKey
from gateway.domain.workspace import Workspace
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.keys import Origin
from gateway.providers.codefresh.mapping import to_workspace
from gateway.upstream.key_parts import parts_of


class OwnAccount:
    """Which account it is never changes as long as the key is the same, so that is asked once; its name may change."""

    def __init__(self, client: CodefreshClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin
        self._key: WorkspaceKey | None = None

    async def read(self) -> Workspace:
        workspace = to_workspace(await self._client.get_user(), self._origin)
        self._key = workspace.key
        return workspace

    async def among(self, workspaces: tuple[WorkspaceKey, ...] | None) -> bool:
        """Whether a filter lets this account's things pass. None lets everything pass, and is not asked for."""
        if workspaces is None:
            return True
        if not workspaces:
            return False
        for key in workspaces:
            parts_of(key, 1)
        return (self._key or (await self.read()).key) in workspaces
