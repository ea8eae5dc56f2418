"""What a test may ask of, and do to, a running simulator: recorded calls, latency, faults."""

import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import msgspec

MAX_RECORDED_CALLS = 50_000
MAX_RECORDED_BODY_BYTES = 64 * 1024
REDACTED = "[redacted]"
REDACTED_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-access-token", "x-api-key"})

FaultKind = Literal["status", "cut", "html", "wrong_types", "hang", "drop_after_read"]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One scripted misbehaviour. `route` is searched (`re.search`) in the raw, still percent-encoded path.

    status           answers `status`, `headers`, `body`; the request is not performed unless `perform`
    cut              the real answer's Content-Length, half of its body, then the socket closes
    html             200 with an HTML page; not performed
    wrong_types      the real answer with scalars of the wrong type, see `fields` and `row`
    hang             never answers; ends when the client disconnects; not performed unless `perform`
    drop_after_read  performs the request, then closes the socket without an answer
    """

    route: str
    kind: FaultKind = "status"
    method: str | None = None
    status: int = 500
    headers: dict[str, str] = {}
    body: str | None = None
    times: int | None = None  # matching calls it applies to; None: until cleared
    skip: int = 0  # matching calls let through first
    perform: bool = False
    fields: tuple[str, ...] | None = None  # wrong_types: only these object keys; None: all scalars
    row: int | None = None  # wrong_types: only this element of the outermost list; None: everything


@dataclass(slots=True)
class Call:
    """One recorded request. `status` is None while unanswered, and stays None if no answer was ever begun."""

    method: str
    raw_path: str  # as sent, still percent-encoded
    query: str  # as sent, without the question mark
    headers: dict[str, str]  # lower-case names; values of credentials are redacted
    started_at: float  # time.monotonic(), real time even under a manual clock
    status: int | None = None
    fault: str | None = None
    body: bytes = b""  # what was read of the request body, at most 64 KiB


@dataclass(slots=True)
class _Armed:
    fault: Fault
    pattern: re.Pattern[str]
    seen: int = 0
    used: int = 0

    def takes(self, method: str, raw_path: str) -> bool:
        """Counts this call; True if the fault applies to it."""
        fault = self.fault
        if fault.method is not None and fault.method.upper() != method:
            return False
        if fault.times is not None and self.used >= fault.times:
            return False
        if self.pattern.search(raw_path) is None:
            return False
        self.seen += 1
        if self.seen <= fault.skip:
            return False
        self.used += 1
        return True


@dataclass(slots=True)
class Control:
    """One per simulator; every method may be called from any thread.

    `origin` is the scheme, host and port that the simulator writes into its links. The server sets it before
    the vendor app is built.
    """

    origin: str = "http://simulator.invalid"
    rate_limit_enabled: bool = False  # real 429s; windows are counted and shown in any case
    in_flight: int = 0
    max_in_flight: int = 0  # highest number of requests open at once since reset_calls()
    calls_total: int = 0
    _calls: deque[Call] = field(default_factory=lambda: deque(maxlen=MAX_RECORDED_CALLS))
    _latencies: list[tuple[re.Pattern[str] | None, float]] = field(default_factory=list)
    _faults: list[_Armed] = field(default_factory=list)
    _count_connections: Callable[[], int] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def calls(self) -> list[Call]:
        """A copy, oldest first; only the last 50,000 are kept (`calls_total` counts all)."""
        with self._lock:
            return list(self._calls)

    @property
    def open_connections(self) -> int:
        """Client sockets open now; 0 when the app is not behind a socket."""
        return self._count_connections() if self._count_connections is not None else 0

    @property
    def faults(self) -> list[Fault]:
        """As added, spent ones included."""
        with self._lock:
            return [armed.fault for armed in self._faults]

    def reset_calls(self) -> None:
        with self._lock:
            self._calls.clear()
            self.calls_total = 0
            self.max_in_flight = self.in_flight

    def set_latency(self, seconds: float, route: str | None = None) -> None:
        """Real seconds before a request is performed. A route (searched in the raw path) outranks the general
        latency, and of several routes the one set last wins. 0 removes it."""
        pattern = re.compile(route) if route is not None else None
        with self._lock:
            kept = [entry for entry in self._latencies if entry[0] != pattern]
            self._latencies = [(pattern, seconds), *kept] if seconds > 0 else kept

    def add_fault(self, fault: Fault) -> None:
        """Of several matching faults the first added that is not spent applies."""
        armed = _Armed(fault, re.compile(fault.route))
        with self._lock:
            self._faults.append(armed)

    def clear_faults(self) -> None:
        with self._lock:
            self._faults.clear()

    def latency_for(self, raw_path: str) -> float:
        if not self._latencies:
            return 0.0
        with self._lock:
            general = 0.0
            for pattern, seconds in self._latencies:
                if pattern is None:
                    general = seconds
                elif pattern.search(raw_path):
                    return seconds
            return general

    def take_fault(self, method: str, raw_path: str) -> Fault | None:
        """The fault that applies to this call; counts it as used."""
        if not self._faults:
            return None
        with self._lock:
            for armed in self._faults:
                if armed.takes(method, raw_path):
                    return armed.fault
            return None

    def begin(self, method: str, raw_path: str, query: str, headers: list[tuple[bytes, bytes]]) -> Call:
        """Records a request as it arrives; every `begin` needs an `end`."""
        shown: dict[str, str] = {}
        for raw_name, value in headers:
            name = raw_name.decode("latin-1")
            shown[name] = REDACTED if name in REDACTED_HEADERS else value.decode("latin-1")
        call = Call(method, raw_path, query, shown, time.monotonic())
        with self._lock:
            self._calls.append(call)
            self.calls_total += 1
            self.in_flight += 1
            self.max_in_flight = max(self.max_in_flight, self.in_flight)
        return call

    def end(self) -> None:
        with self._lock:
            self.in_flight -= 1

    def watch_connections(self, count: Callable[[], int]) -> None:
        """For the server alone."""
        self._count_connections = count
