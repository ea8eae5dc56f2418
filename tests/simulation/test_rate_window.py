from datetime import UTC, datetime

import pytest

from gateway.simulation.clock import ManualClock
from gateway.simulation.rate_window import RateWindow


def test_a_window_counts_per_key_and_starts_anew_after_its_length() -> None:
    clock = ManualClock(datetime(2026, 3, 2, tzinfo=UTC))
    window = RateWindow(clock, limit=2, window_s=60)

    first, second, third = window.hit("a"), window.hit("a"), window.hit("a")
    other = window.peek("b")
    clock.advance(59.5)
    late = window.peek("a")
    clock.advance(0.5)
    fresh = window.hit("a")

    assert [usage.remaining for usage in (first, second, third)] == [1, 0, 0]
    assert [usage.exceeded for usage in (first, second, third)] == [False, False, True]
    assert (first.reset_s, late.reset_s, fresh.reset_s) == (60, 1, 60)
    assert (other.current, late.current, fresh.current) == (0, 3, 1)


def test_a_manual_clock_neither_goes_back_nor_starts_without_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        ManualClock(datetime(2026, 3, 2))
    with pytest.raises(ValueError, match="never goes back"):
        ManualClock(datetime(2026, 3, 2, tzinfo=UTC)).advance(-1)
