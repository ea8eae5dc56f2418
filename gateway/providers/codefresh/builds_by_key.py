"""Many builds by key: few lists that surely or very probably hold them, a call per build for what is left.

The vendor has no call for several builds. But a key tells the pipeline and (in its id) the second of creation, so the list
of a few pipelines over a few days can hold many of them, at the price of one. This planner decides which lists to ask for
and does no I/O: it is fed with the rows and answers with what to do next.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from gateway.providers.codefresh.keys import created_second

PAGE_ROWS = 100
GOOD_FILL = 80
"""Rows to expect on a page that is to hold all of its days."""
GUESSED_RATE = 3.0
"""Builds a day and pipeline, until lists have shown more."""
GUESS_WEIGHT = 2.0
"""Days of one pipeline that the guess weighs as much as."""
MANY_PIPELINES = 3
"""Fewest builds for which several pipelines are listed together: for two, the risk is not worth the gain."""
MAX_PIPELINES = 50
DAY = timedelta(days=1)
ID_LAG = timedelta(minutes=10)
"""How far the time in an id may lie before the time that lists go by."""


class ListSpan(msgspec.Struct, frozen=True):
    """One page of the builds of these pipelines, newest first, that is to hold what was created from `oldest` to `newest`."""

    pipelines: tuple[str, ...]
    oldest: datetime
    newest: datetime

    @property
    def days(self) -> float:
        """About as long as the list is: it begins and ends with whole days."""
        return (self.newest - self.oldest) / DAY + 2


class _Wanted(msgspec.Struct, frozen=True):
    build: str
    pipeline: str
    created: datetime


class BuildsByKeyPlanner:
    """Calls: one per list, and one per build that no list held.

    Lists are paid for by builds that earlier ones held beyond their own price, and one may be risked on top. So all calls
    together never exceed the number of builds by more than one.
    """

    def __init__(self, wanted: Iterable[tuple[str, str]]) -> None:
        """(build id, pipeline id) of each; both must be ObjectIds."""
        self._groups: dict[str, list[_Wanted]] = {}
        for build, pipeline in wanted:
            self._groups.setdefault(pipeline, []).append(_Wanted(build, pipeline, created_second(build)))
        self._credit = 0
        self._rows_seen = 0
        self._held = 0
        self._listed = 0
        self._days_seen = 0.0

    def next_lists(self) -> list[ListSpan]:
        """Lists to ask for at once; none when the rest is better asked for build by build."""
        allowed = self._credit + 1
        packs = [pack for pack in self._packs() if _worth_a_list(pack)]
        if not self._listed:
            # Nothing is known yet of how busy pipelines are: the list of one is the safest guess.
            packs = [[group] for group in self._groups.values() if len(group) > 1] or packs
        packs.sort(key=self._builds_to_expect, reverse=True)
        return [_span_of(pack) for pack in packs[:allowed]]

    def take_page(self, listed: ListSpan, rows: Sequence[tuple[str, datetime]], *, more: bool) -> None:
        """(build id, time of creation) of each row."""
        ids = {build for build, _ in rows}
        found = 0
        for pipeline in listed.pipelines:
            group = self._groups.pop(pipeline, [])
            left = [wanted for wanted in group if wanted.build not in ids]
            found += len(group) - len(left)
            # What a complete list lacks is probably gone. What an incomplete one lacks may be further down.
            if left and more and len(left) < len(group):
                self._groups[pipeline] = left
        self._credit += found - 1
        self._held += found
        self._listed += len(listed.pipelines)
        self._rows_seen += len(rows)
        seen = (rows[0][1] - rows[-1][1]) / DAY if more and rows else listed.days
        self._days_seen += len(listed.pipelines) * max(1 / 24, seen)

    def failed(self, listed: ListSpan) -> None:
        """The list could not be read; its builds are asked for one by one."""
        for pipeline in listed.pipelines:
            self._groups.pop(pipeline, None)
        self._credit -= 1

    def _packs(self) -> list[list[list[_Wanted]]]:
        """Groups of about the same time together, as long as one page will probably hold their days."""
        packs: list[list[list[_Wanted]]] = []
        for group in sorted(self._groups.values(), key=lambda group: max(wanted.created for wanted in group)):
            if packs and len(packs[-1]) < MAX_PIPELINES and self._rows_to_expect([*packs[-1], group]) <= GOOD_FILL:
                packs[-1].append(group)
            else:
                packs.append([group])
        return packs

    def _rows_to_expect(self, pack: Sequence[Sequence[_Wanted]]) -> float:
        """By pipelines and days. Where fewer builds of each are wanted than earlier lists held, pipelines are as much quieter:
        of a busy one more is wanted."""
        rate = (self._rows_seen + GUESSED_RATE * GUESS_WEIGHT) / (self._days_seen + GUESS_WEIGHT)
        quieter = _builds_in(pack) * self._listed / (len(pack) * self._held) if self._held else 1.0
        return len(pack) * _span_of(pack).days * rate * min(1.0, quieter)

    def _builds_to_expect(self, pack: Sequence[Sequence[_Wanted]]) -> float:
        """How many of the wanted builds the newest rows will hold."""
        return _builds_in(pack) * min(1.0, PAGE_ROWS / self._rows_to_expect(pack))


def _builds_in(pack: Sequence[Sequence[_Wanted]]) -> int:
    return sum(len(group) for group in pack)


def _worth_a_list(pack: Sequence[Sequence[_Wanted]]) -> bool:
    return _builds_in(pack) >= (MANY_PIPELINES if len(pack) > 1 else 2)


def _span_of(pack: Sequence[Sequence[_Wanted]]) -> ListSpan:
    moments = [wanted.created for group in pack for wanted in group]
    return ListSpan(tuple(group[0].pipeline for group in pack), min(moments), max(moments) + ID_LAG)
