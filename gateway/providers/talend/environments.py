"""Environments."""

from collections.abc import AsyncGenerator, Sequence

from gateway.domain.environment import Environment, EnvironmentQuery
from gateway.domain.errors import GatewayError
from gateway.domain.keys import EnvironmentKey
from gateway.domain.page import Chunk, Mark, RowFault, Want
from gateway.providers.talend.keys import Origin, id_in
from gateway.providers.talend.lists import at_once, named
from gateway.providers.talend.places import Places
from gateway.upstream.key_parts import answer_ours


class TalendEnvironments:
    """An EnvironmentReader. One call answers everything: the vendor lists all, and finds none by its id."""

    def __init__(self, origin: Origin, places: Places) -> None:
        self._origin = origin
        self._places = places

    async def get_environments(self, keys: Sequence[EnvironmentKey], want: Want) -> list[Environment | GatewayError]:
        return await answer_ours(keys, 1, self._get_environments)

    async def _get_environments(self, keys: Sequence[EnvironmentKey]) -> list[Environment | GatewayError]:
        ids = [id_in(key) for key in keys]
        found: dict[str, Environment | GatewayError] = {}
        for row in await self._places.environments() if any(ids) else ():
            found[row.id if isinstance(row, RowFault) else row.external_id] = row.error if isinstance(row, RowFault) else row
        return [found.get(each or "", self._origin.absent("environment")) for each in ids]

    async def stream_environments(
        self, query: EnvironmentQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Environment], None]:
        """The name is compared here: whether the vendor's filter minds case is not told."""
        name = None if query.name_contains is None else query.name_contains.casefold()
        rows = await self._places.environments()
        keep = None if name is None else lambda row: name in row.name.casefold()
        local = named([("name_contains", name is not None)])
        async for chunk in at_once(rows, lambda row: row.external_id, after, page_size, keep, local):
            yield chunk
