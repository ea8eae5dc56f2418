"""Attributes of a record that are left out of the call."""

from collections.abc import Iterable

from gateway.domain.commands.command import JsonObject


def without(record: JsonObject, names: Iterable[str]) -> JsonObject:
    """A copy without the named attributes; names that it does not have are ignored, and the order of the others stays.

    `a.b` is the attribute of that name, or else attribute `b` of the object `a`, of any depth. Every name is read against the whole
    record: what one takes away changes nothing for the others.
    """
    gone = [place for name in dict.fromkeys(names) if (place := place_of(record, name))]
    result = record
    for place in gone:
        result = _without(result, place)
    return result if gone else dict(record)


def place_of(within: JsonObject, name: str) -> tuple[str, ...]:
    """The attributes that lead to it; none when it is not there. The longest name that fits is taken at each level."""
    if name in within:
        return (name,)
    end = len(name)
    while (end := name.rfind(".", 0, end)) > 0:
        inner = within.get(name[:end])
        if isinstance(inner, dict) and (rest := place_of(inner, name[end + 1 :])):
            return (name[:end], *rest)
    return ()


def _without(within: JsonObject, place: tuple[str, ...]) -> JsonObject:
    name, *rest = place
    if name not in within:
        return within  # it went with what it was in
    if not rest:
        return {each: value for each, value in within.items() if each != name}
    return {each: _without(value, tuple(rest)) if each == name else value for each, value in within.items()}
