"""Turns a valid JSON answer into one whose scalars have the wrong type."""

from collections.abc import Collection
from typing import TypeAlias

import msgspec

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


def with_wrong_types(body: bytes, *, fields: Collection[str] | None = None, row: int | None = None) -> bytes:
    """The body with numbers as `{"unexpected": true}`, texts as 7, booleans as "perhaps"; nulls stay.

    `fields` limits it to scalars under these object keys. `row` limits it to that element of the outermost list: the
    body itself, or the first list found in the top object, level by level. A body that is not JSON stays.
    """
    try:
        value: Json = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body
    rows = _outermost_list(value) if row is not None else None
    if row is not None and rows is not None:
        if row < len(rows):
            rows[row] = _spoil(rows[row], fields, inside=fields is None)
    else:
        value = _spoil(value, fields, inside=fields is None)
    return msgspec.json.encode(value)


def _outermost_list(value: Json) -> "list[Json] | None":
    if isinstance(value, list):
        return value
    level: list[Json] = [value]
    while objects := [item for item in level if isinstance(item, dict)]:
        level = [inner for item in objects for inner in item.values()]
        found = next((item for item in level if isinstance(item, list)), None)
        if found is not None:
            return found
    return None


def _spoil(value: Json, fields: Collection[str] | None, *, inside: bool) -> Json:
    if isinstance(value, dict):
        return {key: _spoil(item, fields, inside=fields is None or key in fields) for key, item in value.items()}
    if isinstance(value, list):
        return [_spoil(item, fields, inside=inside) for item in value]
    if not inside or value is None:
        return value
    if isinstance(value, bool):
        return "perhaps"
    if isinstance(value, str):
        return 7
    return {"unexpected": True}
