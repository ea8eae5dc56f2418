"""Five stars are what Codefresh shows of a value that it hides. Sent back they stand for that value, if there is one.

Where there is none they would become the value, and nobody would notice until it is used.
"""

from collections.abc import Iterable, Iterator

from gateway.domain.commands.command import JsonObject, Variable
from gateway.domain.errors import InvalidInputError

STARS = "*****"

_TRIGGERS = ("triggers", "cronTriggers")
_Place = tuple[str, object]


def in_stars(value: object) -> bool:
    return isinstance(value, str) and value.startswith(STARS)


def check_new(variables: Iterable[Variable]) -> None:
    """InvalidInputError for stars in variables of something that is not there yet."""
    _refuse([each.name for each in variables if each.encrypted and in_stars(each.value)], "variables")


def check_list(variables: object, known: object) -> None:
    """The same for a list in the vendor's form that takes the place of the `known` one."""
    _refuse(_without_value(variables, known), "variables")


def check_definition(wanted: JsonObject, current: JsonObject, field: str) -> None:
    """The same for all variables of a definition that takes the place of the `current` one, its triggers' among them."""
    known = dict(_lists(current))
    lost = [name for place, variables in _lists(wanted) for name in _without_value(variables, known.get(place))]
    _refuse(lost, field)


def has_stars(definition: JsonObject) -> bool:
    """Whether it takes a look at what is there to judge it."""
    return any(_without_value(variables, ()) for _, variables in _lists(definition))


def _lists(definition: JsonObject) -> Iterator[tuple[_Place, object]]:
    """Every list of variables, with where it is: triggers go by their ids, or by names and places where they have none."""
    spec = definition.get("spec")
    if not isinstance(spec, dict):
        return
    yield ("", None), spec.get("variables")
    for name in _TRIGGERS:
        for place, trigger in enumerate(_objects(spec.get(name))):
            yield (name, trigger.get("id") or trigger.get("name") or place), trigger.get("variables")


def _without_value(variables: object, known: object) -> list[str]:
    """Names of variables in stars that are not among the known encrypted ones."""
    there = [each.get("key") for each in _objects(known) if each.get("encrypted") is True]
    hidden = [each for each in _objects(variables) if each.get("encrypted") is True and in_stars(each.get("value"))]
    return [str(each.get("key")) for each in hidden if each.get("key") not in there]


def _objects(value: object) -> list[JsonObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _refuse(names: list[str], field: str) -> None:
    if names:
        raise InvalidInputError(
            f"`{field}` has five stars as the encrypted value of {', '.join(names)}. That is how Codefresh shows what it hides, "
            "and there is nothing hidden of that name that could be kept: give the value itself.",
            field=field,
        )
