"""A value of a record (JSON) as the value of a command's field. Strict: nothing is rounded, and text is only read from text."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, NoReturn, get_args, get_origin

import msgspec

from gateway.domain.commands.command import Pair, Variable
from gateway.domain.commands.naming import camel_case, input_name, key_types, plain
from gateway.domain.cursor import EPOCH
from gateway.domain.errors import InvalidInputError
from gateway.domain.global_id import decode_id
from gateway.domain.keys import Key

LARGEST_INT = 2**31 - 1
"""Of a whole number, as in the schema."""
MILLISECONDS_FROM = 100_000_000_000
"""A number of seconds from here on would be a time after the year 5138: milliseconds were meant."""
MOST_NAMES = 20
LONGEST_SHOWN = 64

_SECONDS = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_NAMED = (Variable, Pair)
_Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class RecordValues:
    """Errors call a place by its path in the record: `renamed` leads from paths in the command's input to attributes of the record
    that stand for them. No value is repeated in an error: it may be secret.
    """

    __slots__ = ("_renamed",)

    def __init__(self, renamed: Mapping[str, str]) -> None:
        self._renamed = renamed

    def shown(self, path: str) -> str:
        """How the record calls a path in the command's input."""
        left, rest = path, ""
        while left not in self._renamed and "." in left:
            left, _, last = left.rpartition(".")
            rest = f".{last}{rest}"
        return f"{self._renamed[left]}{rest}" if left in self._renamed else path

    def wrong(self, path: str, reason: str) -> InvalidInputError:
        """`reason` is the end of a sentence."""
        name = readable(self.shown(path))
        return InvalidInputError(f"`{name}` {reason}.", field=f"record.{name}")

    def fields(self, given: Mapping[str, Any], wanted: type[msgspec.Struct], path: str, fixed: Mapping[str, Any]) -> dict[str, Any]:
        """What a struct is made of. `given` has only names that it knows."""
        values = dict(fixed)
        missing: list[str] = []
        for field in msgspec.structs.fields(wanted):
            if field.name in fixed:
                continue
            name = camel_case(input_name(field.name, field.type))
            inner = f"{path}.{name}" if path else name
            value = given.get(name)
            if value is not None:
                values[field.name] = self.value(value, field.type, inner)
            elif field.required:
                missing.append(inner)
            elif name in given and field.default is msgspec.UNSET:
                if type(None) not in get_args(field.type):
                    raise self.wrong(inner, "cannot be emptied. Leave it out to keep it as it is")
                values[field.name] = None
        if missing:
            names = listed(self.shown(each) for each in missing)
            verb = "is" if len(missing) == 1 else "are"
            message = f"{names} {verb} missing, or null, in the record."
            raise InvalidInputError(message, field=f"record.{readable(self.shown(missing[0]))}")
        return values

    def value(self, value: Any, hint: Any, path: str) -> Any:
        """InvalidInputError for what the field does not take. `value` is not None."""
        wanted = plain(hint)
        if get_origin(wanted) is tuple:
            return self._list(value, wanted, path)
        if kinds := key_types(hint):
            return self._key(value, kinds, path)
        if get_origin(wanted) is dict:
            return value if isinstance(value, dict) else self._refuse(value, path, "a JSON object")
        if issubclass(wanted, Enum):
            return self._enum(value, wanted, path)
        if issubclass(wanted, msgspec.Struct):
            return self._struct(value, wanted, path)
        return _SIMPLE[wanted](self, value, path)

    def _list(self, value: Any, wanted: Any, path: str) -> tuple[Any, ...]:
        item = get_args(wanted)[0]
        if item in _NAMED and isinstance(value, dict):
            return tuple(item(name=name, value=self._value_of(each, f"{path}.{name}")) for name, each in value.items())
        if not isinstance(value, list):
            self._refuse(value, path, "a list or an object of names with values" if item in _NAMED else "a list")
        places = [(each, f"{path}.{place}") for place, each in enumerate(value)]
        if any(each is None for each in value):
            raise self.wrong(next(place for each, place in places if each is None), "must not be null")
        return tuple(self.value(each, item, place) for each, place in places)

    def _struct(self, value: Any, wanted: type[msgspec.Struct], path: str) -> msgspec.Struct:
        if not isinstance(value, dict):
            self._refuse(value, path, "a JSON object")
        if wanted in _NAMED:
            if "key" in value and "name" not in value:
                value = {("name" if name == "key" else name): each for name, each in value.items()}
            if value.get("value") is not None:
                value = {**value, "value": self._value_of(value["value"], f"{path}.value")}
        known = [camel_case(input_name(field.name, field.type)) for field in msgspec.structs.fields(wanted)]
        unknown = [name for name in value if name not in known]
        if unknown:
            raise self.wrong(f"{path}.{unknown[0]}", f"is not known. `{readable(self.shown(path))}` takes {listed(known)}")
        return wanted(**self.fields(value, wanted, path, {}))

    def _value_of(self, value: Any, path: str) -> str:
        """A variable's: what is no text becomes the text that JSON has for it."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float) and math.isfinite(value):
            return msgspec.json.encode(value).decode()
        return value if isinstance(value, str) else self._refuse(value, path, "text, a number or a boolean")

    def _key(self, value: Any, kinds: tuple[type[Key], ...], path: str) -> Key:
        try:
            key = decode_id(self.text(value, path))
        except InvalidInputError as error:
            if error.field != "id":
                raise
            raise self.wrong(path, "is not an id of this gateway. Pass an `id` exactly as it was given") from None
        if type(key) not in kinds:
            raise self.wrong(path, f"takes an id of type {' or '.join(kind.typename for kind in kinds)}, not of {key.typename}")
        return key

    def _enum(self, value: Any, wanted: type[Enum], path: str) -> Enum:
        found = wanted.__members__.get(value) if isinstance(value, str) else None
        if found is None:
            names = ", ".join(name for name in wanted.__members__ if name != "UNKNOWN")
            raise self.wrong(path, f"must be one of {names}")
        return found

    def text(self, value: Any, path: str) -> str:
        """InvalidInputError for anything else, a number too."""
        return value if isinstance(value, str) else self._refuse(value, path, "text")

    def boolean(self, value: Any, path: str) -> bool:
        return value if isinstance(value, bool) else self._refuse(value, path, "true or false")

    def whole(self, value: Any, path: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            self._refuse(value, path, "a whole number")
        if abs(value) > LARGEST_INT:
            raise self.wrong(path, f"must be a whole number of at most {LARGEST_INT}")
        return value

    def number(self, value: Any, path: str) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            self._refuse(value, path, "a number")
        try:
            return float(value)
        except OverflowError:
            raise self.wrong(path, "is a number that is too large") from None

    def time(self, value: Any, path: str) -> datetime:
        """RFC 3339 with a zone; or seconds since 1970, as a number or its text."""
        digits = _digits(value)
        if _SECONDS.fullmatch(digits):
            seconds = Decimal(digits)
            if seconds >= MILLISECONDS_FROM:
                raise self.wrong(path, "must be in seconds, not milliseconds")
            return EPOCH + timedelta(microseconds=int(seconds * 1_000_000))
        try:
            return msgspec.convert(value, _Aware).astimezone(UTC)
        except (msgspec.ValidationError, OverflowError):
            reason = "must be a time: RFC 3339 text with a zone, like 2026-03-02T10:11:12Z, or seconds since 1970"
        raise self.wrong(path, reason)

    def _refuse(self, value: Any, path: str, wanted: str) -> NoReturn:
        raise self.wrong(path, f"takes {wanted}, not {_kind(value)}")


_SIMPLE: Mapping[Any, Callable[[RecordValues, Any, str], Any]] = {
    str: RecordValues.text,
    bool: RecordValues.boolean,
    int: RecordValues.whole,
    float: RecordValues.number,
    datetime: RecordValues.time,
}


def listed(names: Iterable[str]) -> str:
    """Names for an error: the first of very many."""
    shown = [f"`{readable(name)}`" for name in names]
    more = len(shown) - MOST_NAMES
    return ", ".join(shown[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def readable(name: str) -> str:
    """A sender's own name for something, fit to be shown and kept: short, and without control characters."""
    short = name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}..."
    return short if short.isprintable() else ascii(short)[1:-1]


def _digits(value: Any) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return format(Decimal(repr(value)), "f")
    return str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"
