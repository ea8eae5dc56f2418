"""Lists in the vendor's order: pages of one list or of several in turn, and lists that come whole."""

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from gateway.domain.page import Chunk, Mark, RowFault
from gateway.providers.talend.client import LARGEST_PAGE
from gateway.providers.talend.pages import Listed, Pages, id_of
from gateway.upstream.offset_walk import Fetch, Rows, walk

T = TypeVar("T")
L = TypeVar("L", bound=Listed)

Keep = Callable[[T], bool]


class Source(msgspec.Struct, Generic[L], frozen=True, eq=False):
    """One of the vendor's lists, or several read as one; `group` tells it from the others in marks."""

    group: str
    fetch: Fetch[L]
    pages: tuple[Pages[Any, L], ...]

    @property
    def applied_locally(self) -> tuple[str, ...]:
        return tuple(name for pages in self.pages for name in pages.applied_locally)

    @property
    def note(self) -> str | None:
        return next((pages.note for pages in self.pages if pages.note is not None), None)

    def is_stray(self, item: L | RowFault) -> bool:
        return any(id_of(item) in pages.strays for pages in self.pages)


def paged(group: str, pages: Pages[Any, L]) -> Source[L]:
    """A paged list of the vendor's."""
    return Source(group, pages.fetch, (pages,))


def whole(items: Sequence[T | RowFault]) -> Fetch[T]:
    """A list that the vendor gives at once, for `walk`."""

    async def fetch(offset: int, count: int) -> Rows[T]:
        return Rows(offset, tuple(items[offset : offset + count]), offset + count < len(items), len(items))

    return fetch


async def in_turn(
    sources: Sequence[Source[L]],
    after: Mark | None,
    page_size: int,
    keep: Keep[L] | None = None,
    applied_locally: tuple[str, ...] = (),
) -> AsyncGenerator[Chunk[L], None]:
    """One list after the other, from behind a mark on, each row once and none that is elsewhere. A total is told only of one
    list of which nothing is dropped."""
    groups = [source.group for source in sources]
    begin = groups.index(after.group) if after is not None and after.group in groups else 0
    count = max(1, min(page_size, LARGEST_PAGE)) if keep is None else LARGEST_PAGE
    given: set[str] = set()
    if not sources:
        yield Chunk((), False, applied_locally=applied_locally)
    for place, source in enumerate(sources[begin:], begin):
        mark = after if after is not None and after.group == source.group else None
        last = place == len(sources) - 1
        async for chunk in walk(source.fetch, _identify, mark, count, group=source.group, largest=LARGEST_PAGE):
            left = [
                (item, mark)
                for item, mark in zip(chunk.items, chunk.marks, strict=True)
                if not source.is_stray(item)
                and id_of(item) not in given
                and (keep is None or isinstance(item, RowFault) or keep(item))
            ]
            if not left and chunk.more:
                continue
            if len(sources) > 1:
                given.update(id_of(item) for item, _ in left)
            all_of_it = len(sources) == 1 and keep is None and not source.applied_locally
            yield Chunk(
                tuple(item for item, _ in left),
                chunk.more or not last,
                tuple(mark for _, mark in left),
                chunk.total if all_of_it else None,
                (*applied_locally, *source.applied_locally),
                source.note,
            )


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


def named(filters: Iterable[tuple[str, bool]]) -> tuple[str, ...]:
    """The names of those filters that are in use."""
    return tuple(name for name, used in filters if used)


def _identify(item: Listed) -> str:
    return item.external_id
