"""Walking a vendor's offset or page list from behind a mark, each item once although rows come and go in between."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Generic, TypeVar

import msgspec

from gateway.domain.page import Chunk, Mark, RowFault

T = TypeVar("T")


class Rows(msgspec.Struct, Generic[T], frozen=True, eq=False):
    """What a fetch brought: `items` begin at `offset` of the vendor's list, which may lie before the offset asked for."""

    offset: int
    items: tuple[T | RowFault, ...]
    more: bool
    total: int | None = None


Fetch = Callable[[int, int], Awaitable[Rows[T]]]
"""(offset, count) -> at least the rows from `offset` on, `count` of them if there are as many."""


def aligned_page(offset: int, count: int, largest: int) -> tuple[int, int]:
    """(page from 1, per_page) of one numbered page holding `count` rows from `offset` on, or as many as one page can.

    Vendors with numbered pages cannot start anywhere; a page size that does not cut the stretch in two saves a call.
    """
    count = min(count, largest)
    for per_page in range(count, largest + 1):
        if offset // per_page == (offset + count - 1) // per_page:
            return offset // per_page + 1, per_page
    return offset // largest + 1, largest


async def walk(
    fetch: Fetch[T], identify: Callable[[T], str], after: Mark | None, count: int, *, group: str = "", largest: int
) -> AsyncIterator[Chunk[T]]:
    """Chunks from behind `after` on; the first brings `count` items when the vendor has them.

    The mark's id is looked for at its offset, then everywhere: when rows were put in or taken out before it the walk goes on
    behind the same item. If that item is gone its place is taken as the border.
    """
    offset = 0
    if after is not None:
        rows = await fetch(after.offset, min(count + 1, largest))
        place = _place(rows, identify, after.id)
        if place is None:
            found = await _search(fetch, identify, after.id, largest)
            rows, place = found if found is not None else (rows, after.offset - rows.offset - 1)
        start = place + 1
        offset = rows.offset + len(rows.items)
        if start < len(rows.items) or not rows.more:
            yield _chunk(rows, start, identify, group)
        if not rows.more:
            return
    while True:
        rows = await fetch(offset, min(count, largest))
        yield _chunk(rows, offset - rows.offset, identify, group)
        offset = rows.offset + len(rows.items)
        if not rows.more or not rows.items:
            return


def _place(rows: Rows[T], identify: Callable[[T], str], wanted: str) -> int | None:
    for index, item in enumerate(rows.items):
        if _id(item, identify) == wanted:
            return index
    return None


async def _search(fetch: Fetch[T], identify: Callable[[T], str], wanted: str, largest: int) -> tuple[Rows[T], int] | None:
    offset = 0
    while True:
        rows = await fetch(offset, largest)
        place = _place(rows, identify, wanted)
        if place is not None:
            return rows, place
        offset = rows.offset + len(rows.items)
        if not rows.more or not rows.items:
            return None


def _chunk(rows: Rows[T], start: int, identify: Callable[[T], str], group: str) -> Chunk[T]:
    start = max(start, 0)
    items = rows.items[start:]
    marks = tuple(Mark(group, rows.offset + start + index, _id(item, identify)) for index, item in enumerate(items))
    return Chunk(items, rows.more, marks, rows.total)


def _id(item: T | RowFault, identify: Callable[[T], str]) -> str:
    return item.id if isinstance(item, RowFault) else identify(item)
