"""How a pipeline has been doing, over its latest runs."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from gateway.domain.run import RunStatus


class CountedRun(Protocol):
    """What the statistics must know of a run."""

    @property
    def status(self) -> RunStatus: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def duration_s(self) -> float | None: ...


class RunStats(msgspec.Struct, frozen=True, kw_only=True):
    """Figures over `count` runs, the newest first; `complete` when these were all that the vendor shows.

    `success_rate` is successes among runs that succeeded or failed, from 0 to 1, None without any. Durations in seconds are of
    those runs too, by nearest rank. `failures_in_a_row` counts back from the newest run that succeeded or failed.
    """

    count: int
    complete: bool
    succeeded: int
    failed: int
    success_rate: float | None
    p50_duration_s: float | None
    p95_duration_s: float | None
    failures_in_a_row: int
    from_time: datetime | None
    to_time: datetime | None


def stats_of(runs: Sequence[CountedRun], *, complete: bool) -> RunStats:
    """`runs` newest first."""
    decided = [run for run in runs if run.status in (RunStatus.SUCCEEDED, RunStatus.FAILED)]
    failed = sum(run.status is RunStatus.FAILED for run in decided)
    durations = sorted(run.duration_s for run in decided if run.duration_s is not None)
    in_a_row = next((place for place, run in enumerate(decided) if run.status is RunStatus.SUCCEEDED), len(decided))
    return RunStats(
        count=len(runs),
        complete=complete,
        succeeded=len(decided) - failed,
        failed=failed,
        success_rate=(len(decided) - failed) / len(decided) if decided else None,
        p50_duration_s=percentile(durations, 0.50),
        p95_duration_s=percentile(durations, 0.95),
        failures_in_a_row=in_a_row,
        from_time=runs[-1].created_at if runs else None,
        to_time=runs[0].created_at if runs else None,
    )


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The least value that `share` of all do not exceed; None of nothing."""
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else None
