"""JSON documents as the simulator holds them: plain dictionaries, encoded once."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

import msgspec

from gateway.simulation.messages import Response, join_rows

Document: TypeAlias = dict[str, object]
"""A key that the vendor leaves out is absent; None would be sent as null."""


class Stored:
    """A document with its bytes. `public` makes the form that is sent, with secrets masked; encoded on first use."""

    __slots__ = ("_body", "_public", "document")

    def __init__(self, document: Document, public: Callable[[Document], Document] | None = None) -> None:
        self.document = document
        self._public = public
        self._body: bytes | None = None

    @property
    def body(self) -> bytes:
        """What a reader without the right to decrypt gets."""
        if self._body is None:
            shown = self.document if self._public is None else self._public(self.document)
            self._body = msgspec.json.encode(shown)
        return self._body

    def changed(self, document: Document) -> "Stored":
        """Another document, sent in the same form."""
        return Stored(document, self._public)

    @property
    def decrypted(self) -> bytes:
        return msgspec.json.encode(self.document)


def object_response(body: bytes) -> Response:
    return Response(body=body)


def array_response(rows: Iterable[bytes]) -> Response:
    """The bare array."""
    return Response(body=join_rows(rows))


def docs_response(rows: Iterable[bytes], count: int | None = None) -> Response:
    """`{"docs": [...]}`, with `count` where the vendor counts."""
    tail = b"}" if count is None else b',"count":%d}' % count
    return Response(body=b'{"docs":' + join_rows(rows) + tail)


def named_response(name: str, rows: Iterable[bytes]) -> Response:
    """`{"<name>": [...]}`."""
    return Response(body=b'{"' + name.encode() + b'":' + join_rows(rows) + b"}")
