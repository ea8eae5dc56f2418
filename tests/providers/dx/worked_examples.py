"""The worked examples of how reports become a run, as data. Times are seconds after T0, or what was sent, word for word."""

from dataclasses import dataclass
from typing import Any

from gateway.domain.run import RunStatus


@dataclass(frozen=True)
class Example:
    """`reports` in order of arrival, each with its own fields; the run that they make."""

    reports: tuple[dict[str, Any], ...]
    started: float
    finished: float | None
    status: RunStatus
    duration: float | None


def at(clock: str) -> int:
    """Seconds of a time of day."""
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def report(started: object, status: str | None = None, finished: object = None) -> dict[str, Any]:
    fields = {"started_at": started, "status": status, "finished_at": finished}
    return {name: value for name, value in fields.items() if value is not None}


EXAMPLES = {
    # The table of the vendor's article, whose end (11:46:67) is no time: 11:46:07 is meant.
    "A five steps": Example(
        (
            report(at("11:24:40"), "failure"),
            report(at("11:25:18"), "running"),
            report(at("11:25:21"), "success"),
            report(at("11:25:21"), "running"),
            report(at("11:26:07"), "success", at("11:46:07")),
        ),
        at("11:24:40"), at("11:46:07"), RunStatus.FAILED, at("11:46:07") - at("11:24:40"),
    ),
    "B start, then end": Example(
        (report(100, "running"), report(100, "success", 160)), 100, 160, RunStatus.SUCCEEDED, 60
    ),
    "C out of order": Example((report(100, "success", 160), report(90, "running")), 90, 160, RunStatus.SUCCEEDED, 70),
    "D no state": Example((report(100),), 100, None, RunStatus.UNKNOWN, None),
    "D no state, then one": Example((report(100), report(105, "running")), 100, None, RunStatus.RUNNING, None),
    "E cancelled and success": Example(
        (report(100, "success", 150), report(120, "cancelled", 140)), 100, 150, RunStatus.CANCELED, 50
    ),
    "F failure, then a retry that succeeds": Example(
        (report(100, "failure", 110), report(200, "success", 260)), 100, 260, RunStatus.FAILED, 160
    ),
    "G numbers and texts": Example(
        (report(1702193699, "running"), report("1702193650", "success", "1702213699")),
        1702193650, 1702213699, RunStatus.SUCCEEDED, 20049,
    ),
    "H delivered twice": Example(
        (report(100, "success", 160), report(100, "success", 160)), 100, 160, RunStatus.SUCCEEDED, 60
    ),
    "I the later one has no end": Example(
        (report(100, "success", 150), report(160, "running")), 100, 150, RunStatus.SUCCEEDED, 50
    ),
    "K failure and cancelled at once": Example((report(100, "failure"), report(100, "cancelled")), 100, None, RunStatus.FAILED, None),
    "L ends before it starts": Example((report(100, "success", 90),), 100, 90, RunStatus.SUCCEEDED, None),
}  # fmt: skip
