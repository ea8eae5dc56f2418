"""Lists as Talend sends them, a bare array or a page with `items`, and rows that cannot be read set apart.

A list is decoded in one go. Only when that fails is each row decoded alone, so that a bad row costs the others nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from gateway.domain.errors import MalformedResponseError
from gateway.domain.page import RowFault
from gateway.providers.talend.mapping import utc
from gateway.providers.talend.wire import Moment
from gateway.upstream.answer import NO_ROW, Answer

T = TypeVar("T")
V = TypeVar("V")

# A plan's steps are nested as deep as the plan is long: beyond a thousand the decoder gives up.
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
NO_ID = "unreadable-"


class Items(msgspec.Struct, Generic[T], frozen=True):
    """`{"items", "limit", "offset", "total"}`. Older answers leave out the total."""

    items: list[T] | None = None
    total: int | None = None
    offset: int | None = None


class Listing(msgspec.Struct, Generic[T], frozen=True, eq=False):
    """The rows of one answer, in order. `total`, and `offset` from which on they are sent, are None where the vendor does not
    tell."""

    rows: list[T | RowFault]
    total: int | None = None
    offset: int | None = None

    def more_after(self, offset: int, limit: int) -> bool:
        """Whether the list goes on behind these rows, which began at `offset` of it."""
        if self.total is None:
            return len(self.rows) >= limit
        return bool(self.rows) and offset + len(self.rows) < self.total


def values_of(rows: Iterable[T | RowFault], to_value: Callable[[T], V], provider: str) -> tuple[V | RowFault, ...]:
    """Domain values, and the faults of rows that cannot be read."""
    return tuple(row if isinstance(row, RowFault) else _value_of(row, to_value, provider) for row in rows)


def mapped(row: T, to_value: Callable[[T], V], provider: str) -> V:
    """The domain value; MalformedResponseError for what could be decoded and cannot be meant."""
    try:
        return to_value(row)
    except RecursionError:
        reason = "it is nested too deep"
    except (ArithmeticError, ValueError):
        reason = "a value in it is out of all bounds"
    raise MalformedResponseError(f"The provider's answer cannot be read: {reason}.", provider=provider)


def _value_of(row: T, to_value: Callable[[T], V], provider: str) -> V | RowFault:
    try:
        return mapped(row, to_value, provider)
    except MalformedResponseError as error:
        ids = (getattr(row, name, None) for name in ("id", "executable"))
        return RowFault(error, next((each for each in ids if isinstance(each, str)), NO_ID))


def decode_nested(answer: Answer, decoder: "msgspec.json.Decoder[T]") -> T:
    """For answers that hold themselves in themselves: one that is too deep is malformed like any other."""
    try:
        return answer.decode(decoder)
    except RecursionError:
        problem = answer.unreadable("it is nested too deep")
    raise problem


class ListDecoder(Generic[T]):
    """`whole` decodes `list[T] | Items[T]`, `row` one T. `noun` is what messages call a row."""

    def __init__(self, whole: "msgspec.json.Decoder[list[T] | Items[T]]", row: "msgspec.json.Decoder[T]", noun: str) -> None:
        self._whole = whole
        self._row = row
        self._noun = noun

    def decode(self, answer: Answer) -> Listing[T]:
        """MalformedResponseError only when no list can be made out at all."""
        try:
            found = self._whole.decode(answer.body)
        except UNREADABLE:
            return self._decode_rows(answer)
        if isinstance(found, list):
            return Listing([*found])
        return Listing([*found.items], found.total, found.offset) if found.items is not None else self._decode_rows(answer)

    def _decode_rows(self, answer: Answer) -> Listing[T]:
        outer = decode_nested(answer, _raw_list)
        if isinstance(outer, list):
            return Listing(self._decode_each(outer, answer))
        try:
            rows = _raw_rows.decode(outer["items"])
        except (KeyError, *UNREADABLE):
            rows = None
        total, offset = _lenient(_number, outer.get("total")), _lenient(_number, outer.get("offset"))
        if rows is None and total != 0:
            raise answer.unreadable(f"there is no list of {self._noun}s in it")
        return Listing(self._decode_each(rows or [], answer), total, offset)

    def _decode_each(self, raws: list[msgspec.Raw], answer: Answer) -> list[T | RowFault]:
        rows = [self._decode_row(raw, answer) for raw in raws]
        if len(rows) > 1 and all(isinstance(row, RowFault) for row in rows):
            answer.unreadable(NO_ROW)  # told, not raised: each row says for itself what is wrong
        met: Counter[str] = Counter()
        for place, row in enumerate(rows):
            if isinstance(row, RowFault) and row.id.startswith(NO_ID):
                met[row.id] += 1
                if met[row.id] > 1:  # without ids, rows can be the same to the letter
                    rows[place] = msgspec.structs.replace(row, id=f"{row.id}-{met[row.id]}")
        return rows

    def _decode_row(self, raw: msgspec.Raw, answer: Answer) -> T | RowFault:
        try:
            return self._row.decode(raw)
        except UNREADABLE as error:
            reason = str(error)
        # What msgspec says of a wrong type names types and places only; anything else might quote the value.
        said = f": {reason}" if reason.startswith(("Expected ", "Object missing ", "Invalid RFC3339 ")) else ""
        return _bad_row(raw, f"A {self._noun} in the provider's answer cannot be read{said}.", answer)


class _Peek(msgspec.Struct, rename="camel"):
    """What tells a row's identity and time: the names are those of all kinds of rows."""

    execution_id: Any = None
    id: Any = None
    executable: Any = None
    trigger_timestamp: Any = None
    start_timestamp: Any = None


_raw_list: "msgspec.json.Decoder[list[msgspec.Raw] | dict[str, msgspec.Raw]]" = msgspec.json.Decoder(
    list[msgspec.Raw] | dict[str, msgspec.Raw]
)
_raw_rows: "msgspec.json.Decoder[list[msgspec.Raw] | None]" = msgspec.json.Decoder(list[msgspec.Raw] | None)
_number = msgspec.json.Decoder(int)
_peek = msgspec.json.Decoder(_Peek)
_moment: "msgspec.json.Decoder[datetime]" = msgspec.json.Decoder(Moment)


def _lenient(decoder: "msgspec.json.Decoder[V]", raw: msgspec.Raw | bytes | None) -> V | None:
    try:
        return decoder.decode(raw) if raw is not None else None
    except UNREADABLE:
        return None


def _bad_row(raw: msgspec.Raw, message: str, answer: Answer) -> RowFault:
    peek = _lenient(_peek, raw) or _Peek()
    ids = (value for value in (peek.execution_id, peek.id, peek.executable) if isinstance(value, str) and value)
    # A row without an id keeps the same one from read to read as long as the row stays the same.
    row_id = next(ids, None) or NO_ID + hashlib.blake2s(bytes(raw), digest_size=8).hexdigest()
    times = (peek.trigger_timestamp, peek.start_timestamp)
    told = (_lenient(_moment, msgspec.json.encode(time)) for time in times if isinstance(time, str))
    created = utc(next((time for time in told if time is not None), None))
    return RowFault(MalformedResponseError(message, provider=answer.provider, request_id=answer.request_id), row_id, created)
