"""Lists without a common order: provider by provider as configured, each in its vendor's own order."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeVar

from gateway.domain.cursor import Absence, ListCursor
from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.outcome import OutcomeStatus, ProviderOutcome, Source
from gateway.domain.page import Chunk, Mark, Page, RowFault
from gateway.listing.patience import read_with_patience
from gateway.listing.source import ProviderStream

T = TypeVar("T")
OpenList = Callable[[Mark | None, int], AsyncIterator[Chunk[T]]]
"""(after, count) -> the provider's stream."""


async def in_turn(
    providers: Sequence[tuple[str, OpenList[T] | None]],
    *,
    after: ListCursor | None,
    first: int,
    digest: str,
    patience_s: float,
    missing: Callable[[str], GatewayError],
) -> Page[T]:
    """One page. A provider is asked only when those before it have been read to the end, so it may cost nothing at all.

    `total_count` is the sum of the vendors' own totals, or the length of a list read to its end; None if neither is known.
    """
    names = [name for name, _ in providers]
    absent = {absence.provider: absence for absence in after.absent} if after is not None else {}
    if after is not None and after.provider not in names:
        raise InvalidInputError(f"`after` stands at {after.provider}, which this list does not have any more.", field="after")
    start = names.index(after.provider) if after is not None else 0
    streams: list[ProviderStream[T]] = []
    items: list[T | RowFault] = []
    places: list[tuple[str, Mark]] = []
    more = False
    for index, (name, open_list) in enumerate(providers):
        mark = after.mark if after is not None and index == start and name == after.provider else None
        stream = ProviderStream(name, _bind(open_list, mark, first - len(items)))
        streams.append(stream)
        if open_list is None:
            stream.fault = missing(name)
        elif name in absent:
            stream.skip(absent[name].code, None)
        elif index < start:
            stream.exhausted, stream.note = True, "Read to its end on an earlier page."
        elif len(items) >= first:
            more, stream.note = True, "Not reached on this page."
        else:
            others_left = any(opened is not None for _, opened in providers[index + 1 :]) or bool(items)
            more = await _fill(stream, items, places, first, patience_s if others_left else None)
    left = (*absent.values(), *_absences(streams, absent))
    return Page(
        items=tuple(items),
        positions=tuple(
            # Who failed after this item is still with the walk that goes on from here.
            ListCursor(digest, provider, mark, tuple(absence for absence in left if absence.provider != provider))
            for provider, mark in places
        ),
        has_next_page=more,
        outcomes=tuple(_outcome(stream) for stream in streams),
        total_count=len(items) if after is None and not more and _all_read(streams) else _total(streams),
    )


def _bind(open_list: OpenList[T] | None, mark: Mark | None, count: int) -> Callable[[], AsyncIterator[Chunk[T]]] | None:
    return None if open_list is None else lambda: open_list(mark, count)


async def _fill(
    stream: ProviderStream[T], items: list[T | RowFault], places: list[tuple[str, Mark]], first: int, patience_s: float | None
) -> bool:
    """Takes from one provider until the page is full; tells whether that provider may have more."""
    try:
        while stream.live:
            chunk = await read_with_patience(stream, patience_s)
            if chunk is None:
                break
            room = first - len(items)
            stream.give(chunk.items[:room])
            items.extend(chunk.items[:room])
            places.extend((stream.provider, mark) for mark in chunk.marks[:room])
            stream.partial = True
            if len(items) >= first:
                return len(chunk.items) > room or chunk.more
    finally:
        await stream.close()
    return False


def _outcome(stream: ProviderStream[T]) -> ProviderOutcome:
    if stream.note is not None and stream.fault is None and stream.skipped is None and stream.chunks_read == 0:
        return ProviderOutcome(
            provider=stream.provider, status=OutcomeStatus.SKIPPED, served_from=Source.NONE, upstream_calls=0, note=stream.note
        )
    return stream.outcome()


def _all_read(streams: Sequence[ProviderStream[T]]) -> bool:
    return all(stream.fault is None or stream.fault.code == "NOT_SUPPORTED" for stream in streams)


def _total(streams: Sequence[ProviderStream[T]]) -> int | None:
    total = 0
    for stream in streams:
        if stream.fault is not None and stream.fault.code == "NOT_SUPPORTED":
            continue
        if stream.total is None:
            return None
        total += stream.total
    return total


def _absences(streams: Sequence[ProviderStream[T]], before: dict[str, Absence]) -> list[Absence]:
    return [
        Absence(stream.provider, stream.fault.code, None)
        for stream in streams
        if stream.fault is not None and stream.fault.code != "NOT_SUPPORTED" and stream.provider not in before
    ]
