"""The calls that one piece of work makes to a vendor, reads and writes, watched as they are made; and rehearsals, in which no write
is sent. Set by whoever wants to see them, filled by the transport.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

MOST_RESPONSE_BYTES = 64 * 1024
"""What is shown of an answer."""
MOST_KEPT_BYTES = 1024 * 1024
"""What is kept of it: secrets are found in the whole only."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call. `url` has the query; `headers` are those that the work itself set, never the credential's; `body` is UNSET where
    none is sent. `status` and `response` (its first MOST_KEPT_BYTES, with its secrets) are the answer's, None when there was
    none, and in a rehearsal for a write. Of a read there is no `response`.
    """

    provider: str
    write: bool
    method: str
    url: str
    at: datetime
    headers: tuple[tuple[str, str], ...] = ()
    body: Any | UnsetType = UNSET
    status: int | None = None
    response: bytes | None = None
    duration_s: float | None = None


class CallLog:
    """In order. With `rehearsing`, a write is noted and then not sent: RehearsedError ends the work there. With `once` a write that
    fails is not tried again, whatever that would mean.
    """

    __slots__ = ("calls", "once", "rehearsing")

    def __init__(self, *, rehearsing: bool, once: bool) -> None:
        self.calls: list[Call] = []
        self.rehearsing = rehearsing
        self.once = once


class RehearsedError(Exception):
    """A write would have been sent now. Not a GatewayError: nobody below may take it for a vendor's."""


_log: ContextVar[CallLog | None] = ContextVar("call_log", default=None)


def note_call(call: Call) -> None:
    """Does nothing where nobody watches."""
    log = _log.get()
    if log is not None:
        log.calls.append(call)


def is_watched() -> bool:
    """Whether somebody wants to see calls: else they need not be described."""
    return _log.get() is not None


def is_tried_once() -> bool:
    """Whether a write that fails must not be tried again."""
    log = _log.get()
    return log is not None and log.once


def is_rehearsing() -> bool:
    """Whether no write is sent."""
    log = _log.get()
    return log is not None and log.rehearsing


def stop_if_rehearsing(call: Call) -> None:
    """Notes the write and raises RehearsedError in a rehearsal; else does nothing. Called right before anything is changed."""
    log = _log.get()
    if log is not None and log.rehearsing:
        log.calls.append(call)
        raise RehearsedError


@contextmanager
def watching_calls(*, rehearsing: bool = False, once: bool = False) -> Iterator[CallLog]:
    """Collects the calls made inside the block by this task and the tasks it starts."""
    log = CallLog(rehearsing=rehearsing, once=once)
    token = _log.set(log)
    try:
        yield log
    finally:
        _log.reset(token)


@contextmanager
def unwatched() -> Iterator[None]:
    """For calls that are nobody's business, such as logins: their bodies are credentials."""
    token = _log.set(None)
    try:
        yield
    finally:
        _log.reset(token)
