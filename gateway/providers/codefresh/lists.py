"""Lists in the vendor's order: what the vendor cannot filter is dropped here, what comes whole is cut here."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from typing import TypeVar

from gateway.domain.page import Chunk, Mark, RowFault
from gateway.providers.codefresh.rows import BadRow
from gateway.upstream.offset_walk import Fetch, Rows, walk

T = TypeVar("T")
W = TypeVar("W")

Keep = Callable[[T], bool]


def values_of(rows: Iterable[W | BadRow], to_value: Callable[[W], T]) -> tuple[T | RowFault, ...]:
    """Domain values, and the faults of rows that cannot be read."""
    return tuple(row.fault if isinstance(row, BadRow) else to_value(row) for row in rows)


async def kept(
    chunks: AsyncIterator[Chunk[T]], keep: Keep[T] | None, applied_locally: tuple[str, ...]
) -> AsyncGenerator[Chunk[T], None]:
    """Without the rows that a local filter drops; marks stay where the vendor has the rows, and no total is told."""
    async for chunk in chunks:
        if keep is None:
            yield chunk
            continue
        left = [
            (item, mark) for item, mark in zip(chunk.items, chunk.marks, strict=True) if isinstance(item, RowFault) or keep(item)
        ]
        if left or not chunk.more:
            items, marks = tuple(item for item, _ in left), tuple(mark for _, mark in left)
            yield Chunk(items, chunk.more, marks, applied_locally=applied_locally)


def whole(items: Sequence[T | RowFault]) -> Fetch[T]:
    """A list that the vendor gives at once, for `walk`."""

    async def fetch(offset: int, count: int) -> Rows[T]:
        return Rows(offset, tuple(items[offset : offset + count]), offset + count < len(items), len(items))

    return fetch


async def cut(items: Sequence[T], identify: Callable[[T], str], after: Mark | None, first: int) -> Chunk[T]:
    """The stretch of a whole list behind a mark."""
    size = max(1, len(items))
    async for chunk in walk(whole(items), identify, after, max(1, min(first, size)), largest=size):
        return chunk
    return Chunk((), False, total=len(items))
