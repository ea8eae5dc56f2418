"""Lists in the vendor's order: pages of one list or of several in turn, and lists that come whole."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Generic, TypeVar

import msgspec

from gateway.domain.errors import NotFoundError
from gateway.domain.page import Chunk, Mark, RowFault
from gateway.providers.talend.client import LARGEST_PAGE
from gateway.providers.talend.rows import Listing, values_of
from gateway.upstream.offset_walk import Fetch, Rows, walk

T = TypeVar("T")
W = TypeVar("W")

Keep = Callable[[T], bool]
ReadPage = Callable[[int, int], Awaitable[Listing[W]]]
"""(offset, limit) -> a page of the vendor's."""


class Source(msgspec.Struct, Generic[T], frozen=True, eq=False):
    """One of the vendor's lists; `group` tells it from the others in marks. One whose place does not exist is empty."""

    group: str
    fetch: Fetch[T]


def paged(read_page: ReadPage[W], to_value: Callable[[W], T], *, may_be_absent: bool = False) -> Fetch[T]:
    """A paged list of the vendor's, for `walk`. `may_be_absent`: it is that of a place, which may be gone."""

    async def fetch(offset: int, count: int) -> Rows[T]:
        try:
            listing = await read_page(offset, count)
        except NotFoundError:
            if not may_be_absent:
                raise
            return Rows(offset, (), False, 0)
        return Rows(offset, values_of(listing.rows, to_value), listing.more_after(offset, count), listing.total)

    return fetch


def whole(items: Sequence[T | RowFault]) -> Fetch[T]:
    """A list that the vendor gives at once, for `walk`."""

    async def fetch(offset: int, count: int) -> Rows[T]:
        return Rows(offset, tuple(items[offset : offset + count]), offset + count < len(items), len(items))

    return fetch


async def in_turn(
    sources: Sequence[Source[T]],
    identify: Callable[[T], str],
    after: Mark | None,
    page_size: int,
    keep: Keep[T] | None = None,
    applied_locally: tuple[str, ...] = (),
) -> AsyncGenerator[Chunk[T], None]:
    """One list after the other, from behind a mark on. A total is told only of one list of which nothing is dropped."""
    groups = [source.group for source in sources]
    begin = groups.index(after.group) if after is not None and after.group in groups else 0
    count = max(1, min(page_size, LARGEST_PAGE)) if keep is None else LARGEST_PAGE
    if not sources:
        yield Chunk((), False, applied_locally=applied_locally)
    for place, source in enumerate(sources[begin:], begin):
        mark = after if after is not None and after.group == source.group else None
        last = place == len(sources) - 1
        chunks = walk(source.fetch, identify, mark, count, group=source.group, largest=LARGEST_PAGE)
        async for chunk in kept(chunks, keep):
            total = chunk.total if len(sources) == 1 else None
            yield Chunk(chunk.items, chunk.more or not last, chunk.marks, total, applied_locally)


async def at_once(
    items: Sequence[T | RowFault],
    identify: Callable[[T], str],
    after: Mark | None,
    page_size: int,
    keep: Keep[T] | None = None,
    applied_locally: tuple[str, ...] = (),
) -> AsyncGenerator[Chunk[T], None]:
    """A list that the vendor gives whole, from behind a mark on."""
    left = tuple(item for item in items if keep is None or isinstance(item, RowFault) or keep(item))
    size = max(1, len(left))
    async for chunk in walk(whole(left), identify, after, max(1, min(page_size, size)), largest=size):
        yield Chunk(chunk.items, chunk.more, chunk.marks, chunk.total, applied_locally)


async def kept(chunks: AsyncIterator[Chunk[T]], keep: Keep[T] | None) -> AsyncGenerator[Chunk[T], None]:
    """Without the rows that a local filter drops; marks stay where the vendor has the rows, and no total is told."""
    async for chunk in chunks:
        if keep is None:
            yield chunk
            continue
        left = [
            (item, mark) for item, mark in zip(chunk.items, chunk.marks, strict=True) if isinstance(item, RowFault) or keep(item)
        ]
        if left or not chunk.more:
            yield Chunk(tuple(item for item, _ in left), chunk.more, tuple(mark for _, mark in left))


def named(filters: Iterable[tuple[str, bool]]) -> tuple[str, ...]:
    """The names of those filters that are in use."""
    return tuple(name for name, used in filters if used)
