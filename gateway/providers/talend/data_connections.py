"""Data connections. The value of an encrypted parameter is never decoded."""

from collections.abc import AsyncGenerator, Sequence
from functools import partial

from gateway.domain.data_connection import DataConnection, DataConnectionQuery
from gateway.domain.errors import GatewayError
from gateway.domain.keys import DataConnectionKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.providers.talend.asset_mapping import to_data_connection
from gateway.providers.talend.asset_wire import Connection
from gateway.providers.talend.by_id import find_listed
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.keys import Origin, id_in
from gateway.providers.talend.lists import in_turn, named, paged
from gateway.providers.talend.pages import Pages
from gateway.providers.talend.places import EVERYWHERE, Places, Scope, place_in
from gateway.upstream.key_parts import answer_ours


class TalendDataConnections:
    """A DataConnectionReader."""

    def __init__(self, client: TalendClient, origin: Origin, places: Places) -> None:
        self._client = client
        self._origin = origin
        self._places = places

    async def get_data_connections(self, keys: Sequence[DataConnectionKey], want: Want) -> list[DataConnection | GatewayError]:
        """A call each; of three and more the list answers all it holds."""
        return await answer_ours(keys, 1, self._get_connections)

    async def _get_connections(self, keys: Sequence[DataConnectionKey]) -> list[DataConnection | GatewayError]:
        ids = [id_in(key) for key in keys]
        absent = self._origin.absent("connection")
        fetch = self._pages(EVERYWHERE).fetch
        found = await find_listed([each for each in ids if each], self._get, fetch, lambda row: row.external_id, absent)
        return [found[each] if each else absent for each in ids]

    async def stream_data_connections(
        self, query: DataConnectionQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[DataConnection], None]:
        """Place by place. Older references of this list lack the filters for places: rows that tell another one are left out."""
        scopes = await self._places.scopes(query.workspaces, query.environments) if query.apps != () else []
        sources = [paged(scope.group, self._pages(scope)) for scope in scopes]
        name = None if query.name_contains is None else query.name_contains.casefold()
        apps = frozenset(query.apps or ())

        def keep(connection: DataConnection) -> bool:
            return (name is None or name in connection.name.casefold()) and (not apps or connection.app in apps)

        local = named([("name_contains", name is not None), ("apps", bool(apps))])
        async for chunk in in_turn(sources, after, page_size, keep if local else None, local):
            yield chunk

    def _pages(self, scope: Scope) -> Pages[Connection, DataConnection]:
        return Pages(
            partial(self._client.list_connections, filters=scope.filters),
            lambda row: to_data_connection(row, self._origin),
            self._origin.provider,
            scope=scope,
            place_of=lambda row: place_in(row.workspace),
        )

    async def _get(self, connection: str) -> DataConnection:
        found = to_data_connection(await self._client.get_connection(connection), self._origin)
        if found.external_id != connection:
            raise self._origin.absent("connection")
        return found
