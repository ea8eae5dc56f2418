"""Fixed-window request counting on the injected clock."""

import math
import threading
from dataclasses import dataclass

from gateway.simulation.clock import Clock


@dataclass(frozen=True, slots=True)
class Usage:
    """The state of one key's window, the request just counted included."""

    limit: int
    current: int
    reset_s: int  # whole seconds until the window ends, at least 1

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.current)

    @property
    def exceeded(self) -> bool:
        """True from the first request beyond the limit."""
        return self.current > self.limit


class RateWindow:
    """Counts requests per key. All keys share the same window edges, which start with the first use."""

    def __init__(self, clock: Clock, *, limit: int, window_s: float = 60.0) -> None:
        self.limit = limit
        self._clock = clock
        self._window_s = window_s
        self._origin = clock.monotonic()
        self._index = 0
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def hit(self, key: str = "") -> Usage:
        """Counts one request and tells the state after it."""
        return self._use(key, 1)

    def peek(self, key: str = "") -> Usage:
        """The state without counting."""
        return self._use(key, 0)

    def _use(self, key: str, weight: int) -> Usage:
        with self._lock:
            elapsed = self._clock.monotonic() - self._origin
            index = int(elapsed // self._window_s)
            if index != self._index:
                self._index = index
                self._counts.clear()
            current = self._counts.get(key, 0) + weight
            self._counts[key] = current
        left_s = (index + 1) * self._window_s - elapsed
        return Usage(limit=self.limit, current=current, reset_s=max(1, math.ceil(left_s)))
