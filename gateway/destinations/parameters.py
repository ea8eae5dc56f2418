"""Values of a template's parameters: constants, or attributes of the record that are read before any is excluded."""

import re
from collections.abc import Sequence

from gateway.destinations.exclusion import place_of
from gateway.domain.commands.command import JsonObject, Pair
from gateway.domain.errors import InvalidInputError
from gateway.domain.template import Template

_ATTRIBUTE = re.compile(r"\{\{\s*([^{}]*[^{}\s])\s*\}\}")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|<[^<>]*>")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SLASH = re.compile(r"[/\\]")


def attribute_in(value: str) -> str | None:
    """The attribute that a parameter is read from; None for a constant."""
    found = _ATTRIBUTE.fullmatch(value.strip())
    return None if found is None else found[1]


def check_parameters(given: Sequence[Pair], template: Template, field: str) -> tuple[str, ...]:
    """What is still missing, in words. InvalidInputError below `field` for what the template has not, or cannot be meant."""
    known = {parameter.name: parameter for parameter in template.parameters}
    for index, pair in enumerate(given):
        if pair.name not in known:
            allowed = ", ".join(known) or "none"
            message = f"`{field}`: {template.name} has no parameter {pair.name!r}. It has: {allowed}."
            raise InvalidInputError(message, field=f"{field}.{index}.name")
        if not pair.value.strip():
            raise InvalidInputError(f"`{field}`: {pair.name} must not be blank.", field=f"{field}.{index}.value")
        if attribute_in(pair.value) is None and (problem := _problem(pair.value)) is not None:
            raise InvalidInputError(f"`{field}`: {pair.name} {problem}.", field=f"{field}.{index}.value")
    names = {pair.name for pair in given}
    return tuple(
        f"The template's parameter `{parameter.name}` is missing."
        for parameter in template.parameters
        if parameter.required and parameter.name not in names
    )


def _problem(constant: str) -> str | None:
    """Why no template could use it, as the end of a sentence: most parameters become a segment of a path."""
    if "{{" in constant or "}}" in constant:
        return "must be a constant, or nothing but {{attribute}}"
    if _UNPRINTABLE.search(constant):
        return "must not hold a control character or a line break"
    if any(part.partition(";")[0] in (".", "..") for part in _SLASH.split(constant)):
        return 'must not be, or hold, "." or ".."'
    if found := _PLACEHOLDER.search(constant):
        return f"has a placeholder left over, {found[0]!r}: give the value itself, or {{{{attribute}}}}"
    return None


def reads_record(given: Sequence[Pair]) -> bool:
    """Whether calls differ from record to record."""
    return any(attribute_in(pair.value) is not None for pair in given)


def filled(given: Sequence[Pair], record: JsonObject) -> tuple[dict[str, str], frozenset[str]]:
    """The values for this record, and the attributes that they were read from. InvalidInputError for an attribute that it lacks, or
    that is no text and no whole number.
    """
    values: dict[str, str] = {}
    used = set()
    for pair in given:
        attribute = attribute_in(pair.value)
        if attribute is None:
            values[pair.name] = pair.value
            continue
        values[pair.name] = _text(record, attribute, pair.name)
        used.add(attribute)
    return values, frozenset(used)


def _text(record: JsonObject, attribute: str, parameter: str) -> str:
    place = place_of(record, attribute)
    if not place:
        message = f"The record has no `{attribute}`, which the parameter `{parameter}` is read from."
        raise InvalidInputError(message, field=f"record.{attribute}")
    value: object = record
    for name in place:
        value = value[name]  # type: ignore[index]  # `place_of` went the same way
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value.strip():
        return value
    message = f"`{attribute}`, which the parameter `{parameter}` is read from, must be text that is not blank, or a whole number."
    raise InvalidInputError(message, field=f"record.{attribute}")
