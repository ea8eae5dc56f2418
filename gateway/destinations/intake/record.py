"""One record as it was sent: whether it can be kept, passed on and known by its key."""

import json
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from gateway.destinations.exclusion import place_of
from gateway.domain.commands.command import JsonObject

MOST_RECORD_BYTES = 256 * 1024
MOST_DEPTH = 64
LONGEST_KEY = 255
LARGEST, SMALLEST = 2**64 - 1, -(2**63)

NOT_JSON = "NOT_JSON"
NOT_AN_OBJECT = "NOT_AN_OBJECT"
INVALID_TEXT = "INVALID_TEXT"
TOO_LARGE = "TOO_LARGE"
TOO_DEEP = "TOO_DEEP"
NUMBER_TOO_LARGE = "NUMBER_TOO_LARGE"
NUMBER_NOT_EXACT = "NUMBER_NOT_EXACT"
ATTRIBUTE_TWICE = "ATTRIBUTE_TWICE"
KEY_UNUSABLE = "KEY_UNUSABLE"
KEY_HAS_OTHER_CONTENT = "KEY_HAS_OTHER_CONTENT"

_PLACE = re.compile(r"(?:JSON is malformed: )?(.*?) \(byte (\d+)\)")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_LONG_NUMBER = re.compile(rb"[0-9]{19}")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_OPENED_BY = {ord("]"): ord("["), ord("}"): ord("{")}
_PERHAPS_NOT_EXACT = re.compile(rb"[0-9.]{17}|[0-9][eE]")
"""Up to 15 digits, and without an exponent, every number is."""
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_KINDS: dict[type[object], str] = {bool: "a boolean", float: "a number that is not whole", list: "a list", dict: "an object"}


class RecordFaultError(Exception):
    """Why a record cannot be taken. `breaks` when its text is no JSON at all: then nothing says where the next one begins."""

    def __init__(self, code: str, message: str, *, breaks: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.breaks = breaks


def read_record(text: bytes) -> tuple[JsonObject, bytes]:
    """The record and its own JSON without blanks. RecordFaultError for what could not be kept as it is, or read in two ways."""
    if len(text) > MOST_RECORD_BYTES:
        raise too_large()
    _check_depth(text)  # before anything that would call itself for each level
    values = _decoded(text)
    if not isinstance(values, dict):
        raise RecordFaultError(NOT_AN_OBJECT, f"A record is a JSON object; this is {_kind(values)}.")
    if _LONG_NUMBER.search(text) and not _fits(values):
        raise RecordFaultError(
            NUMBER_TOO_LARGE, "The record has a whole number that does not fit into 64 bits: send it as a string."
        )
    if _PERHAPS_NOT_EXACT.search(text):
        _check_numbers(text)
    content = msgspec.json.format(text, indent=-1)
    if content != msgspec.json.encode(values):  # else each attribute is there once, and the costly look is spared
        json.loads(content, object_pairs_hook=_each_once)
    return values, content


def key_of(values: JsonObject, attribute: str) -> str:
    """The text of the attribute by which the record is known: a string as it is, or the digits of a whole number. `a.b` is the
    attribute of that name, or else attribute `b` of the object `a`.
    """
    place = place_of(values, attribute)
    if not place:
        raise _unusable(attribute, "is missing")
    value: Any = values
    for name in place:
        value = value[name]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise _unusable(attribute, f"is {_kind(value)}: it must be a string or a whole number")
    if not value:
        raise _unusable(attribute, "is empty")
    if len(value) > LONGEST_KEY:
        raise _unusable(attribute, f"is longer than {LONGEST_KEY} characters")
    if "\0" in value:
        raise _unusable(attribute, "has the character U+0000, which no database keeps")
    return value


def is_too_deep(value: object) -> bool:
    """Of JSON that is decoded already."""
    level = [value]
    for _ in range(MOST_DEPTH):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return False
    return any(isinstance(each, dict | list | tuple) for each in level)


def too_deep(*, breaks: bool = False) -> RecordFaultError:
    return RecordFaultError(TOO_DEEP, f"The record is nested more than {MOST_DEPTH} levels deep.", breaks=breaks)


def too_large(*, breaks: bool = False) -> RecordFaultError:
    return RecordFaultError(TOO_LARGE, f"The record is longer than {MOST_RECORD_BYTES // 1024} KiB.", breaks=breaks)


def _decoded(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.ValidationError:
        code, message = NUMBER_TOO_LARGE, "The record has a number that 64 bits do not hold: send it as a string."
    except msgspec.DecodeError as error:
        if not _SURROGATE.search(text) or not _is_json(text):
            raise _malformed(text, str(error)) from None
        code, message = INVALID_TEXT, "The record has half a surrogate pair (\\ud800 to \\udfff): no character is meant by it."
    except UnicodeDecodeError:
        code, message = INVALID_TEXT, f"The record is not UTF-8, at byte {_not_utf8(text)} of it."
    raise RecordFaultError(code, message, breaks=not _is_json(text))


def _malformed(text: bytes, reason: str) -> RecordFaultError:
    found = _PLACE.fullmatch(reason)
    why, place = (found[1], found[2]) if found else ("it ends too early", len(text))
    return RecordFaultError(NOT_JSON, f"The record is not valid JSON: {why}, at byte {place} of it.", breaks=True)


def _is_json(text: bytes) -> bool:
    """By a reader that lets pass what is well formed, and refused for what it means."""
    try:
        json.loads(text.decode(errors="replace"), parse_int=float, parse_constant=_no_constant)
    except ValueError:
        return False
    return True


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _each_once(pairs: list[tuple[str, object]]) -> JsonObject:
    values: JsonObject = {}
    for name, value in pairs:
        if name in values:
            raise RecordFaultError(ATTRIBUTE_TWICE, f"The record has the attribute {_shown(name)} twice in one object.")
        values[name] = value
    return values


def _check_depth(text: bytes) -> None:
    if text.count(b"[") + text.count(b"{") <= MOST_DEPTH:
        return
    open_now: list[int] = []
    deepest, ends, is_whole = 0, 0, True
    for bracket in _STRING.sub(b"", text).translate(None, _NO_BRACKETS):
        opened_by = _OPENED_BY.get(bracket)
        if opened_by is None:
            open_now.append(bracket)
            deepest = max(deepest, len(open_now))
        elif not open_now or open_now.pop() != opened_by:
            is_whole = False  # the reader finds what is wrong with it, unless it comes behind too many levels
            break
        else:
            ends += not open_now
    if deepest > MOST_DEPTH:
        raise too_deep(breaks=not (is_whole and not open_now and ends == 1))


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def _check_numbers(text: bytes) -> None:
    for number in _NUMBER.findall(_STRING.sub(b"", text).decode("ascii")):
        if not number.lstrip("-").isdigit() and not _is_exact(number):
            message = f"The record has a number that would come out as another one, {_shown(number)}: send it as a string."
            raise RecordFaultError(NUMBER_NOT_EXACT, message)


def _is_exact(number: str) -> bool:
    try:
        return Decimal(number) == Decimal(repr(float(number)))
    except InvalidOperation:  # its exponent has 19 digits
        return False


def _fits(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_fits, value.values()))
    if isinstance(value, list):
        return all(map(_fits, value))
    return not isinstance(value, int) or SMALLEST <= value <= LARGEST


def _not_utf8(text: bytes) -> int:
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return _KINDS.get(type(value), "a string" if isinstance(value, str) else "a number")


def _shown(name: str) -> str:
    return repr(name if len(name) <= 64 else f"{name[:64]}…")


def _unusable(attribute: str, why: str) -> RecordFaultError:
    return RecordFaultError(KEY_UNUSABLE, f"The key attribute {_shown(attribute)} {why}.")
