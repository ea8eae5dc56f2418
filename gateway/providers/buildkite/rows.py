"""Rows that cannot be read are set apart, so that they cost their neighbours nothing.

A list is decoded in one go. Only when that fails is each row decoded alone.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import msgspec

from gateway.domain.errors import MalformedResponseError
from gateway.domain.page import RowFault
from gateway.providers.buildkite.mapping import utc
from gateway.upstream.answer import NO_ROW, Answer


class Identified(Protocol):
    """Every row of this vendor has an id."""

    @property
    def id(self) -> str: ...


W = TypeVar("W", bound=Identified)
T = TypeVar("T")

_PAGES = re.compile(r'[?&]page=(\d{1,9})\b[^>]*>;\s*rel="?(next|last)\b')
_NEXT = re.compile(r'>;\s*rel="?next\b')


class BadRow(msgspec.Struct, frozen=True, eq=False):
    """A row that cannot be read, with what could still be made out of it; `address` is the row's own REST address."""

    fault: RowFault
    address: str | None = None


class Listing(msgspec.Struct, Generic[W], frozen=True, eq=False):
    """The rows of one answer, in the vendor's order. `pages_left` is None where the vendor does not tell the last page."""

    rows: Sequence[W | BadRow]
    more: bool
    pages_left: int | None = None


class _Peek(msgspec.Struct):
    id: msgspec.Raw = msgspec.Raw(b"null")
    created_at: msgspec.Raw = msgspec.Raw(b"null")
    url: msgspec.Raw = msgspec.Raw(b"null")


_raw_rows: msgspec.json.Decoder[Sequence[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw])
_peek = msgspec.json.Decoder(_Peek)
_text = msgspec.json.Decoder(str)


class RowDecoder(Generic[W]):
    """Decodes one noun: a single value, or a list row by row where it must."""

    def __init__(self, row_type: type[W]) -> None:
        self.one: msgspec.json.Decoder[W] = msgspec.json.Decoder(row_type)
        self._many: msgspec.json.Decoder[list[W]] = msgspec.json.Decoder(list[row_type])  # type: ignore[valid-type]  # a runtime type

    def page(self, answer: Answer) -> Listing[W]:
        """A numbered page; MalformedResponseError only when it is no list at all."""
        link = answer.headers.get("link", "")
        more = _NEXT.search(link) is not None
        pages = {rel: int(page) for page, rel in _PAGES.findall(link)} if more else {}
        left = pages["last"] - pages["next"] + 1 if len(pages) == 2 else None
        return Listing(self.rows(answer), more, left)

    def rows(self, answer: Answer) -> Sequence[W | BadRow]:
        try:
            return self._many.decode(answer.body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return self.each(answer, answer.decode(_raw_rows))

    def each(self, answer: Answer, raws: Sequence[msgspec.Raw]) -> Sequence[W | BadRow]:
        """Each row alone."""
        nameless: Counter[bytes] = Counter()
        rows = [self._row(answer.part(bytes(raw)), nameless) for raw in raws]
        if len(rows) > 1 and all(isinstance(row, BadRow) for row in rows):
            answer.unreadable(NO_ROW)  # told, not raised: each row says for itself what is wrong
        return rows

    def _row(self, answer: Answer, nameless: Counter[bytes]) -> W | BadRow:
        try:
            return answer.decode(self.one)
        except MalformedResponseError as error:
            return _bad_row(answer.body, error, nameless)


def map_rows(rows: Iterable[W | BadRow], to_value: Callable[[W], T], provider: str) -> tuple[T | RowFault, ...]:
    """Domain values; a row that mapping refuses (ValueError) is set apart like one that decoding refuses."""
    return tuple(map_row(row, to_value, provider) for row in rows)


def map_row(row: W | BadRow, to_value: Callable[[W], T], provider: str) -> T | RowFault:
    if isinstance(row, BadRow):
        return row.fault
    try:
        return to_value(row)
    except ValueError:
        return RowFault(_unreadable(provider), row.id)


def map_one(wire: W, to_value: Callable[[W], T], provider: str) -> T:
    """The value of an answer that holds nothing else; MalformedResponseError when mapping refuses it."""
    try:
        return to_value(wire)
    except ValueError:
        error = _unreadable(provider)
    raise error  # out here: the ValueError may quote the vendor's text


def _unreadable(provider: str) -> MalformedResponseError:
    message = "The provider's answer cannot be read: a time or an address in it has an unknown form."
    return MalformedResponseError(message, provider=provider)


def _bad_row(raw: bytes, error: MalformedResponseError, nameless: Counter[bytes]) -> BadRow:
    try:
        peek = _peek.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        peek = _Peek()
    row_id = _string(peek.id)
    if not row_id:
        # A row without an id keeps the same one from read to read, as long as the row stays the same.
        nameless[raw] += 1
        row_id = f"unreadable-{hashlib.blake2s(raw, digest_size=8).hexdigest()}-{nameless[raw]}"
    return BadRow(RowFault(error, row_id, _moment(_string(peek.created_at))), _string(peek.url))


def _string(raw: msgspec.Raw) -> str | None:
    try:
        return _text.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _moment(text: str | None) -> datetime | None:
    try:
        return utc(text) if text else None
    except ValueError:
        return None
