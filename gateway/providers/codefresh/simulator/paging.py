"""Build paging: a cursor on the server for each session, from which only neighbouring pages can be read.

A session belongs to a key and, if the caller names one, to the text of its session header. It remembers where its
last page lay, not what it was filtered by: two loops in one session carry on from each other's rows.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal, NamedTuple

from gateway.providers.codefresh.simulator.build import Build, BuildKey
from gateway.providers.codefresh.simulator.build_filter import BuildFilter
from gateway.providers.codefresh.simulator.build_store import BuildStore
from gateway.providers.codefresh.simulator.errors import bad_request

SESSION_HEADER = "x-pagination-session-id"
MAX_SESSIONS = 10_000  # the least recently used one is forgotten first

_BEFORE_ALL = BuildKey(-1, -1)

Direction = Literal["next", "prev"]


class SessionName(NamedTuple):
    key_id: str
    header: str  # empty when the caller names no session


@dataclass(frozen=True, slots=True)
class PageRequest:
    page: int | None
    reset: bool
    direction: Direction | None
    limit: int


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Build]
    has_next: bool  # older matching builds exist


@dataclass(frozen=True, slots=True)
class _Cursor:
    """The last page read, and the keys above and below which its neighbours lie."""

    page: int
    newer_than: BuildKey
    older_than: BuildKey


class PagingSessions:
    def __init__(self, builds: BuildStore) -> None:
        self._builds = builds
        self._cursors: OrderedDict[SessionName, _Cursor] = OrderedDict()

    def read(self, name: SessionName, wanted: PageRequest, only: BuildFilter, *, reread: bool = False) -> Page:
        """A page that is neither the first nor a neighbour of the last one read is a 400 and moves nothing."""
        # ASSUMED: a jump is a 400 rather than wrong rows; disproved by the answer of a real account.
        cursor = self._cursors.get(name)
        number = _page_number(wanted, cursor)
        if number == 1:
            page, moved = self._read_older(1, None, only, wanted.limit)
        elif cursor is None or abs(number - cursor.page) > 1 or (number == cursor.page and not reread):
            last = "none" if cursor is None else str(cursor.page)
            raise bad_request(f"page {number} is not a neighbour of the last page read in this session ({last})")
        elif number < cursor.page:
            page, moved = self._read_newer(number, cursor.newer_than, only, wanted.limit)
        else:
            top = cursor.older_than if number > cursor.page else _just_above(cursor.newer_than)
            page, moved = self._read_older(number, top, only, wanted.limit)
        self._remember(name, moved)
        return page

    def _read_older(self, number: int, than: BuildKey | None, only: BuildFilter, limit: int) -> tuple[Page, _Cursor]:
        rows = self._builds.older(than, only.pipelines, only.matches, limit + 1)
        shown = rows[:limit]
        if shown:
            moved = _Cursor(number, shown[0].key, shown[-1].key)
        elif than is None:
            moved = _Cursor(number, _BEFORE_ALL, _BEFORE_ALL)
        else:
            moved = _Cursor(number, _just_below(than), than)
        return Page(shown, len(rows) > limit), moved

    def _read_newer(self, number: int, than: BuildKey, only: BuildFilter, limit: int) -> tuple[Page, _Cursor]:
        rows = self._builds.newer(than, only.pipelines, only.matches, limit)
        moved = _Cursor(number, rows[0].key, rows[-1].key) if rows else _Cursor(number, than, _just_above(than))
        return Page(rows, bool(self._builds.older(moved.older_than, only.pipelines, only.matches, 1))), moved

    def _remember(self, name: SessionName, cursor: _Cursor) -> None:
        self._cursors[name] = cursor
        self._cursors.move_to_end(name)
        if len(self._cursors) > MAX_SESSIONS:
            self._cursors.popitem(last=False)


def _page_number(wanted: PageRequest, cursor: _Cursor | None) -> int:
    """Without a page the direction says which neighbour is meant, and without a direction it is the first page."""
    # ASSUMED: a direction that contradicts the page is a 400; disproved by an account that lets one of them win.
    if wanted.reset:
        return 1
    step = {None: 0, "next": 1, "prev": -1}[wanted.direction]
    if wanted.page is None:
        return 1 if cursor is None or step == 0 else cursor.page + step
    if cursor is not None and wanted.page != 1 and step * (wanted.page - cursor.page) < 0:
        raise bad_request(f"page {wanted.page} does not lie in the direction {wanted.direction}")
    return wanted.page


def _just_above(key: BuildKey) -> BuildKey:
    """Builds older than the result include the one at `key`."""
    return BuildKey(key.created_ms, key.sequence + 1)


def _just_below(key: BuildKey) -> BuildKey:
    """Builds newer than the result include the one at `key`."""
    return BuildKey(key.created_ms, key.sequence - 1)
