"""The writes that took effect, whatever their callers were told of them."""

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Write:
    """A request that was accepted but changed nothing, such as the termination of a finished build, is not one."""

    action: str  # noun and verb: "pipeline.run", "build.terminate"
    target: str  # id, name or address of what it was done to
    made: str | None  # id or address of what came of it, if that is something new
    key_id: str
    at_ms: int


@dataclass(slots=True)
class Journal:
    """Safe to read from another thread than the one that serves."""

    _writes: list[Write] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def writes(self) -> list[Write]:
        """A copy, oldest first."""
        with self._lock:
            return list(self._writes)

    def of(self, action: str, target: str | None = None) -> list[Write]:
        return [write for write in self.writes if write.action == action and target in (None, write.target)]

    def record(self, write: Write) -> None:
        with self._lock:
            self._writes.append(write)

    def clear(self) -> None:
        with self._lock:
            self._writes.clear()
