"""Lists as nuvo sends them: `{"data": [...], "pagination": {...}}`, with rows that cannot be read set apart.

A list is decoded in one go. Only when that fails is each row decoded alone, so that a bad row costs the others nothing.
"""

import hashlib
from collections import Counter
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from gateway.domain.errors import MalformedResponseError
from gateway.domain.page import RowFault
from gateway.providers.nuvo.times import utc
from gateway.upstream.answer import NO_ROW, Answer

T = TypeVar("T")

NO_ID = "unreadable-"
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)


class Pagination(msgspec.Struct, frozen=True):
    """What the vendor says it has sent. `total` may count all matches, or the rows of this answer."""

    total: int | None = None
    offset: int | None = None
    limit: int | None = None


class BadRow(msgspec.Struct, frozen=True, eq=False):
    """A row that cannot be read, with what could still be made out of it."""

    fault: RowFault
    pipeline: str | None

    @property
    def id(self) -> str:
        return self.fault.id


class Listing(msgspec.Struct, Generic[T], frozen=True, eq=False):
    """The rows of one answer, in order."""

    rows: list[T | BadRow]
    pagination: Pagination


class _Envelope(msgspec.Struct, Generic[T], frozen=True):
    data: list[T]
    pagination: Pagination | None = None


class _RawEnvelope(msgspec.Struct, frozen=True):
    data: list[msgspec.Raw]
    pagination: msgspec.Raw = msgspec.Raw(b"null")


class _Peek(msgspec.Struct):
    id: Any = None
    created_at: Any = None
    pipeline: Any = None


_raw = msgspec.json.Decoder(_RawEnvelope)
_pagination: "msgspec.json.Decoder[Pagination | None]" = msgspec.json.Decoder(Pagination | None)
_peek = msgspec.json.Decoder(_Peek)


class ListDecoder(Generic[T]):
    """`row` is the type of one row, `noun` what people call it."""

    def __init__(self, row: type[T], noun: str) -> None:
        self._whole: msgspec.json.Decoder[_Envelope[T]] = msgspec.json.Decoder(_Envelope[row])  # type: ignore[valid-type]  # a type at run time
        self._row = msgspec.json.Decoder(row)
        self._noun = noun

    def decode(self, answer: Answer) -> Listing[T]:
        """MalformedResponseError only when no list can be made out at all."""
        try:
            found = self._whole.decode(answer.body)
        except _UNREADABLE:
            return self._decode_rows(answer)
        return Listing([*found.data], found.pagination or Pagination())

    def _decode_rows(self, answer: Answer) -> Listing[T]:
        outer = answer.decode(_raw)
        rows = [self._decode_row(raw, answer) for raw in outer.data]
        if len(rows) > 1 and all(isinstance(row, BadRow) for row in rows):
            answer.unreadable(NO_ROW)  # told, not raised: each row says for itself what is wrong
        met: Counter[str] = Counter()
        for place, row in enumerate(rows):
            if isinstance(row, BadRow) and row.id.startswith(NO_ID):
                met[row.id] += 1
                if met[row.id] > 1:  # without ids, rows can be the same to the letter
                    fault = msgspec.structs.replace(row.fault, id=f"{row.id}-{met[row.id]}")
                    rows[place] = BadRow(fault, row.pipeline)
        return Listing(rows, _lenient_pagination(outer.pagination))

    def _decode_row(self, raw: msgspec.Raw, answer: Answer) -> T | BadRow:
        try:
            return self._row.decode(raw)
        except _UNREADABLE as error:
            reason = str(error)
        # What msgspec says of a wrong type names types and places only; anything else might quote the value.
        said = f": {reason}" if reason.startswith(("Expected ", "Object missing ", "Invalid RFC3339 ")) else ""
        fault = MalformedResponseError(
            f"A {self._noun} in the provider's answer cannot be read{said}.",
            provider=answer.provider,
            request_id=answer.request_id,
        )
        return _bad_row(raw, fault)


def _bad_row(raw: msgspec.Raw, error: MalformedResponseError) -> BadRow:
    try:
        peek = _peek.decode(raw)
    except _UNREADABLE:
        peek = _Peek()
    # A row without an id keeps the same one from read to read as long as the row stays the same.
    row_id = peek.id if isinstance(peek.id, str) and peek.id else NO_ID + hashlib.blake2s(bytes(raw), digest_size=8).hexdigest()
    created: datetime | None = None
    if isinstance(peek.created_at, str):
        try:
            created = utc(msgspec.convert(peek.created_at, datetime))
        except msgspec.ValidationError:
            created = None
    return BadRow(RowFault(error, row_id, created), peek.pipeline if isinstance(peek.pipeline, str) else None)


def _lenient_pagination(raw: msgspec.Raw) -> Pagination:
    try:
        return _pagination.decode(raw) or Pagination()
    except _UNREADABLE:
        return Pagination()
