"""Runs of several providers in one list by time: a lazy k-way merge with keyset cursors.

Order: newest first, then provider name, then id. A provider is asked for another chunk only when its next item is needed.
The cursor is the last item's place in that order, so nothing depends on vendors' pages (see docs/adr/0003).
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from gateway.domain.cursor import Absence, RunCursor, micros, moment
from gateway.domain.errors import BudgetExceededError
from gateway.domain.keys import Key
from gateway.domain.page import Chunk, Page, RowFault
from gateway.listing.patience import read_all
from gateway.listing.source import ProviderStream


class TimedRun(Protocol):
    """What the merge must know of a run."""

    @property
    def key(self) -> Key: ...
    @property
    def external_id(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


R = TypeVar("R", bound=TimedRun)
OpenRuns = Callable[[datetime | None, int], AsyncIterator[Chunk[R]]]
"""(at or before, page size) -> the provider's stream."""


MOST_OF_ONE_MOMENT = 1000


class RunSource(Generic[R]):
    """A provider's stream in the merge: sorted, without what the cursor has behind it, and without repetitions."""

    def __init__(self, stream: ProviderStream[R], after: RunCursor | None) -> None:
        self.stream = stream
        self._after = after
        self._buffer: list[tuple[int, str, R | RowFault]] = []  # reversed: the next item is the last
        self._known: set[str] = set()
        self._floor = after.time if after is not None else None
        self._open_time: int | None = None
        self._seen: list[str] = []
        own = after if after is not None and after.provider == stream.provider else None
        self._resumed_time: int | None = None if own is None else own.time
        self._resumed_id = "" if own is None else own.id
        if own is not None and own.seen:
            self._open_time, self._seen = own.time, list(own.seen)

    @property
    def provider(self) -> str:
        return self.stream.provider

    def take_in(self, chunk: Chunk[R] | None) -> None:
        """Adds a chunk; on the stream's failure notes from which time on items are missing."""
        if chunk is None:
            if self.stream.fault is not None and self._floor is not None:
                self.stream.missing_before = moment(self._floor)
                self.stream.partial = self.stream.chunks_read > 0
            return
        readable = next((micros(item.created_at) for item in chunk.items if item.created_at is not None), None)
        if chunk.items and readable is None:
            self._fail_unreadable(chunk.items[0])
            return
        last = self._floor if self._floor is not None else readable or 0
        rows: list[tuple[int, str, R | RowFault]] = []
        for item in chunk.items:
            if isinstance(item, RowFault):
                time, row_id = (last if item.created_at is None else micros(item.created_at)), item.id
            else:
                time, row_id = micros(item.created_at), item.external_id
            last = time
            if row_id not in self._known and self._is_ahead(time, row_id):
                self._known.add(row_id)
                rows.append((time, row_id, item))
        rows.sort(key=lambda row: (-row[0], row[1]))
        self._buffer = rows[::-1]  # it is read only when the last chunk is used up
        if chunk.items:
            self._floor = last if self._floor is None else min(self._floor, last)

    def _fail_unreadable(self, row: R | RowFault) -> None:
        """Rows without any time have no place in the list; to leave them out and call it well would hide the provider."""
        self.stream.fault = row.error if isinstance(row, RowFault) else None
        if self._floor is not None:
            self.stream.missing_before = moment(self._floor)
            self.stream.partial = self.stream.chunks_read > 1

    def _give_up(self) -> None:
        """A cursor names the runs of a moment that are given, and cannot name any number of them."""
        self._buffer.clear()
        message = (
            f"{self.provider} has more than {MOST_OF_ONE_MOMENT} runs of one moment: too many to page through. Narrow the filter."
        )
        self.stream.fault = BudgetExceededError(message, provider=self.provider)
        self.stream.missing_before = None if self._floor is None else moment(self._floor)
        self.stream.partial = True

    def _is_ahead(self, time: int, row_id: str) -> bool:
        after = self._after
        if after is None or time < after.time:
            return True
        if time > after.time or self.provider < after.provider:
            return False
        if self.provider > after.provider:
            return True
        return row_id > after.id and row_id not in after.seen

    @property
    def needs_chunk(self) -> bool:
        return not self._buffer and self.stream.live

    @property
    def has_item(self) -> bool:
        return bool(self._buffer)

    @property
    def may_have_more(self) -> bool:
        return bool(self._buffer) or self.stream.live

    def rank(self) -> tuple[int, str, str]:
        """Sorts the next items of all sources."""
        time, row_id, _ = self._buffer[-1]
        return -time, self.provider, row_id

    def pop(self) -> tuple[int, str, R | RowFault, tuple[str, ...]]:
        """The next item with its place: (time, id up to which all of that time is given, item, ids given beyond that).

        When more runs of the same time may come with a later chunk their ids may be smaller: then the id stays where it was
        and the ids given are listed.
        """
        time, row_id, item = self._buffer.pop()
        if time != self._open_time:
            ends_in_this_chunk = not self.stream.live or (bool(self._buffer) and self._buffer[0][0] != time)
            self._open_time = None if ends_in_this_chunk or self.stream.ids_in_order else time
            self._seen = []
        if time != self._open_time:
            return time, row_id, item, ()
        self._seen.append(row_id)
        if len(self._seen) > MOST_OF_ONE_MOMENT:
            self._give_up()
        return time, self._resumed_id if time == self._resumed_time else "", item, tuple(self._seen)


async def newest_first(
    providers: Sequence[tuple[str, OpenRuns[R] | None]],
    *,
    after: RunCursor | None,
    first: int,
    digest: str,
    patience_s: float,
    missing: Callable[[str], Exception],
) -> Page[R]:
    """One page over all providers. `missing(provider)` is the NotSupportedError of a provider without this list.

    A provider that fails before it gave anything in the whole walk is absent from it; one that fails later is dropped from
    there on, and neither comes back before the walk is started anew.
    """
    absent = {absence.provider: absence for absence in after.absent} if after is not None else {}
    sources: list[RunSource[R]] = []
    for name, open_runs in providers:
        stream: ProviderStream[R] = ProviderStream(name, _bind(open_runs, after, first))
        if open_runs is None:
            stream.fault = missing(name)  # type: ignore[assignment]  # always a NotSupportedError
        elif name in absent:
            gone = absent[name]
            stream.skip(gone.code, None if gone.since is None else moment(gone.since))
        sources.append(RunSource(stream, after))

    taken: list[tuple[int, str, str, R | RowFault, tuple[str, ...]]] = []
    try:
        while len(taken) < first:
            hungry = [source for source in sources if source.needs_chunk]
            if hungry:
                others_wait = any(source.has_item for source in sources)
                chunks = await read_all([source.stream for source in hungry], patience_s, others_wait=others_wait)
                for source, chunk in zip(hungry, chunks, strict=True):
                    source.take_in(chunk)
                continue
            ready = [source for source in sources if source.has_item]
            if not ready:
                break
            best = ready[0] if len(ready) == 1 else min(ready, key=RunSource.rank)
            time, row_id, item, seen = best.pop()
            best.stream.give((item,))
            taken.append((time, best.provider, row_id, item, seen))
    finally:
        for source in sources:
            await source.stream.close()

    left = _absences(sources, absent)
    return Page(
        items=tuple(row[3] for row in taken),
        positions=tuple(
            RunCursor(digest, time, provider, row_id, seen, _absent_at(time, left)) for time, provider, row_id, _, seen in taken
        ),
        has_next_page=any(source.may_have_more for source in sources),
        outcomes=tuple(source.stream.outcome() for source in sources),
    )


def _absent_at(time: int, left: Sequence[Absence]) -> tuple[Absence, ...]:
    """Who has left by this edge. A provider dropped later on the page is still with the walk that goes on from here."""
    return tuple(absence for absence in left if absence.since is None or time <= absence.since)


def _bind(open_runs: OpenRuns[R] | None, after: RunCursor | None, first: int) -> Callable[[], AsyncIterator[Chunk[R]]] | None:
    if open_runs is None:
        return None
    at_or_before = None if after is None else moment(after.time)
    return lambda: open_runs(at_or_before, first + 1)


def _absences(sources: Sequence[RunSource[R]], before: dict[str, Absence]) -> list[Absence]:
    left = list(before.values())
    for source in sources:
        fault, since = source.stream.fault, source.stream.missing_before
        if fault is not None and fault.code != "NOT_SUPPORTED" and source.provider not in before:
            left.append(Absence(source.provider, fault.code, None if since is None else micros(since)))
    return left
