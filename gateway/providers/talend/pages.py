"""The pages of one list, from a server that may heed neither the page nor the place it is asked for."""

from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from gateway.domain.errors import NotFoundError
from gateway.domain.page import RowFault
from gateway.providers.talend.client import LARGEST_PAGE
from gateway.providers.talend.places import EVERYWHERE, Place, Scope
from gateway.providers.talend.rows import Listing, values_of
from gateway.upstream.offset_walk import Rows

PAGING_DISREGARDED = "The vendor does not heed the page asked for: there may be more than it shows."
"""For readers of a list that had to end because pages did not."""


class Listed(Protocol):
    """What the vendor knows by an id."""

    @property
    def external_id(self) -> str: ...


W = TypeVar("W")
T = TypeVar("T", bound=Listed)

ReadPage = Callable[[int, int], Awaitable[Listing[W]]]
"""(offset, limit) -> a page of the vendor's."""


def id_of(item: Listed | RowFault) -> str:
    return item.id if isinstance(item, RowFault) else item.external_id


class Pages(Generic[W, T]):
    """Of one walk. A page that begins elsewhere, or has nothing but what was on pages before it, is the last one.

    `place_of` is where a row tells that it is. The list of a place that is gone is empty, and so is any that `may_be_absent`.
    """

    def __init__(
        self,
        read_page: ReadPage[W],
        to_value: Callable[[W], T],
        provider: str,
        *,
        scope: Scope = EVERYWHERE,
        place_of: Callable[[W], Place] = lambda _: (None, None),
        may_be_absent: bool = False,
    ) -> None:
        self._read_page = read_page
        self._to_value = to_value
        self._provider = provider
        self._scope = scope
        self._place_of = place_of
        self._may_be_absent = may_be_absent or bool(scope.filters)
        self._met: dict[str, int] = {}  # where each row stood first
        self.strays: set[str] = set()
        """Rows that tell another place than the list is of."""
        self.note: str | None = None

    @property
    def applied_locally(self) -> tuple[str, ...]:
        """The filters for places that the server turned out not to know."""
        return self._scope.names if self.strays else ()

    async def fetch(self, offset: int, count: int) -> Rows[T]:
        """What `walk` needs. Strays are among the rows, as they take their places in the vendor's list."""
        # Where most rows may be strays, small pages would cost a call for hardly anything.
        limit = LARGEST_PAGE if self.strays else count
        try:
            listing = await self._read_page(offset, limit)
        except NotFoundError:
            if not self._may_be_absent:
                raise
            return Rows(offset, (), False, 0)
        items = values_of(listing.rows, self._to_value, self._provider)
        self.strays.update(
            id_of(item)
            for row, item in zip(listing.rows, items, strict=True)
            if not isinstance(row, RowFault) and self._scope.excludes(self._place_of(row))
        )
        begin = offset if listing.offset is None else max(0, listing.offset)
        if begin != offset or (items and all(self._met.get(id_of(item), offset) < offset for item in items)):
            if limit < LARGEST_PAGE:  # rows put in before them can have moved some to this page, but not that many
                return await self.fetch(offset, LARGEST_PAGE)
            brought = begin + len(items) if begin != offset else len(self._met)
            # Without a total a page that is not full, or more than that, is all that there is.
            if brought < listing.total if listing.total is not None else len(items) == LARGEST_PAGE:
                self.note = PAGING_DISREGARDED
            return Rows(begin, items if begin != offset else (), False)
        for place, item in enumerate(items, offset):
            self._met.setdefault(id_of(item), place)
        return Rows(offset, items, listing.more_after(offset, limit), listing.total)
