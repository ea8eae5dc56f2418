"""Numbered pages of Buildkite as lists with marks, and as a cheap way to many values by key."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Protocol, TypeVar

import msgspec

from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.keys import Key
from gateway.domain.page import Chunk, Mark, RowFault
from gateway.providers.buildkite.batches import from_list_or_each
from gateway.providers.buildkite.client import LARGEST_PAGE
from gateway.providers.buildkite.rows import Identified, Listing, map_one, map_rows
from gateway.upstream.offset_walk import Fetch, Rows, aligned_page, walk
from gateway.upstream.settle import Answers


class Listed(Protocol):
    """What every listed value has."""

    @property
    def key(self) -> Key: ...
    @property
    def external_id(self) -> str: ...


W = TypeVar("W", bound=Identified)
V = TypeVar("V", bound=Listed)
K = TypeVar("K", bound=Key)

ReadPage = Callable[[int, int], Awaitable[Listing[W]]]
"""(page from 1, rows per page) -> one page."""


async def get_listed(
    keys: Sequence[K],
    read: ReadPage[W],
    get: Callable[[K], Coroutine[object, object, W]],
    to_value: Callable[[W], V],
    provider: str,
) -> Answers[K, V]:
    """Values of one list by their keys: from its pages while these pay, else one by one."""

    async def get_value(key: K) -> V:
        return map_one(await get(key), to_value, provider)

    return await from_list_or_each(keys, _by_key(read, to_value, provider), get_value)


async def list_behind(read: ReadPage[W], to_value: Callable[[W], V], provider: str, after: Mark | None, first: int) -> Chunk[V]:
    """The `first` values behind a mark as one chunk, from as many pages as that takes."""
    items: list[V | RowFault] = []
    marks: list[Mark] = []
    more = False
    async for chunk in walk(_fetch(read, to_value, provider), _id, after, first, largest=LARGEST_PAGE):
        items += chunk.items
        marks += chunk.marks
        more = chunk.more
        if len(items) >= first:
            break
    return Chunk(tuple(items[:first]), more or len(items) > first, tuple(marks[:first]))


async def stream_listed(
    organizations: Sequence[str],
    read: Callable[[str, int, int], Awaitable[Listing[W]]],
    to_value: Callable[[W, str], V],
    provider: str,
    after: Mark | None,
    page_size: int,
    wanted: Callable[[V], bool] | None = None,
    applied_locally: tuple[str, ...] = (),
) -> AsyncGenerator[Chunk[V], None]:
    """One organization's list after the other; a mark's group is its organization's slug.

    `wanted` is what the vendor cannot filter, `applied_locally` its names; rows that cannot be read pass it.
    """
    start = 0 if after is None else _place_of(after, organizations, provider)
    count = page_size if wanted is None else LARGEST_PAGE  # what is dropped must be made up for
    last = len(organizations) - 1
    for index in range(start, len(organizations)):
        organization = organizations[index]

        def value(row: W, of: str = organization) -> V:
            return to_value(row, of)

        fetch = _fetch(partial(read, organization), value, provider)
        mark = after if index == start else None
        async for chunk in walk(fetch, _id, mark, count, group=organization, largest=LARGEST_PAGE):
            more = chunk.more or index < last
            yield _only(chunk, wanted, applied_locally, more=more) if wanted else msgspec.structs.replace(chunk, more=more)


def _fetch(read: ReadPage[W], to_value: Callable[[W], V], provider: str) -> Fetch[V]:
    """What `walk` asks for."""

    async def fetch(offset: int, count: int) -> Rows[V]:
        page, per_page = aligned_page(offset, count, LARGEST_PAGE)
        listing = await read(page, per_page)
        return Rows((page - 1) * per_page, map_rows(listing.rows, to_value, provider), listing.more)

    return fetch


async def _by_key(read: ReadPage[W], to_value: Callable[[W], V], provider: str) -> AsyncIterator[Mapping[Key, V | GatewayError]]:
    page, more = 1, True
    while more:
        listing = await read(page, LARGEST_PAGE)
        values = map_rows(listing.rows, to_value, provider)
        yield {value.key: value for value in values if not isinstance(value, RowFault)}
        page, more = page + 1, listing.more


def _place_of(after: Mark, organizations: Sequence[str], provider: str) -> int:
    if after.group in organizations:
        return organizations.index(after.group)
    raise InvalidInputError(
        f"`after` stands in an organization that {provider} does not list (any more). Start the list anew.",
        provider=provider,
        field="after",
    )


def _only(chunk: Chunk[V], wanted: Callable[[V], bool], applied_locally: tuple[str, ...], *, more: bool) -> Chunk[V]:
    kept = [place for place, item in enumerate(chunk.items) if isinstance(item, RowFault) or wanted(item)]
    items = tuple(chunk.items[place] for place in kept)
    return Chunk(items, more, tuple(chunk.marks[place] for place in kept), chunk.total, applied_locally)


def _id(value: Listed) -> str:
    return value.external_id
