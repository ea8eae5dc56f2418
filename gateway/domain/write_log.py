"""What was written at vendors in the course of one command. Set by whoever carries it out, filled by the transport."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum

import msgspec


class WriteState(Enum):
    """What became of one write, as far as we can be sure."""

    DONE = "done"
    REFUSED = "refused"  # the vendor has said no: nothing was changed by it
    UNSENT = "unsent"  # it surely never left us
    UNKNOWN = "unknown"  # it may have been carried out, or not


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One write as it went over the wire. `path` is without the query; `status` and `request_id` are the vendor's answer's, None
    when there was none; `attempts` counts how often it was tried (more than once only if it surely had no effect).
    """

    provider: str
    method: str
    path: str
    status: int | None = None
    request_id: str | None = None
    attempts: int = 1


class Write(msgspec.Struct, frozen=True):
    """A write and what became of it."""

    receipt: Receipt
    state: WriteState


class WriteLog:
    """The writes of one command, in order."""

    __slots__ = ("writes",)

    def __init__(self) -> None:
        self.writes: list[Write] = []

    @property
    def effective(self) -> list[Write]:
        """Those that changed something, or may have."""
        return [write for write in self.writes if write.state in (WriteState.DONE, WriteState.UNKNOWN)]

    @property
    def receipt(self) -> Receipt | None:
        """The one that decided."""
        return self.writes[-1].receipt if self.writes else None


_log: ContextVar[WriteLog | None] = ContextVar("write_log", default=None)


def note_write(receipt: Receipt, state: WriteState) -> None:
    """Does nothing where nobody keeps a log."""
    log = _log.get()
    if log is not None:
        log.writes.append(Write(receipt, state))


@contextmanager
def logging_writes() -> Iterator[WriteLog]:
    """Collects the writes made inside the block by this task and the tasks it starts."""
    log = WriteLog()
    token = _log.set(log)
    try:
        yield log
    finally:
        _log.reset(token)
