"""The account itself, as the one workspace there is."""

from collections.abc import AsyncGenerator, Sequence

from gateway.domain.errors import GatewayError
from gateway.domain.keys import WorkspaceKey
from gateway.domain.outcome import Source
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.workspace import Workspace, WorkspaceQuery
from gateway.providers.dx.keys import Origin
from gateway.providers.dx.mapping import to_workspace
from gateway.upstream.key_parts import answer_ours


class DxWorkspaces:
    """A WorkspaceReader. Everything is known from the configuration."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin

    async def get_workspaces(self, keys: Sequence[WorkspaceKey], want: Want) -> list[Workspace | GatewayError]:
        own = to_workspace(self._origin)

        async def get(ours: Sequence[WorkspaceKey]) -> list[Workspace | GatewayError]:
            return [own if key == own.key else self._origin.absent("workspace") for key in ours]

        return await answer_ours(keys, 1, get)

    async def stream_workspaces(
        self, query: WorkspaceQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Workspace], None]:
        own = to_workspace(self._origin)
        wanted = query.name_contains is None or query.name_contains.casefold() in own.name.casefold()
        if after is not None or query.environments is not None or not wanted:
            yield Chunk((), False, total=1 if after is not None else 0, source=Source.STORE)
            return
        yield Chunk((own,), False, (Mark("", 0, own.external_id),), 1, source=Source.STORE)
