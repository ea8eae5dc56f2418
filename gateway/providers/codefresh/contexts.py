"""Integration contexts: names and types. Their data is never asked for in the clear, and never decoded."""

from collections.abc import AsyncGenerator, Sequence

from gateway.domain.errors import GatewayError
from gateway.domain.integration_context import IntegrationContext, IntegrationContextQuery
from gateway.domain.keys import IntegrationContextKey
from gateway.domain.page import Chunk, Mark, RowFault, Want
from gateway.providers.codefresh.batches import settle_after
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.keys import Origin
from gateway.providers.codefresh.lists import kept, values_of, whole
from gateway.providers.codefresh.mapping import to_context
from gateway.upstream.key_parts import answer_ours
from gateway.upstream.offset_walk import walk
from gateway.upstream.settle import Answers, settle


class CodefreshContexts:
    """An IntegrationContextReader. The vendor lists all contexts in one call."""

    def __init__(self, client: CodefreshClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin

    async def get_integration_contexts(
        self, keys: Sequence[IntegrationContextKey], want: Want
    ) -> list[IntegrationContext | GatewayError]:
        """One call: by name, or the whole list for several."""
        return await answer_ours(keys, 1, self._get_contexts)

    async def stream_integration_contexts(
        self, query: IntegrationContextQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[IntegrationContext], None]:
        if query.types == ():
            yield Chunk((), False)
            return
        items = await self._all(query.types or ())
        name = None if query.name_contains is None else query.name_contains.casefold()
        local = ("name_contains",) if name is not None else ()
        size = max(1, len(items))
        count = size if local else max(1, min(page_size, size))
        chunks = walk(whole(items), lambda context: context.external_id, after, count, largest=size)
        async for chunk in kept(chunks, (lambda context: name in context.name.casefold()) if name is not None else None, local):
            yield chunk

    async def _get_contexts(self, keys: Sequence[IntegrationContextKey]) -> list[IntegrationContext | GatewayError]:
        names = [key.parts[0] for key in keys]
        found = await self._find(list(dict.fromkeys(names)))
        return [found[name] for name in names]

    async def _find(self, names: list[str]) -> "Answers[str, IntegrationContext]":
        if len(names) < 2:
            return await settle(names, self._get)
        try:
            listed = await self._all(())
        except GatewayError as failure:
            return await settle_after(failure, names, self._get)
        found: Answers[str, IntegrationContext] = {name: self._origin.absent("context") for name in names}
        for item in listed:
            found[item.id if isinstance(item, RowFault) else item.name] = item.error if isinstance(item, RowFault) else item
        return found

    async def _all(self, types: Sequence[str]) -> tuple[IntegrationContext | RowFault, ...]:
        listing = await self._client.list_contexts(types)
        return values_of(listing.rows, lambda row: to_context(row, self._origin))

    async def _get(self, name: str) -> IntegrationContext:
        found = to_context(await self._client.get_context(name), self._origin)
        if found.name != name:
            raise self._origin.absent("context")
        return found
