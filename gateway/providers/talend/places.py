"""Environments and the workspaces in them: lists that come whole, and the only way to read one of either."""

from collections.abc import Iterable

import msgspec

from gateway.domain.environment import Environment
from gateway.domain.errors import InvalidInputError
from gateway.domain.keys import EnvironmentKey, WorkspaceKey
from gateway.domain.page import RowFault
from gateway.domain.workspace import Workspace
from gateway.providers.talend.calls import Query
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.keys import Origin, id_in
from gateway.providers.talend.mapping import to_environment, to_workspace
from gateway.providers.talend.rows import values_of
from gateway.providers.talend.shared_calls import SharedCalls

ANYWHERE = ""


class Scope(msgspec.Struct, frozen=True):
    """A place to which a list of the vendor's can be narrowed; `group` names it in marks."""

    group: str
    filters: Query = ()


class Places:
    """What one request asks for at the same time is read once."""

    def __init__(self, client: TalendClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin
        self._environments: SharedCalls[None, tuple[Environment | RowFault, ...]] = SharedCalls(self._read_environments)
        self._workspaces: SharedCalls[tuple[str, ...] | None, tuple[tuple[Workspace | RowFault, ...], bool]] = SharedCalls(
            self._read_workspaces
        )

    async def environments(self) -> tuple[Environment | RowFault, ...]:
        """All of them, in one call."""
        return await self._environments.get(None)

    async def workspaces(self) -> tuple[Workspace | RowFault, ...]:
        """All of them, in one call."""
        return (await self._workspaces.get(None))[0]

    async def workspaces_in(self, environments: Iterable[EnvironmentKey]) -> tuple[tuple[Workspace | RowFault, ...], bool]:
        """Those of some environments, in one call, and whether the vendor has narrowed the list. Rows are compared here in
        any case; one that cannot be read stays."""
        wanted = frozenset(ids_of(environments))
        if not wanted:
            return (), True
        rows, narrowed = await self._workspaces.get(tuple(sorted(wanted)))
        return tuple(row for row in rows if isinstance(row, RowFault) or _inside(row, wanted, narrowed)), narrowed

    async def scopes(
        self, workspaces: tuple[WorkspaceKey, ...] | None, environments: tuple[EnvironmentKey, ...] | None
    ) -> list[Scope]:
        """The lists that together hold what is in any of these workspaces and in any of these environments. Only when both are
        named that costs a call."""
        if workspaces is None:
            if environments is None:
                return [Scope(ANYWHERE)]
            return [Scope(each, (("environmentId", each),)) for each in ids_of(environments)]
        wanted = ids_of(workspaces)
        if environments is not None:
            rows, _ = await self.workspaces_in(environments)
            inside = {row.external_id for row in rows if isinstance(row, Workspace)}
            wanted = [each for each in wanted if each in inside]
        return [Scope(each, (("workspaceId", each),)) for each in wanted]

    async def _read_environments(self, _: None) -> tuple[Environment | RowFault, ...]:
        listing = await self._client.list_environments()
        return values_of(listing.rows, lambda row: to_environment(row, self._origin))

    async def _read_workspaces(self, environments: tuple[str, ...] | None) -> tuple[tuple[Workspace | RowFault, ...], bool]:
        query = None if environments is None else ",".join(f"environment.id=={each}" for each in environments)
        try:
            # ASSUMED: the id of the environment is a selector, as its name is; disproved by a 400 to it (then the whole list
            # is read).
            listing, narrowed = await self._client.list_workspaces(query), query is not None
        except InvalidInputError:
            if query is None:
                raise
            listing, narrowed = await self._client.list_workspaces(), False
        return values_of(listing.rows, lambda row: to_workspace(row, self._origin)), narrowed


def ids_of(keys: Iterable[WorkspaceKey | EnvironmentKey]) -> list[str]:
    """Distinct, in order, without those that the vendor cannot have made; InvalidInputError for a damaged key."""
    return list(dict.fromkeys(found for key in keys if (found := id_in(key)) is not None))


def _inside(workspace: Workspace, environments: frozenset[str], narrowed: bool) -> bool:
    """One that does not tell its environment is there if the vendor's filter says so."""
    return narrowed if workspace.environment is None else workspace.environment.parts[0] in environments
