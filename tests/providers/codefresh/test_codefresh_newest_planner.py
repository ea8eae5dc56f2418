"""The planner for many pipelines' newest builds, without any vendor: its answers are exact and its calls few."""

import math
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from gateway.providers.codefresh.newest_builds import FetchEach, NewestBuildsPlanner, ReadOn, Restart, SeenRow

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Activity = dict[str, list[datetime]]
"""Times of each pipeline's builds, newest first."""


class Row(NamedTuple):
    created_at: datetime
    pipeline: str
    id: str


class Outcome(NamedTuple):
    pages: int
    left: tuple[str, ...]
    planner: NewestBuildsPlanner[str]

    @property
    def calls(self) -> int:
        return self.pages + len(self.left)


def starts_below(moment: datetime) -> datetime:
    """As with a vendor of whom it is not known whether the end day counts."""
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC) + 2 * DAY


def rows_of(activity: Activity) -> list[Row]:
    rows = [Row(time, name, f"{name}-{place}") for name, times in activity.items() for place, time in enumerate(times)]
    return sorted(rows, key=lambda row: row.created_at, reverse=True)


def play(activity: Activity, first: int, between: Callable[[list[Row]], None] = lambda _: None) -> Outcome:
    """Plays the vendor: sessions from which pages of 100 are read one after the other."""
    everything = rows_of(activity)
    planner: NewestBuildsPlanner[str] = NewestBuildsPlanner(list(activity), first, starts_below)
    session, place, pages = everything, 0, 0
    while not isinstance(step := planner.next_step(), FetchEach):
        if isinstance(step, Restart):
            between(everything)
            below = starts_below(step.at_or_before)
            named = set(step.pipelines)
            session, place = [row for row in everything if row.pipeline in named and row.created_at < below], 0
        page = session[place : place + 100]
        place += 100
        pages += 1
        rows = [SeenRow(row.pipeline, row.id, row.created_at, row.id) for row in page]
        planner.take_page(rows, more=place < len(session))
        assert pages < 200
    return Outcome(pages, step.pipelines, planner)


def poisson(rate_a_day: float, days: float, dice: random.Random) -> list[datetime]:
    times, age = [], 0.0
    while rate_a_day > 0:
        age += dice.expovariate(rate_a_day)
        if age > days:
            break
        times.append(NOW - age * DAY)
    return times


def even(count: int, rounds: int = 40) -> Activity:
    gap = timedelta(minutes=20)
    return {f"p{number}": [NOW - (count * turn + number) * gap for turn in range(rounds)] for number in range(count)}


def by_rates(rates: Sequence[float], dice: random.Random, days: float = 60) -> Activity:
    return {f"p{number}": poisson(rate, days, dice) for number, rate in enumerate(rates)}


def bursts(count: int, dice: random.Random) -> Activity:
    found: Activity = {}
    for number in range(count):
        start = dice.random() * 20
        found[f"p{number}"] = sorted((NOW - (start + dice.random() / 20) * DAY for _ in range(30)), reverse=True)
    return found


KINDS: dict[str, Callable[[int, random.Random], Activity]] = {
    "even": lambda count, dice: by_rates([2.0] * count, dice, days=30),
    "busy": lambda count, dice: by_rates([100.0] * count, dice, days=1),
    "power law": lambda count, dice: by_rates([20 / (rank + 1) for rank in range(count)], dice, days=40),
    "steep power law": lambda count, dice: by_rates([50 / (rank + 1) ** 2 for rank in range(count)], dice, days=40),
    "log-normal": lambda count, dice: by_rates([math.exp(dice.gauss(0, 2)) for _ in range(count)], dice, days=10),
    "half of them dead": lambda count, dice: by_rates([5.0 * (number % 2) for number in range(count)], dice, days=30),
    "quiet": lambda count, dice: by_rates([0.05] * count, dice),
    "one is hot": lambda count, dice: by_rates([100.0] + [0.5] * (count - 1), dice, days=30),
    "bursts": bursts,
    "empty": lambda count, _: {f"p{number}": [] for number in range(count)},
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
@pytest.mark.parametrize(("count", "first"), [(50, 10), (50, 1), (12, 25), (4, 3)])
def test_answers_are_exact_and_calls_are_bounded(kind: Callable[[int, random.Random], Activity], count: int, first: int) -> None:
    for seed in range(2):
        activity = kind(count, random.Random(seed))

        outcome = play(activity, first)

        assert outcome.calls <= count + 3
        for name in set(activity) - set(outcome.left):
            rows, more = outcome.planner.result(name)
            assert rows == [f"{name}-{place}" for place in range(min(first, len(activity[name])))]
            assert more is (len(activity[name]) > first)


def test_even_pipelines_share_as_many_pages_as_their_rows_fill() -> None:
    assert play(even(50), 10).calls == 6
    assert play(even(50), 1).calls == 1
    assert play(even(20), 10).calls == 3


@pytest.mark.parametrize(
    ("kind", "calls"), [("power law", 15), ("log-normal", 16), ("one is hot", 14), ("half of them dead", 10), ("quiet", 3)]
)
def test_uneven_pipelines_cost_a_fraction_of_a_call_each(kind: str, calls: int) -> None:
    assert max(play(KINDS[kind](50, random.Random(seed)), 10).calls for seed in range(5)) <= calls


def test_activity_that_turns_uneven_costs_no_more_than_the_pages_the_needed_rows_fill() -> None:
    for rounds in (1, 4, 7, 10):
        activity = even(50, rounds)
        oldest = min(time for times in activity.values() for time in times)
        activity["p0"] += [oldest - number * timedelta(minutes=1) for number in range(1, 1_500)]
        for number in range(1, 50):
            activity[f"p{number}"] += [oldest - 100 * DAY - turn * DAY for turn in range(15)]

        assert play(activity, 10).calls <= 50 + math.ceil(50 * 11 / 100)


def test_when_no_page_can_pay_one_is_risked_at_most() -> None:
    assert play(even(50, 150), 100).pages == 1
    assert play(even(3, 150), 100).pages == 0
    assert play(even(1), 10).pages == 0


def test_reading_to_the_end_completes_every_pipeline() -> None:
    outcome = play({"a": [NOW], "b": [], "c": [NOW - DAY, NOW - 2 * DAY], "d": []}, 10)

    assert (outcome.pages, outcome.left) == (1, ())
    assert outcome.planner.result("b") == ([], False)
    assert outcome.planner.result("c") == (["c-0", "c-1"], False)


def test_exactly_as_many_rows_as_asked_for_are_not_more() -> None:
    outcome = play({"a": [NOW - number * DAY for number in range(5)], "b": [NOW]}, 5)

    assert outcome.planner.result("a") == ([f"a-{place}" for place in range(5)], False)


def test_builds_that_come_while_sessions_change_are_left_out() -> None:
    """The answer is that of the moment of the first page."""
    activity = KINDS["one is hot"](20, random.Random(1))

    def insert(everything: list[Row]) -> None:
        everything[:0] = [Row(NOW + timedelta(seconds=1), name, f"late-{name}-{len(everything)}") for name in activity]

    outcome = play(activity, 10, insert)

    for name in set(activity) - set(outcome.left):
        assert outcome.planner.result(name)[0] == [f"{name}-{place}" for place in range(min(10, len(activity[name])))]


def test_rows_of_one_moment_on_the_edge_of_a_page_are_not_lost() -> None:
    dice = random.Random(3)
    activity = {f"p{number}": [NOW - dice.randrange(30) * DAY for _ in range(40)] for number in range(20)}
    for times in activity.values():
        times.sort(reverse=True)

    outcome = play(activity, 10)

    for name in set(activity) - set(outcome.left):
        assert len(outcome.planner.result(name)[0]) == 10


def test_rows_of_nobody_crowd_but_do_not_count() -> None:
    planner: NewestBuildsPlanner[str] = NewestBuildsPlanner(["a", "b", "c", "d"], 1, starts_below)
    assert planner.next_step() == ReadOn()

    planner.take_page([SeenRow("", "x", NOW, "x"), SeenRow("a", "y", NOW - DAY, "y")], more=False)

    assert planner.next_step() == FetchEach(())
    assert planner.result("a") == (["y"], False)


def test_when_pages_fail_the_incomplete_are_asked_one_by_one() -> None:
    planner: NewestBuildsPlanner[str] = NewestBuildsPlanner(["a", "b", "c", "d"], 1, starts_below)
    planner.take_page([SeenRow("a", "1", NOW, "1"), SeenRow("a", "2", NOW - DAY, "2")], more=True)

    planner.stop()

    assert planner.next_step() == FetchEach(("b", "c", "d"))
    assert planner.result("a") == (["1"], True)


def test_an_empty_page_that_is_not_the_last_ends_the_sharing() -> None:
    planner: NewestBuildsPlanner[str] = NewestBuildsPlanner(["a", "b", "c", "d"], 1, starts_below)
    planner.take_page([], more=True)

    assert planner.next_step() == FetchEach(("a", "b", "c", "d"))
