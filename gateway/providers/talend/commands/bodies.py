"""What the bodies of changes to definitions have in common, and the ids in them."""

from typing import Any

from gateway.domain.commands.command import JsonObject
from gateway.domain.errors import InvalidInputError
from gateway.domain.keys import Key
from gateway.providers.talend.keys import Origin, id_in


def own_id(key: Key, origin: Origin, noun: str, field: str) -> str:
    """The id in a key that holds nothing else. InvalidInputError for one that is damaged or another provider's, NotFoundError for
    one that the vendor cannot have made; both name the field that holds it."""
    check_provider(key, origin, field)
    try:
        found = id_in(key)
    except InvalidInputError as error:
        error.field = field
        raise
    if found is None:
        absent = origin.absent(noun)
        absent.field = field
        raise absent
    return found


def check_provider(key: Key, origin: Origin, field: str) -> None:
    """InvalidInputError for a key of another provider beside one of this."""
    if key.provider != origin.provider:
        raise InvalidInputError(
            f"`{key.typename}` of {key.provider}: it must be one of {origin.provider}.", provider=origin.provider, field=field
        )


def emptied(text: Any) -> Any:
    """What empties a text for the vendor, in place of None; anything else as it is."""
    # ASSUMED: an empty text empties a description, where null would be taken for not given; disproved by a 400 to it, or a
    # description that is still there.
    return "" if text is None else text


def without_nothing(body: JsonObject) -> JsonObject:
    """Members that have a value."""
    return {name: value for name, value in body.items() if value is not None}


def differs(wanted: JsonObject, present: JsonObject) -> bool:
    """Whether something would be changed: an absent text and an empty one are the same."""
    return any(_plain(wanted[name]) != _plain(present[name]) for name in wanted)


def _plain(value: Any) -> Any:
    return None if value == "" else value
