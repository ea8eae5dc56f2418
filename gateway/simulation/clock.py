"""The only source of time for simulators, so that a test decides what time it is."""

import threading
import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta


class Clock(ABC):
    """Simulated data ends at `start`; what happens later depends on `now()` alone."""

    start: datetime  # aware, UTC

    @abstractmethod
    def now(self) -> datetime:
        """Aware, UTC."""

    @abstractmethod
    def monotonic(self) -> float:
        """Seconds since an arbitrary moment; never goes back."""


class SystemClock(Clock):
    """Real time. `start` is the moment of construction."""

    def __init__(self) -> None:
        self.start = datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class ManualClock(Clock):
    """Stands still until `advance`. Safe to advance from a thread other than the simulator's."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("the clock's start needs a time zone")
        self.start = start.astimezone(UTC)
        self._elapsed_s = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self._elapsed_s)

    def monotonic(self) -> float:
        return self._elapsed_s

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("a clock never goes back")
        with self._lock:
            self._elapsed_s += seconds
