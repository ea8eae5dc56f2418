"""What the vendor makes of reports: one record for each reference id."""

from collections.abc import Sequence

import msgspec

from gateway.providers.dx.simulator.arguments import STATUSES, Report


class Record(msgspec.Struct, frozen=True):
    """Times and `duration` in seconds. `reports` counts what was merged."""

    reference_id: str
    started_at: float
    finished_at: float | None
    status: str
    duration: float | None
    pr_number: int | None
    texts: dict[str, str]
    reports: int


class Records:
    """All reports, in order of arrival."""

    def __init__(self) -> None:
        self._reports: dict[str, list[Report]] = {}

    def add(self, report: Report) -> None:
        self._reports.setdefault(report.reference_id, []).append(report)

    def clear(self) -> None:
        self._reports.clear()

    def all(self) -> list[Record]:
        """In order of first arrival."""
        return [merged(reports) for reports in self._reports.values()]

    def get(self, reference_id: str) -> Record | None:
        reports = self._reports.get(reference_id)
        return merged(reports) if reports else None


def merged(reports: Sequence[Report]) -> Record:
    """Earliest start, latest end, and the state that the documented procedure gives: in order of start, a state replaces the one
    before when it stands higher."""
    status = "unknown"
    for report in sorted(reports, key=lambda each: each.started_at):
        if report.status is not None and _rank(report.status) > _rank(status):
            status = report.status
    started_at = min(report.started_at for report in reports)
    # ASSUMED: of several ends the latest counts; disproved by a record that shows another.
    finished_at = max((report.finished_at for report in reports if report.finished_at is not None), default=None)
    texts: dict[str, str] = {}
    pr_number = None
    for report in reports:  # ASSUMED: of other fields the last given counts; disproved by a record that keeps the first.
        texts |= report.texts
        pr_number = report.pr_number if report.pr_number is not None else pr_number
    lasted = None if finished_at is None or finished_at < started_at else finished_at - started_at
    return Record(reports[0].reference_id, started_at, finished_at, status, lasted, pr_number, texts, len(reports))


def _rank(status: str) -> int:
    return len(STATUSES) - STATUSES.index(status) if status in STATUSES else 0
