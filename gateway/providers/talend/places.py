"""Environments and the workspaces in them: lists that come whole, and the only way to read one of either."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec

from gateway.domain.environment import Environment
from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.keys import EnvironmentKey, WorkspaceKey
from gateway.domain.page import RowFault
from gateway.domain.workspace import Workspace
from gateway.providers.talend.calls import Query
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.keys import Origin, id_in
from gateway.providers.talend.mapping import to_environment, to_workspace
from gateway.providers.talend.rows import NO_ID, values_of
from gateway.providers.talend.wire import WorkspaceInfo
from gateway.upstream.shared_calls import SharedCalls

Place = tuple[str | None, str | None]
"""(workspace id, environment id) as a row tells them, if it does."""

_NAMES = {"workspaceId": "workspaces", "environmentId": "environments"}


class Scope(msgspec.Struct, frozen=True):
    """A place to which a list of the vendor's can be narrowed; `group` names it in marks."""

    group: str
    filters: Query = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What the schema calls its filters."""
        return tuple(_NAMES[name] for name, _ in self.filters)

    def excludes(self, place: Place) -> bool:
        """Whether that is elsewhere. What does not tell is where the vendor's filter says."""
        told = dict(zip(_NAMES, place, strict=True))
        return any(told[name] not in (None, "", wanted) for name, wanted in self.filters)


EVERYWHERE = Scope("")


def place_in(workspace: WorkspaceInfo | None) -> Place:
    """Of what is in a workspace."""
    if workspace is None:
        return None, None
    return workspace.id, workspace.environment.id if workspace.environment is not None else None


class Inside(msgspec.Struct, frozen=True, eq=False):
    """The workspaces of some environments. `doubts` are what rows that cannot be read leave open, by id; None is the id of one
    that does not tell even that."""

    workspaces: frozenset[str]
    doubts: dict[str | None, GatewayError]

    def has(self, workspace: str) -> bool:
        """The error of the row that could be this one's where that cannot be told."""
        if workspace in self.workspaces:
            return True
        doubt = self.doubts.get(workspace) or self.doubts.get(None)
        if doubt is not None:
            raise doubt
        return False


class Places:
    """What one request asks for at the same time is read once."""

    def __init__(self, client: TalendClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin
        self._environments: SharedCalls[None, tuple[Environment | RowFault, ...]]
        self._workspaces: SharedCalls[tuple[str, ...] | None, tuple[tuple[Workspace | RowFault, ...], bool]]
        self._share()

    async def environments(self) -> tuple[Environment | RowFault, ...]:
        """All of them, in one call."""
        return await self._environments.get(None)

    async def workspaces(self) -> tuple[Workspace | RowFault, ...]:
        """All of them, in one call."""
        return (await self._workspaces.get(None))[0]

    async def has_environment(self, environment_id: str) -> bool:
        """Whether the credential may see it. One that cannot be read is there."""
        return any(_id_of(row) == environment_id for row in await self.environments())

    async def has_workspace(self, workspace_id: str) -> bool:
        """As `has_environment`."""
        return any(_id_of(row) == workspace_id for row in await self.workspaces())

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Around a write to them: whoever reads after it, even if it has failed, shares no read that began before its end."""
        try:
            yield
        finally:
            self._share()

    async def workspaces_in(self, environments: Iterable[EnvironmentKey]) -> tuple[tuple[Workspace | RowFault, ...], bool]:
        """Those of some environments, in one call, and whether the vendor has narrowed the list. Rows are compared here in
        any case; one that cannot be read stays."""
        wanted = frozenset(ids_of(environments))
        if not wanted:
            return (), True
        rows, narrowed = await self._workspaces.get(tuple(sorted(wanted)))
        return tuple(row for row in rows if isinstance(row, RowFault) or _inside(row, wanted, narrowed)), narrowed

    async def inside(self, environments: Iterable[EnvironmentKey]) -> Inside:
        """In one call. Of a row that cannot be read the vendor's filter still says that it is there."""
        rows, narrowed = await self.workspaces_in(environments)
        faults = [row for row in rows if isinstance(row, RowFault)]
        there = {row.external_id for row in rows if isinstance(row, Workspace)}
        there.update(fault.id for fault in faults if narrowed)
        return Inside(
            frozenset(there), {None if fault.id.startswith(NO_ID) else fault.id: fault.error for fault in reversed(faults)}
        )

    async def scopes(
        self, workspaces: tuple[WorkspaceKey, ...] | None, environments: tuple[EnvironmentKey, ...] | None
    ) -> list[Scope]:
        """The lists that together hold what is in any of these workspaces and in any of these environments. Only when both are
        named that costs a call."""
        if workspaces is None:
            if environments is None:
                return [EVERYWHERE]
            return [Scope(each, (("environmentId", each),)) for each in ids_of(environments)]
        wanted = ids_of(workspaces)
        if environments is not None:
            inside = await self.inside(environments)
            wanted = [each for each in wanted if inside.has(each)]
        return [Scope(each, (("workspaceId", each),)) for each in wanted]

    def _share(self) -> None:
        """Reads that are under way go on for those who wait for them."""
        self._environments = SharedCalls(self._read_environments)
        self._workspaces = SharedCalls(self._read_workspaces)

    async def _read_environments(self, _: None) -> tuple[Environment | RowFault, ...]:
        listing = await self._client.list_environments()
        return values_of(listing.rows, lambda row: to_environment(row, self._origin), self._origin.provider)

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
        return values_of(listing.rows, lambda row: to_workspace(row, self._origin), self._origin.provider), narrowed


def ids_of(keys: Iterable[WorkspaceKey | EnvironmentKey]) -> list[str]:
    """Distinct, in order, without those that the vendor cannot have made; InvalidInputError for a damaged key."""
    return list(dict.fromkeys(found for key in keys if (found := id_in(key)) is not None))


def _id_of(row: Environment | Workspace | RowFault) -> str:
    return row.id if isinstance(row, RowFault) else row.external_id


def _inside(workspace: Workspace, environments: frozenset[str], narrowed: bool) -> bool:
    """One that does not tell its environment is there if the vendor's filter says so."""
    return narrowed if workspace.environment is None else workspace.environment.parts[0] in environments
