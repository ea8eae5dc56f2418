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
    HARMLESS = "harmless"  # carried out, and what came of it does nothing by itself: see `note_harmless`


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
        """The one that decided; its attempts with those of the same call right before it that had no effect."""
        if not self.writes:
            return None
        last = self.writes[-1].receipt
        attempts = last.attempts
        for write in reversed(self.writes[:-1]):
            before = write.receipt
            had_effect = write.state not in (WriteState.REFUSED, WriteState.UNSENT)
            if had_effect or (before.method, before.path) != (last.method, last.path):
                break
            attempts += before.attempts
        return msgspec.structs.replace(last, attempts=attempts)


_log: ContextVar[WriteLog | None] = ContextVar("write_log", default=None)


def note_write(receipt: Receipt, state: WriteState) -> None:
    """Does nothing where nobody keeps a log."""
    log = _log.get()
    if log is not None:
        log.writes.append(Write(receipt, state))


def note_harmless() -> None:
    """What was carried out so far counts as without effect; what is in doubt stays in doubt.

    For a command of several writes whose later one was refused: if what the earlier ones made starts nothing, hinders nothing, and
    is found and used when the same is asked for again, then the refusal is the answer, and asking again is safe. The handler has
    to say in the refusal's message what is left over.
    """
    log = _log.get()
    if log is not None:
        log.writes = [Write(each.receipt, WriteState.HARMLESS) if each.state is WriteState.DONE else each for each in log.writes]


@contextmanager
def logging_writes() -> Iterator[WriteLog]:
    """Collects the writes made inside the block by this task and the tasks it starts."""
    log = WriteLog()
    token = _log.set(log)
    try:
        yield log
    finally:
        _log.reset(token)
