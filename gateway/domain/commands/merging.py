"""Changing a part of what a vendor only replaces as a whole."""

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
