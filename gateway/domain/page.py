"""Lists: what a provider hands over (`Chunk`), and what a client gets (`Page`)."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.outcome import ProviderOutcome, Source

T = TypeVar("T")

Want = frozenset[str]
"""Names of the attributes known to be read when a load begins. A port may ignore it, or ask the vendor for more than usual;
it must never leave attributes out, because another part of the query can come to share the load.
"""


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """Where an item stands in a vendor's own order: `offset` is a hint for speed, `id` is what makes it certain.

    `group` names the sub-list (a workspace, say) when a provider's list is several vendor lists one after the other.
    """

    group: str
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
    id: str


class RowFault(msgspec.Struct, frozen=True, eq=False):
    """A row that cannot be read. It fails alone: a null node and an error, not a lost page.

    `created_at` and `id` are what could still be made out; without a time it stands where its neighbour stands.
    """

    error: GatewayError
    id: str
    created_at: datetime | None = None


class Chunk(msgspec.Struct, Generic[T], frozen=True, eq=False):
    """One stretch of a provider's list, in the list's order.

    `more` is what the vendor says or its page size implies: another chunk may follow. `marks` go with `items` one to one
    in lists that keep the vendor's order, and are empty in lists by time. `total` is the vendor's own count of all
    matches, never a guess. `applied_locally` names the filters that the gateway had to apply itself.
    `note` tells a reader of the list what the vendor cannot give, `source` where the items come from.
    `ids_in_order` promises of a list by time that items of equal times come in order of their ids, over all chunks.
    """

    items: tuple[T | RowFault, ...]
    more: bool
    marks: tuple[Mark, ...] = ()
    total: int | None = None
    applied_locally: tuple[str, ...] = ()
    note: str | None = None
    source: Source = Source.UPSTREAM
    ids_in_order: bool = False


class Page(msgspec.Struct, Generic[T], frozen=True, eq=False):
    """One page of a connection. `positions` are the cursors, not yet encoded, one per item; the last one ends the page."""

    items: tuple[T | RowFault, ...]
    positions: tuple[msgspec.Struct, ...]
    has_next_page: bool
    outcomes: tuple[ProviderOutcome, ...] = ()
    total_count: int | None = None
