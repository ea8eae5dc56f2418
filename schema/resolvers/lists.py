"""Lists of nouns that keep the vendors' order, over all providers or below one thing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Protocol

import msgspec

from gateway.context import RequestContext
from gateway.domain.cursor import ListCursor, SortedCursor, decode_cursor, digest_of
from gateway.domain.errors import GatewayError, InvalidInputError, NotSupportedError
from gateway.domain.keys import EnvironmentKey, Key, ProjectKey, WorkspaceKey
from gateway.domain.outcome import OutcomeStatus, ProviderOutcome, Source
from gateway.domain.page import Chunk, Mark, Page, Want
from gateway.domain.provider import Provider
from gateway.listing.in_turn import in_turn
from gateway.listing.ports import stream_of, words
from gateway.listing.sorted_set import sorted_set
from gateway.listing.source import not_supported
from schema.inputs.order import OrderDirection
from schema.resolvers.arguments import page_size
from schema.resolvers.batched import Call, frozen
from schema.resolvers.info import Info
from schema.resolvers.selection import wanted_fields

SCOPES: dict[type[Key], str] = {WorkspaceKey: "workspaces", ProjectKey: "projects", EnvironmentKey: "environments"}
"""Key of what a list hangs below -> the query's field for it."""


class Filter(Protocol):
    """What every filter input can do."""

    def queries(self, context: RequestContext) -> Sequence[tuple[Provider, Any]]: ...


class Order(Protocol):
    """What every order input can do."""

    direction: OrderDirection

    @property
    def textual(self) -> bool:
        """Whether values are text, or numbers."""
        ...

    def value_of(self, item: Any) -> str | int | None: ...


async def list_all(
    info: Info, noun: type, empty: Filter, first: int | None, after: str | None, given: Filter | None, order: Order | None = None
) -> Page[Any]:
    """A root list. `empty` is the filter that leaves everything."""
    context = info.context
    queries = (given or empty).queries(context)
    page = await _page(context, noun, queries, first, after, (given, order), order, wanted_fields(info._raw_info))
    context.deliver(info.path.as_list(), page)
    return page


async def lists_below(
    call: Call, noun: type, empty: Filter, parents: Sequence[Any], first: int | None, after: str | None, given: Filter | None
) -> list[Page[Any] | GatewayError]:
    """The list of each parent: a provider, or a thing inside one that narrows its query."""
    return list(await asyncio.gather(*(_below(call, noun, empty, parent, first, after, given) for parent in parents)))


async def _below(
    call: Call, noun: type, empty: Filter, parent: Any, first: int | None, after: str | None, given: Filter | None
) -> Page[Any] | GatewayError:
    key: Key = parent.key
    scope = SCOPES.get(type(key))
    try:
        queries = [
            (provider, query if scope is None else _narrowed(query, scope, key))
            for provider, query in (given or empty).queries(call.context)
            if provider.name == key.provider
        ]
        if not queries:
            note = f"The filter leaves out {key.provider}, which this list belongs to."
            skipped = ProviderOutcome(
                provider=key.provider, status=OutcomeStatus.SKIPPED, served_from=Source.NONE, upstream_calls=0, note=note
            )
            return Page((), (), False, (skipped,))
        return await _page(call.context, noun, queries, first, after, (given, key), None, call.want)
    except GatewayError as error:
        return error


def _narrowed(query: msgspec.Struct, scope: str, key: Key) -> msgspec.Struct:
    given = getattr(query, scope)
    if given is not None and key not in given:
        raise InvalidInputError(f"`{scope}` in the filter leaves out the one that this list belongs to.", field=f"filter.{scope}")
    return msgspec.structs.replace(query, **{scope: (key,)})


async def _page(
    context: RequestContext,
    noun: type,
    queries: Sequence[tuple[Provider, Any]],
    first: int | None,
    after: str | None,
    asked: tuple[object, ...],
    order: Order | None,
    want: Want,
) -> Page[Any]:
    count = page_size(first, context)
    digest = digest_of(noun.__name__, frozen(asked))
    sources = [(provider.name, _opener(provider, noun, query, want)) for provider, query in queries]

    def missing(name: str) -> NotSupportedError:
        return not_supported(name, words(noun))

    if order is None:
        cursor = decode_cursor(after, ListCursor, digest)
        return await in_turn(
            sources, after=cursor, first=count, digest=digest, patience_s=context.limits.patience_s, missing=missing
        )
    place = decode_cursor(after, SortedCursor, digest)
    if place is not None and place.value is not None and isinstance(place.value, str) is not order.textual:
        raise InvalidInputError("`after` is a cursor of another list.", field="after")
    return await sorted_set(
        sources, value_of=order.value_of, id_of=lambda item: item.external_id,
        descending=order.direction is OrderDirection.DESC, after=place,
        first=count, digest=digest, patience_s=context.limits.patience_s, missing=missing,
    )  # fmt: skip


def _opener(
    provider: Provider, noun: type, query: object, want: Want
) -> Callable[[Mark | None, int], AsyncIterator[Chunk[Any]]] | None:
    stream = stream_of(provider, noun)
    return None if stream is None else lambda mark, count: stream(query, mark, count, want)
