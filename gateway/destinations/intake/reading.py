"""Records out of chunks of bytes, however these are cut, in memory that does not grow with the input.

A reader counts what it sees, from 1: lines, empty ones too, or elements of the array. `count` are those whose end it has seen.
"""

import re
from collections.abc import Iterator
from typing import Protocol

import msgspec

from gateway.destinations.intake.record import MOST_RECORD_BYTES, RecordFaultError, read_record, too_large
from gateway.domain.commands.command import JsonObject
from gateway.domain.destination import Refusal

BROKEN = "INPUT_BROKEN"
"""Code of the refusal that stands for a record and everything behind it."""

_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"
_STRING = rb'"(?:[^"\\]++|\\.)*+"'
_MARK = re.compile(_STRING + rb'|["\[\]{},]', re.DOTALL)
_INNER_MARK = re.compile(_STRING + rb'|["\[\]{}]', re.DOTALL)
_IN_STRING = re.compile(rb'["\\]')
_LONGEST_LINE = MOST_RECORD_BYTES + len(_BOM) + 1


class ReadRecord(msgspec.Struct, frozen=True):
    """A record that can be kept; `content` is its JSON, compact."""

    number: int
    content: bytes
    values: JsonObject


Item = ReadRecord | Refusal


class RecordReader(Protocol):
    """`broken` when there is no going on: then its last item was a refusal with the code BROKEN."""

    count: int
    broken: bool

    def feed(self, chunk: bytes) -> Iterator[Item]:
        """What the chunk completes. To be drawn to its end before the next chunk."""
        ...

    def end(self) -> Iterator[Item]:
        """What the end of the input completes."""
        ...


class Lines:
    """NDJSON. `left_out` lines come before the first that is fed; up to the line `skip` they are counted and not read."""

    def __init__(self, left_out: int = 0, skip: int = 0) -> None:
        self.count = left_out
        self.broken = False
        self._skip = skip
        self._held = bytearray()
        self._too_long = False

    def feed(self, chunk: bytes) -> Iterator[Item]:
        *complete, rest = chunk.split(b"\n")
        for part in complete:
            self._hold(part)
            yield from self._line()
        self._hold(rest)

    def end(self) -> Iterator[Item]:
        if self._held or self._too_long:
            yield from self._line()

    def _hold(self, part: bytes) -> None:
        if self._too_long or len(self._held) + len(part) > _LONGEST_LINE:
            self._too_long = True
            self._held.clear()
        else:
            self._held += part

    def _line(self) -> Iterator[Item]:
        text, too_long = bytes(self._held), self._too_long
        self._held.clear()
        self._too_long = False
        self.count += 1
        if self.count == 1:
            text = text.removeprefix(_BOM)
        text = text.strip(_BLANK)
        if self.count > self._skip and (text or too_long):
            try:
                if too_long:
                    raise too_large()
                values, content = read_record(text)
            except RecordFaultError as fault:
                yield Refusal(number=self.count, code=fault.code, message=fault.message)
            else:
                yield ReadRecord(self.count, content, values)


class Elements:
    """A JSON array. `left_out` elements come before its first; up to the element `skip` they are counted and not read."""

    def __init__(self, left_out: int = 0, skip: int = 0) -> None:
        self.count = left_out
        self._left_out = left_out
        self.broken = False
        self._skip = skip
        self._before = 0  # bytes of the chunks before this one
        self._mark_bytes = 0  # of a byte order mark
        self._open = False
        self._closed = False
        self._strange = False
        self._held = bytearray()
        self._depth = 0
        self._in_string = False
        self._escaped = False

    def feed(self, chunk: bytes) -> Iterator[Item]:
        if self.broken:
            return
        at = begin = 0 if self._open else self._opened(chunk)
        while at < len(chunk) and self._open and not self._closed and not self.broken:
            if self._escaped:
                self._escaped = False
                at += 1
                continue
            marks = _IN_STRING if self._in_string else _INNER_MARK if self._depth else _MARK
            found = marks.search(chunk, at)
            if found is None:
                break
            at = found.end()
            if self._separates(found[0]):
                yield from self._element(chunk[begin : found.start()], found[0], self._before + found.start())
                begin = at
        if self._closed and not self.broken and (behind := chunk[begin:].lstrip(_BLANK)):
            place = self._before + len(chunk) - len(behind)
            yield self._break(self.count + 1, f"the array ends before byte {place} of the input, and there is something behind it")
        elif self._open and not self._closed and not self.broken:
            yield from self._hold(chunk[begin:])
        elif self._strange:
            yield self._no_array()
        self._before += len(chunk)

    def end(self) -> Iterator[Item]:
        if self._closed or self.broken:
            return
        if self._open:
            yield self._break(self.count + 1, f"the input ends at byte {self._before}, before its array does")
        else:
            yield self._no_array()

    def _opened(self, chunk: bytes) -> int:
        """Where the first element begins in this chunk; its end while the array has not begun."""
        for index, byte in enumerate(chunk):
            place = self._before + index
            if place == self._mark_bytes < len(_BOM) and byte == _BOM[place]:
                self._mark_bytes += 1
            elif self._mark_bytes not in {0, len(_BOM)} or byte not in b"[ \t\r\n":
                self._strange = True
                break
            elif byte == ord("["):
                self._open = True
                return index + 1
        return len(chunk)

    def _separates(self, mark: bytes) -> bool:
        """Whether the mark ends an element; keeps the count of what is open."""
        if self._in_string:
            self._escaped = mark == b"\\"
            self._in_string = mark != b'"'
        elif mark == b'"':
            self._in_string = True
        elif mark in b"[{":
            self._depth += 1
        elif mark[:1] != b'"':  # else a whole string
            if self._depth == 0:
                return mark != b"}"
            self._depth -= 1
        return False

    def _hold(self, part: bytes) -> Iterator[Item]:
        self._held += part if self._held else part.lstrip(_BLANK)
        if len(self._held) > MOST_RECORD_BYTES:
            yield self._faulty(too_large(breaks=True))

    def _element(self, part: bytes, mark: bytes, place: int) -> Iterator[Item]:
        text = (bytes(self._held) + part).strip(_BLANK)
        self._held.clear()
        self._closed = mark == b"]"
        if not text and self._closed and self.count == self._left_out:
            return
        if not text:
            yield self._break(self.count + 1, f"expected a record at byte {place} of the input")
            return
        if self.count + 1 > self._skip:
            try:
                if len(text) > MOST_RECORD_BYTES:
                    raise too_large(breaks=True)
                values, content = read_record(text)
            except RecordFaultError as fault:
                yield self._faulty(fault)
            else:
                yield ReadRecord(self.count + 1, content, values)
        self.count += not self.broken

    def _faulty(self, fault: RecordFaultError) -> Refusal:
        number = self.count + 1
        if fault.breaks:
            return self._break(number, fault.message.rstrip("."))
        return Refusal(number=number, code=fault.code, message=fault.message)

    def _no_array(self) -> Refusal:
        return self._break(self.count + 1, "expected an array of records, `[{...}, {...}]`")

    def _break(self, number: int, why: str) -> Refusal:
        self.broken = True
        message = (
            f"{why[0].upper()}{why[1:]}. Nothing from record {number} on was taken: what is behind a fault in an array is not read."
        )
        return Refusal(number=number, code=BROKEN, message=message)
