"""Statistics over the latest runs."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from gateway.domain.run import RunStatus
from gateway.domain.run_stats import percentile, stats_of

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
S, F, C, R = RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELED, RunStatus.RUNNING


class SomeRun(msgspec.Struct, frozen=True):
    status: RunStatus
    created_at: datetime
    duration_s: float | None = None


def runs(*statuses: RunStatus, durations: tuple[float | None, ...] = ()) -> list[SomeRun]:
    given = durations or (None,) * len(statuses)
    return [SomeRun(status, NOW - timedelta(hours=place), given[place]) for place, status in enumerate(statuses)]


def test_success_rate_is_of_runs_that_succeeded_or_failed() -> None:
    found = stats_of(runs(R, S, C, F, S, S), complete=False)

    assert (found.count, found.succeeded, found.failed, found.success_rate) == (6, 3, 1, 0.75)
    assert not found.complete


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [((), 0), ((S,), 0), ((F,), 1), ((F, F, S, F), 2), ((R, F, C, F, S), 2), ((F, F), 2), ((C, R), 0)],
)
def test_failures_in_a_row_look_past_runs_that_decide_nothing(statuses: tuple[RunStatus, ...], expected: int) -> None:
    assert stats_of(runs(*statuses), complete=True).failures_in_a_row == expected


def test_durations_are_of_decided_runs_by_nearest_rank() -> None:
    found = stats_of(runs(S, S, F, C, S, durations=(10.0, 30.0, 20.0, 9999.0, None)), complete=True)

    assert (found.p50_duration_s, found.p95_duration_s) == (20.0, 30.0)


def test_without_decided_runs_there_are_no_figures() -> None:
    found = stats_of(runs(R), complete=True)

    assert (found.success_rate, found.p50_duration_s, found.p95_duration_s) == (None, None, None)
    assert (found.from_time, found.to_time) == (NOW, NOW)
    assert stats_of([], complete=True).from_time is None


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (1.0, 100), (0.01, 1)])
def test_percentiles_of_a_hundred(share: float, expected: int) -> None:
    assert percentile([float(each) for each in range(1, 101)], share) == expected
