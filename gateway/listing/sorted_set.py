"""Lists in an order the client asks for. Vendors do not sort, so the whole set is read, up to a stated size."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeVar

from gateway.domain.cursor import Absence, SortedCursor
from gateway.domain.errors import BudgetExceededError, GatewayError
from gateway.domain.page import Chunk, Page, RowFault
from gateway.listing.in_turn import OpenList
from gateway.listing.patience import gather_with_patience
from gateway.listing.source import ProviderStream

T = TypeVar("T")
MAX_SORTED_ITEMS = 1000
SortValue = str | int | None


async def sorted_set(
    providers: Sequence[tuple[str, OpenList[T] | None]],
    *,
    value_of: Callable[[T], SortValue],
    id_of: Callable[[T], str],
    descending: bool,
    after: SortedCursor | None,
    first: int,
    digest: str,
    patience_s: float,
    missing: Callable[[str], GatewayError],
) -> Page[T]:
    """One page. A provider with more than MAX_SORTED_ITEMS is refused by name; items without a value come last.

    Rows that cannot be read have no place in an order: the provider's outcome is PARTIAL then.
    """
    absent = {absence.provider: absence for absence in after.absent} if after is not None else {}
    streams: list[ProviderStream[T]] = []
    for name, open_list in providers:
        stream = ProviderStream(name, None if open_list is None else _whole(open_list))
        if open_list is None:
            stream.fault = missing(name)
        elif name in absent:
            stream.skip(absent[name].code, None)
        streams.append(stream)
    found = await gather_with_patience(streams, lambda stream: _read_all(stream, id_of), patience_s)
    sets = [items or [] for items in found]

    rows = [
        (_rank(value_of(item), descending), stream.provider, id_of(item), item)
        for stream, items in zip(streams, sets, strict=True)
        for item in items
    ]
    rows.sort(key=lambda row: row[:3])
    if after is not None:
        place = (_rank(after.value, descending), after.provider, after.id)
        rows = [row for row in rows if row[:3] > place]
    page = rows[:first]
    left = (
        *absent.values(),
        *(
            Absence(stream.provider, stream.fault.code, None)
            for stream in streams
            if stream.fault is not None and stream.fault.code != "NOT_SUPPORTED" and stream.provider not in absent
        ),
    )
    whole = all(_is_whole(stream) for stream in streams)
    return Page(
        items=tuple(row[3] for row in page),
        positions=tuple(SortedCursor(digest, value_of(row[3]), row[1], row[2], left) for row in page),
        has_next_page=len(rows) > first,
        outcomes=tuple(stream.outcome() for stream in streams),
        total_count=sum(len(items) for items in sets) if whole else None,
    )


def _is_whole(stream: ProviderStream[T]) -> bool:
    """Whether nothing of it is missing. A vendor that has no such things has none to count."""
    absent = stream.fault is not None and stream.fault.code != "NOT_SUPPORTED"
    return not absent and stream.row_fault is None and stream.skipped is None


def _whole(open_list: OpenList[T]) -> Callable[[], AsyncIterator[Chunk[T]]]:
    return lambda: open_list(None, MAX_SORTED_ITEMS)


async def _read_all(stream: ProviderStream[T], id_of: Callable[[T], str]) -> list[T] | None:
    """The whole set but for rows that cannot be read, each once; None if a part is missing."""
    items: dict[str, T] = {}
    try:
        while (chunk := await stream.read()) is not None:
            stream.give(chunk.items)
            for item in chunk.items:
                if not isinstance(item, RowFault):
                    items.setdefault(id_of(item), item)  # rows that come while it is read push others onto the next page
            if len(items) > MAX_SORTED_ITEMS:
                stream.truncated = True
                stream.fault = BudgetExceededError(
                    f"{stream.provider} has more than {MAX_SORTED_ITEMS}: too many to sort. "
                    "Leave out `orderBy`, or narrow the filter.",
                    provider=stream.provider,
                )
    finally:
        await stream.close()
    return None if stream.fault is not None else list(items.values())


def _rank(value: SortValue, descending: bool) -> tuple[int, tuple[float, ...]]:
    """A sort key that is comparable for texts, numbers and None alike, and turned round by negation."""
    if value is None:
        return 1, ()
    points = [float(ord(character)) for character in value.casefold()] if isinstance(value, str) else [float(value)]
    return 0, tuple(-point for point in points) + ((1.0,) if isinstance(value, str) else ()) if descending else tuple(points)
