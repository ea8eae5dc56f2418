"""Lists as Codefresh sends them: four shapes unwrapped to one, and rows that cannot be read set apart.

A list is decoded in one go. Only when that fails is each row decoded alone, so that a bad row costs the others nothing.
"""

import hashlib
from collections import Counter
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from gateway.domain.errors import MalformedResponseError
from gateway.domain.page import RowFault
from gateway.providers.codefresh.wire import Moment
from gateway.upstream.answer import NO_ROW, Answer

T = TypeVar("T")

_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)
NO_ID = "unreadable-"
_WRAPPERS = ("docs", "workflows", "projects", "pipelines", "images")


class Docs(msgspec.Struct, Generic[T], frozen=True):
    docs: list[T] | None = None


class Pagination(msgspec.Struct, frozen=True):
    next_page: bool | None = msgspec.field(default=None, name="nextPage")


class Envelope(msgspec.Struct, Generic[T], frozen=True):
    """`{"docs", "count"}`, `{"projects"}`, `{"workflows": {"docs"}, "pagination"}`; the bare array is the fourth shape."""

    docs: list[T] | None = None
    workflows: Docs[T] | None = None
    projects: list[T] | None = None
    pipelines: list[T] | None = None
    images: list[T] | None = None
    count: int | None = None
    pagination: Pagination | None = None

    @property
    def rows(self) -> list[T] | None:
        nested = self.workflows.docs if self.workflows is not None else None
        for found in (self.docs, nested, self.projects, self.pipelines, self.images):
            if found is not None:
                return found
        return None


class BadRow(msgspec.Struct, frozen=True, eq=False):
    """A row that cannot be read, with what could still be made out of it."""

    fault: RowFault
    pipeline_id: str | None


class Listing(msgspec.Struct, Generic[T], frozen=True, eq=False):
    """The rows of one answer, in order. `count` and `next_page` are None where the vendor does not tell."""

    rows: list[T | BadRow]
    count: int | None = None
    next_page: bool | None = None


class _Peek(msgspec.Struct):
    id: Any = None
    mongo_id: Any = msgspec.field(default=None, name="_id")
    metadata: Any = None
    created: Any = None
    pipeline_id: Any = msgspec.field(default=None, name="serviceId")


_raw_list: "msgspec.json.Decoder[list[msgspec.Raw] | dict[str, msgspec.Raw] | None]" = msgspec.json.Decoder(
    list[msgspec.Raw] | dict[str, msgspec.Raw] | None
)
_raw_rows: "msgspec.json.Decoder[list[msgspec.Raw] | None]" = msgspec.json.Decoder(list[msgspec.Raw] | None)
_raw_docs = msgspec.json.Decoder(Docs[msgspec.Raw])
_count = msgspec.json.Decoder(int)
_pagination = msgspec.json.Decoder(Pagination)
_peek = msgspec.json.Decoder(_Peek)
_moment: "msgspec.json.Decoder[datetime]" = msgspec.json.Decoder(Moment)


class ListDecoder(Generic[T]):
    """`whole` decodes `list[T] | Envelope[T] | None`, `row` one T. (The trigger manager sends null for an empty list.)"""

    def __init__(
        self, whole: "msgspec.json.Decoder[list[T] | Envelope[T] | None]", row: "msgspec.json.Decoder[T]", noun: str
    ) -> None:
        self._whole = whole
        self._row = row
        self._noun = noun

    def decode(self, answer: Answer) -> Listing[T]:
        """MalformedResponseError only when no list can be made out at all."""
        try:
            found = self._whole.decode(answer.body)
        except _UNREADABLE:
            found = Envelope()
        if found is None:
            return Listing([])
        if isinstance(found, list):
            return Listing([*found])
        rows = found.rows
        if rows is None:
            return self._decode_rows(answer)
        return Listing([*rows], found.count, found.pagination.next_page if found.pagination is not None else None)

    def _decode_rows(self, answer: Answer) -> Listing[T]:
        outer = answer.decode(_raw_list)
        if outer is None:
            return Listing([])
        if isinstance(outer, list):
            return Listing(self._decode_each(outer, answer))
        try:
            raws = _unwrapped(outer)
        except _UNREADABLE:
            raws = None
        if raws is None:
            raise answer.unreadable(f"there is no list of {self._noun}s in it")
        pagination = _lenient(_pagination, outer.get("pagination"))
        return Listing(
            self._decode_each(raws, answer),
            _lenient(_count, outer.get("count")),
            pagination.next_page if pagination is not None else None,
        )

    def _decode_each(self, raws: list[msgspec.Raw], answer: Answer) -> list[T | BadRow]:
        rows = [self._decode_row(raw, answer) for raw in raws]
        if len(rows) > 1 and all(isinstance(row, BadRow) for row in rows):
            answer.unreadable(NO_ROW)  # told, not raised: each row says for itself what is wrong
        met: Counter[str] = Counter()
        for place, row in enumerate(rows):
            if isinstance(row, BadRow) and row.fault.id.startswith(NO_ID):
                met[row.fault.id] += 1
                if met[row.fault.id] > 1:  # without ids, rows can be the same to the letter
                    fault = msgspec.structs.replace(row.fault, id=f"{row.fault.id}-{met[row.fault.id]}")
                    rows[place] = BadRow(fault, row.pipeline_id)
        return rows

    def _decode_row(self, raw: msgspec.Raw, answer: Answer) -> T | BadRow:
        try:
            return self._row.decode(raw)
        except _UNREADABLE as error:
            reason = str(error)
        # What msgspec says of a wrong type names types and places only; anything else might quote the value.
        said = f": {reason}" if reason.startswith(("Expected ", "Object missing ", "Invalid RFC3339 ")) else ""
        return _bad_row(raw, f"A {self._noun} in the provider's answer cannot be read{said}.", answer)


def _unwrapped(outer: dict[str, msgspec.Raw]) -> list[msgspec.Raw] | None:
    for name in _WRAPPERS:
        if name in outer:
            return (_raw_docs.decode(outer[name]).docs if name == "workflows" else _raw_rows.decode(outer[name])) or []
    return None


def _lenient(decoder: "msgspec.json.Decoder[T]", raw: msgspec.Raw | None) -> T | None:
    try:
        return decoder.decode(raw) if raw is not None else None
    except _UNREADABLE:
        return None


def _bad_row(raw: msgspec.Raw, message: str, answer: Answer) -> BadRow:
    peek = _lenient(_peek, raw) or _Peek()
    nested = peek.metadata if isinstance(peek.metadata, dict) else {}
    ids = (value for value in (peek.id, peek.mongo_id, nested.get("id"), nested.get("name")) if isinstance(value, str))
    # A row without an id keeps the same one from read to read as long as the row stays the same.
    row_id = next(ids, None) or NO_ID + hashlib.blake2s(bytes(raw), digest_size=8).hexdigest()
    created = _lenient(_moment, msgspec.Raw(msgspec.json.encode(peek.created))) if isinstance(peek.created, str) else None
    error = MalformedResponseError(message, provider=answer.provider, request_id=answer.request_id)
    return BadRow(RowFault(error, row_id, created), peek.pipeline_id if isinstance(peek.pipeline_id, str) else None)
