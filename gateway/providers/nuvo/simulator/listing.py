"""A page of a collection: filtered, sorted and cut as far as the settings honour what was asked."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from gateway.providers.nuvo.simulator.documents import Document, member, page_response
from gateway.providers.nuvo.simulator.errors import bad_request
from gateway.providers.nuvo.simulator.query import ListQuery, as_text, read_query
from gateway.providers.nuvo.simulator.settings import SimulatorSettings
from gateway.simulation.messages import Request, Response

T = TypeVar("T")


def list_response(
    request: Request,
    settings: SimulatorSettings,
    oldest_first: Sequence[T],
    plain: Callable[[T], Document],
    shown: Callable[[T], Document],
) -> Response:
    """`plain` is what filters and sorts compare, `shown` what is sent."""
    query = read_query(request.query, settings)
    rows = [(item, plain(item)) for item in oldest_first]
    if settings.filters_honoured:
        rows = _filtered(rows, query, settings)
    rows = _sorted(rows, query, settings)
    offset, limit = _window(query, settings, len(rows))
    page = rows[offset : offset + limit]
    total = len(rows) if settings.total == "matches" else len(page)
    return page_response((shown(item) for item, _ in page), _echo(query, settings, (total, offset, limit)))


def _filtered(rows: list[tuple[T, Document]], query: ListQuery, settings: SimulatorSettings) -> list[tuple[T, Document]]:
    wanted = query.filters
    if not settings.dotted_filters:
        wanted = [(path, value) for path, value in wanted if "." not in path]
    if not wanted:
        return rows
    if rows and settings.unknown_parameters == "refuse":
        for path, _ in wanted:
            if path.partition(".")[0] not in rows[0][1]:
                raise bad_request(f"Unknown field in filters: {path}")
    return [
        (item, document)
        for item, document in rows
        if all(as_text(member(document, path, dotted=True)) == value for path, value in wanted)
    ]


def _sorted(rows: list[tuple[T, Document]], query: ListQuery, settings: SimulatorSettings) -> list[tuple[T, Document]]:
    if not query.sort or not settings.sort_honoured:
        return rows if settings.default_order == "oldest_first" else rows[::-1]
    for path, descending in reversed(query.sort):
        dotted = "." in path
        rows = sorted(rows, key=lambda row: as_text(member(row[1], path, dotted=dotted)), reverse=descending)
    return rows


def _window(query: ListQuery, settings: SimulatorSettings, count: int) -> tuple[int, int]:
    match settings.pagination:
        case "honoured":
            return query.offset or 0, query.limit or settings.default_limit
        case "all":
            return 0, count
        case "first":
            return 0, settings.default_limit


def _echo(query: ListQuery, settings: SimulatorSettings, served: tuple[int, int, int]) -> Document | None:
    total, offset, limit = served
    match settings.pagination_echo:
        case "served":
            return {"total": total, "offset": offset, "limit": limit}
        case "asked":
            return {"total": total, "offset": query.offset or 0, "limit": query.limit or settings.default_limit}
        case "zero":
            return {"total": 0, "offset": 0, "limit": 0}
        case "absent":
            return None
