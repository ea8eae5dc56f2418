"""The parameters of lists: sort, filters, pagination and options, in the styles that the settings let through.

The documents say no more than that they must be "stringified", so a style that is switched off is ignored, as any server
ignores a parameter it does not know.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from gateway.providers.nuvo.simulator.errors import bad_request
from gateway.providers.nuvo.simulator.settings import SimulatorSettings

ROOTS = ("sort", "filters", "pagination", "options")
# The documents' example address has these too. It was evidently written for another product.
_COPIED_ROOTS = ("populate", "publicationState", "locale", "fields")
_NESTED = re.compile(r"(\w+)((?:\[[^\[\]]+\])+)")
_PART = re.compile(r"\[([^\[\]]+)\]")
_INTEGER = re.compile(r"\d{1,9}")

Path = tuple[str, ...]


@dataclass(slots=True)
class ListQuery:
    """What a list was asked for. `sort` has (field, descending), the first outranks the others."""

    sort: list[tuple[str, bool]] = field(default_factory=list)
    filters: list[tuple[str, str]] = field(default_factory=list)
    offset: int | None = None
    limit: int | None = None


def read_query(pairs: Sequence[tuple[str, str]], settings: SimulatorSettings) -> ListQuery:
    """400 for what cannot be read, and for parameters of no known style unless those are ignored."""
    found = ListQuery()
    for name, value in pairs:
        nested = _NESTED.fullmatch(name)
        root = nested[1] if nested is not None else name
        if root not in ROOTS:
            if settings.unknown_parameters == "refuse" and root not in _COPIED_ROOTS:
                raise bad_request(f"Unknown query parameter: {name}")
        elif nested is not None:
            _take_bracket(found, root, tuple(_PART.findall(nested[2])), value, settings)
        elif "json" in settings.query_styles:
            for path, text in _leaves(_object(name, value)):
                _take(found, root, path, text, settings)
    return found


def _take_bracket(found: ListQuery, root: str, path: Path, value: str, settings: SimulatorSettings) -> None:
    copied = "copied" in settings.query_styles
    if root == "sort" and path[0].isdigit():
        field_name, _, direction = value.partition(":")
        if copied:
            _take(found, root, (field_name,), direction or "asc", settings)
    elif root == "pagination" and path[0] in ("page", "pageSize"):
        if copied:
            _take_page(found, path[0], _integer(path[0], value))
    elif "brackets" in settings.query_styles:
        _take(found, root, path, value, settings)


def _take(found: ListQuery, root: str, path: Path, value: str, settings: SimulatorSettings) -> None:
    match root:
        case "sort":
            if value not in ("asc", "desc"):
                raise bad_request(f"sort must be asc or desc, got {value!r}")
            found.sort.append((".".join(path), value == "desc"))
        case "filters":
            if path[-1].startswith("$"):
                # ASSUMED: the one operator of the example, and no other; disproved by a list that another one filtered.
                if path[-1] != "$eq" and settings.unknown_parameters == "refuse":
                    raise bad_request(f"Unknown operator: {path[-1]}")
                path = path[:-1]
            found.filters.append((".".join(path), value))
        case "pagination":
            if path == ("offset",):
                found.offset = _integer("offset", value)
            elif path == ("limit",):
                found.limit = _limit(_integer("limit", value), settings)
            elif settings.unknown_parameters == "refuse":
                raise bad_request(f"Unknown member of pagination: {'.'.join(path)}")


def _take_page(found: ListQuery, name: str, value: int) -> None:
    """Pages count from 1. The size may come before or after the number."""
    if name == "page":
        found.offset = max(0, value - 1) * (found.limit or 1)
    else:
        found.limit = value
        found.offset = (found.offset or 0) * value


def _limit(wanted: int, settings: SimulatorSettings) -> int:
    if wanted < 1 or (wanted > settings.max_limit and settings.over_limit == "refuse"):
        raise bad_request(f"limit must be between 1 and {settings.max_limit}, got {wanted}")
    return min(wanted, settings.max_limit)


def _integer(name: str, value: str) -> int:
    if _INTEGER.fullmatch(value) is None:
        raise bad_request(f"{name} must be a whole number, got {value!r}")
    return int(value)


def _object(name: str, text: str) -> dict[str, object]:
    try:
        return msgspec.json.decode(text, type=dict[str, object])
    except msgspec.MsgspecError:
        raise bad_request(f"{name} must be a JSON object") from None


def _leaves(value: dict[str, object], above: Path = ()) -> Iterable[tuple[Path, str]]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _leaves(inner, (*above, name))
        else:
            yield (*above, name), as_text(inner)


def as_text(value: object) -> str:
    """How a value looks in an address."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
