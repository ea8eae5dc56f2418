"""Changing a part of what a vendor only replaces as a whole."""

from collections.abc import Iterator

from gateway.domain.commands.command import JsonObject


def merged(target: object, patch: JsonObject) -> JsonObject:
    """JSON Merge Patch (RFC 7396): members of `patch` replace those of `target`, objects member by member; null removes one.

    Neither is changed.
    """
    result: JsonObject = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value) if isinstance(value, dict) else value
    return result


def texts_in(value: object) -> Iterator[str]:
    """Every value in a piece of JSON, as text: what must not be repeated if the piece is secret. Names of members are not."""
    if isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_in(each)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
