"""What is checked of a command before anything is asked or sent. Each vendor checks the rest of it, in `Handling.handle`."""

import math
import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cache
from typing import Any

import msgspec

from gateway.domain.commands.command import Command, Handling, Pair, Variable
from gateway.domain.commands.naming import camel_case, input_name
from gateway.domain.commands.pipelines import ConnectionUse, ResourceUse
from gateway.domain.commands.runs import Author
from gateway.domain.commands.schedules import TimesOfDayDefinition, Timetable
from gateway.domain.destination import DeliveryStatus
from gateway.domain.errors import GatewayError, InvalidInputError, NotSupportedError
from gateway.domain.keys import Key
from gateway.domain.yaml_text import YamlTextError, check_yaml

MOST_ITEMS = 500
"""Of one list of a command."""
LONGEST_LINE = 1024
LONGEST: Mapping[str, int] = {"yaml": 300_000, "url": 4096, "repository": 4096, "repository_url": 4096, "headers_text": 16_384}
"""Fields with a bound of their own."""
DEEPEST = 64
"""Levels of YAML and JSON."""
LARGEST_NUMBER = 2**63 - 1
LONGEST_TEXT = 1_000_000
"""Letters of a definition, a note or a value."""
TEXTS = frozenset({"yaml", "body", "value", "description", "message", "note", "context", "reason", "comment_pattern"})
"""Fields that may have several lines, or a long one; all others are one line."""
MAY_BE_BLANK = (TEXTS | {"headers_text"}) - {"yaml", "body"}

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_BREAK = re.compile(r"[\r\n\x85\u2028\u2029]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,254}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", re.ASCII)
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_NO_ZONES = frozenset({"localtime", "Factory"})
"""Names in the database that stand for no place."""
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def check_supported(command: Command, handling: Handling, provider: str) -> None:
    """NotSupportedError, naming it, for a field that means nothing to the provider; InvalidInputError for a name in
    `vendor_options` that it does not know, because nothing is dropped silently.
    """
    for name in command.given():
        if name != "vendor_options" and name not in handling.takes:
            message = f"{provider} has no `{camel_case(name)}` for {command.mutation}. Nothing was done."
            raise NotSupportedError(message, provider=provider, field=name)
    options: Mapping[str, object] = getattr(command, "vendor_options", None) or {}
    unknown = [name for name in options if name not in handling.options]
    if unknown:
        known = ", ".join(sorted(handling.options)) or "none"
        message = f"`vendorOptions`: {provider} has no {', '.join(map(repr, unknown))} for {command.mutation}. It takes: {known}."
        raise InvalidInputError(message, provider=provider, field="vendor_options")


def check_values(command: Command) -> None:
    """InvalidInputError for what no vendor could mean: blank names, broken YAML, times that do not exist."""
    for path, value in _parts(command, ""):
        name = path.rpartition(".")[2]
        if isinstance(value, str):
            _check_text(path, name if not name.isdecimal() else path.split(".")[-2], value)
        elif isinstance(value, tuple):
            _check_list(path, value)
        elif isinstance(value, dict):
            _check_json(path, value)
        elif isinstance(value, Enum) and value.name == "UNKNOWN" and not isinstance(value, DeliveryStatus):
            raise _wrong(path, "cannot be UNKNOWN: that is what the gateway calls words it does not know")
        elif isinstance(value, msgspec.Struct) and (check := _CHECKS.get(type(value))) is not None:
            check(path, value)
    for name, value in command.given().items():
        if name.endswith("_s") and isinstance(value, int | float) and value <= 0:
            raise _wrong(name, "must be more than 0")
    _check_exactly_one(command)


def _parts(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value of a command with its path; keys are left alone."""
    if isinstance(value, msgspec.Struct) and not isinstance(value, Key):
        if path:
            yield path, value
        for name in type(value).__struct_fields__:
            yield from _parts(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        yield path, value
        for place, item in enumerate(value):
            yield from _parts(item, f"{path}.{place}")
    elif isinstance(value, str | Enum | dict):
        yield path, value


def _check_text(path: str, name: str, text: str) -> None:
    if not text.strip() and name not in MAY_BE_BLANK:
        raise _wrong(path, "must not be blank; leave it out if it is not needed")
    longest = LONGEST.get(name, LONGEST_TEXT if name in TEXTS else LONGEST_LINE)
    if len(text) > longest:
        raise _wrong(path, f"takes at most {longest} characters, not {len(text)}")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _wrong(path, "is not valid Unicode")
    if _CONTROL.search(text) or (name not in TEXTS and _LINE_BREAK.search(text)):
        raise _wrong(path, "holds a control character or a line break")
    if name == "yaml":
        try:
            check_yaml(text, DEEPEST)
        except YamlTextError as error:
            raise _wrong(path, str(error)) from None


def _check_json(path: str, value: Any, depth: int = 0) -> None:
    """A number without an end would be null on the wire, and half a character nothing at all."""
    if depth > DEEPEST:
        raise _wrong(path, f"has more than {DEEPEST} levels")
    if isinstance(value, float) and not math.isfinite(value):
        raise _wrong(path, "holds a number that is too large")
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        raise _wrong(path, "holds a number that is too large")
    if isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _wrong(path, "is not valid Unicode")
    if isinstance(value, dict):
        for name, each in value.items():
            _check_json(path, name, depth + 1)
            _check_json(path, each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _check_json(path, each, depth + 1)


def _check_variable(path: str, value: Variable | Pair) -> None:
    holder = path.split(".")[-2] if "." in path else path
    if holder in ("variables", "parameters") and not _VARIABLE.fullmatch(value.name):
        raise _wrong(f"{path}.name", "must be letters, digits, '_', '.' and '-', and begin with a letter or '_'")


def _check_author(path: str, author: Author) -> None:
    if not _EMAIL.fullmatch(author.email):
        raise _wrong(f"{path}.email", "must be a mail address")


@cache
def _time_zones() -> set[str]:
    return zoneinfo.available_timezones()


def _check_timetable(path: str, timetable: Timetable) -> None:
    if timetable.time_zone in _NO_ZONES or timetable.time_zone not in _time_zones():
        raise _wrong(f"{path}.time_zone", "must be a name of the IANA database, such as Europe/Berlin or UTC")
    if timetable.start_date is not None and not _DATE.fullmatch(timetable.start_date):
        raise _wrong(f"{path}.start_date", "must be a date as YYYY-MM-DD")
    if timetable.start_time is not None and not _TIME.fullmatch(timetable.start_time):
        raise _wrong(f"{path}.start_time", "must be a time as HH:mm")
    for place, day in enumerate(timetable.days):
        if day not in DAYS:
            raise _wrong(f"{path}.days.{place}", f"must be one of {', '.join(DAYS)}")
    if timetable.day_of_month is not None and not 1 <= timetable.day_of_month <= 31:
        raise _wrong(f"{path}.day_of_month", "must be 1 to 31")
    if timetable.interval is not None and timetable.interval < 1:
        raise _wrong(f"{path}.interval", "must be 1 or more")
    if timetable.timeout_s is not None and timetable.timeout_s <= 0:
        raise _wrong(f"{path}.timeout_s", "must be more than 0")


def _check_times(path: str, times: TimesOfDayDefinition) -> None:
    for name in ("start_time", "end_time"):
        value = getattr(times, name)
        if value is not None and not _TIME.fullmatch(value):
            raise _wrong(f"{path}.{name}", "must be a time as HH:mm")
    for place, value in enumerate(times.times):
        if not _TIME.fullmatch(value):
            raise _wrong(f"{path}.times.{place}", "must be a time as HH:mm")
    if times.interval_minutes is not None and times.interval_minutes < 1:
        raise _wrong(f"{path}.interval_minutes", "must be 1 or more")


_NAMED = (Variable, Pair, ConnectionUse, ResourceUse)
_CHECKS: Mapping[type, Callable[[str, Any], None]] = {
    Variable: _check_variable,
    Pair: _check_variable,
    Author: _check_author,
    Timetable: _check_timetable,
    TimesOfDayDefinition: _check_times,
}


def _check_list(path: str, values: tuple[Any, ...]) -> None:
    """A name given twice would leave it to chance which value holds."""
    if len(values) > MOST_ITEMS:
        raise _wrong(path, f"takes at most {MOST_ITEMS} entries, not {len(values)}")
    seen: set[str] = set()
    for place, item in enumerate(values):
        if isinstance(item, _NAMED):
            if item.name in seen:
                raise _wrong(f"{path}.{place}.name", f"{item.name!r} is given twice")
            seen.add(item.name)


def _check_exactly_one(command: Command) -> None:
    given = [name for name in command.exactly_one if name in command.given()]
    if command.exactly_one and len(given) != 1:
        hints = {field.name: field.type for field in msgspec.structs.fields(command)}
        names = ", ".join(f"`{camel_case(input_name(name, hints[name]))}`" for name in command.exactly_one)
        raise InvalidInputError(f"Exactly one of {names} must be given, not {len(given)}.", field=given[-1] if given else None)


def _wrong(path: str, reason: str) -> GatewayError:
    shown = ".".join(part if part.isdecimal() else camel_case(part) for part in path.split("."))
    return InvalidInputError(f"`{shown}` {reason}.", field=path)
