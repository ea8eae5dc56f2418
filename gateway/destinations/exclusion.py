"""Attributes of a record that are left out of the call."""

from collections.abc import Iterable

from gateway.domain.commands.command import JsonObject

_Gone = dict[str, "_Gone | None"]
"""Attribute -> what goes of those within it; None for all of it."""


def without(record: JsonObject, names: Iterable[str]) -> JsonObject:
    """A copy without the named attributes; names that it does not have are ignored, and the order of the others stays.

    `a.b` is the attribute of that name, or else attribute `b` of the object `a`, of any depth. Every name is read against the whole
    record: what one takes away changes nothing for the others.
    """
    gone: _Gone = {}
    for name in dict.fromkeys(names):
        if place := place_of(record, name):
            _mark(gone, place)
    return _left(record, gone)


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


def _mark(gone: _Gone, place: tuple[str, ...]) -> None:
    *way, last = place
    for name in way:
        inner = gone.setdefault(name, {})
        if inner is None:
            return  # it goes with what it is in
        gone = inner
    gone[last] = None


def _left(within: JsonObject, gone: _Gone) -> JsonObject:
    return {
        name: _left(value, inner) if (inner := gone.get(name)) else value
        for name, value in within.items()
        if name not in gone or gone[name] is not None
    }
