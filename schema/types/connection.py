"""Lists as Relay connections, with what each provider contributed to them."""

from typing import Generic, TypeVar

import msgspec
import strawberry

from gateway.domain import page as domain
from gateway.domain.cursor import encode_cursor
from schema.types.outcome import ProviderOutcome
from schema.types.view import field, view

T = TypeVar("T")


class EdgeValue(msgspec.Struct, frozen=True, eq=False):
    """An item with its place."""

    cursor: str
    node: object


class PageInfoValue(msgspec.Struct, frozen=True):
    """Where a page begins and ends."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


Root = strawberry.Parent[domain.Page[object]]


def edges(page: Root) -> object:
    return [EdgeValue(encode_cursor(position), _node(item)) for item, position in zip(page.items, page.positions, strict=True)]


def nodes(page: Root) -> object:
    return [_node(item) for item in page.items]


def _node(item: object) -> object:
    # graphql-core raises an exception that it finds in a list: the row is null with an error of its own, the others stay.
    return item.error if type(item) is domain.RowFault else item


def page_info(page: Root) -> PageInfoValue:
    start, end = (encode_cursor(page.positions[0]), encode_cursor(page.positions[-1])) if page.positions else (None, None)
    return PageInfoValue(page.has_next_page, False, start, end)


@view(PageInfoValue)
class PageInfo:
    """Where a page begins and ends. Lists go forward only."""

    has_next_page: bool = field("Whether more may follow. The page behind it can be empty where a filter runs in the gateway.")
    has_previous_page: bool = field("Always false: lists go forward only.")
    start_cursor: str | None = field("Cursor of the first item.")
    end_cursor: str | None = field("Cursor of the last item; pass it as `after` to go on.")


@view(EdgeValue)
class Edge(Generic[T]):
    """An item in a list."""

    cursor: str = field("Its place; pass it as `after` to go on behind it.")
    node: T | None = field("The item; null if the vendor sent a row that cannot be read, which then has an error of its own.")


@view(domain.Page)
class Connection(Generic[T]):
    """One page of a list."""

    edges: list[Edge[T]] = field("The items with their cursors.", edges)
    nodes: list[T | None] = field("The items.", nodes)
    page_info: PageInfo = field("Where the page begins and ends.", page_info)
    total_count: int | None = field("How many there are in all, if every provider's vendor says so; null otherwise, never a guess.")
    outcomes: list[ProviderOutcome] = field("What each provider contributed, and which are missing or cut short.")
