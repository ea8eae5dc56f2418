"""A file of records as `cicd-gateway send` sees it: its form, what it is known by, and where one goes on in it."""

import errno
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

CHUNK_BYTES = 64 * 1024
NDJSON = "application/x-ndjson"
JSON_ARRAY = "application/json"

_BOM = b"\xef\xbb\xbf"


class RecordFile:
    """A file, measured when it is made; `looked_at` is told meanwhile of how many bytes."""

    def __init__(self, path: Path, looked_at: Callable[[int], object]) -> None:
        self.path = path
        self.media_type = NDJSON
        digest = hashlib.sha256()
        size, known = 0, False
        with path.open("rb") as file:
            for chunk in _chunks(file):
                if not known and (found := media_type_of(chunk, first=size == 0)):
                    self.media_type, known = found, True
                digest.update(chunk)
                size += len(chunk)
                looked_at(size)
        self.digest = digest.hexdigest()
        self.size = size

    def place_of(self, consumed: int) -> int:
        """The byte behind so many lines; its end when it has no more of them."""
        lines = place = 0
        with self.path.open("rb") as file:
            for chunk in _chunks(file) if consumed else ():
                found = chunk.count(b"\n")
                if lines + found >= consumed:
                    return place + _behind(chunk, consumed - lines)
                lines += found
                place += len(chunk)
        return place

    def chunks(self, start: int = 0) -> Iterator[bytes]:
        """What is there from this byte on, up to the size that was measured. OSError when that is not there any more."""
        left = self.size - start
        with self.path.open("rb") as file:
            file.seek(start)
            for chunk in _chunks(file):
                yield chunk[:left]
                left -= len(chunk)
                if left <= 0:
                    return
        if left:
            raise OSError(errno.ESTALE, "it became shorter meanwhile")


class RecordStream:
    """Standard input: read once, and nothing is known of it before."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._begin: list[bytes] = []
        self.media_type = NDJSON
        while chunk := self._read():
            first = not self._begin
            self._begin.append(chunk)
            if found := media_type_of(chunk, first=first):
                self.media_type = found
                break

    def chunks(self) -> Iterator[bytes]:
        yield from self._begin
        while chunk := self._read():
            yield chunk

    def _read(self) -> bytes:
        """What is there, as soon as something is."""
        read1 = getattr(self._file, "read1", self._file.read)
        chunk: bytes = read1(CHUNK_BYTES)
        return chunk


def media_type_of(chunk: bytes, *, first: bool) -> str | None:
    """By the first byte that is not blank; None when all are."""
    text = (chunk.removeprefix(_BOM) if first else chunk).lstrip()
    if not text:
        return None
    return JSON_ARRAY if text.startswith(b"[") else NDJSON


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _behind(chunk: bytes, lines: int) -> int:
    place = 0
    for _ in range(lines):
        place = chunk.index(b"\n", place) + 1
    return place
