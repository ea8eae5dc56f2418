"""The planner for builds by key, without any vendor."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from gateway.providers.codefresh.builds_by_key import BuildsByKeyPlanner, ListSpan

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
History = dict[str, list[tuple[str, datetime]]]
"""Pipeline -> (build, time) newest first."""


def pipeline(number: int) -> str:
    return f"65f1c441{number:016x}"


def history(rates_a_day: list[float], days: int, dice: random.Random) -> History:
    found: History = {}
    for number, rate in enumerate(rates_a_day):
        times = sorted((NOW - dice.random() * days * DAY for _ in range(round(rate * days))), reverse=True)
        found[pipeline(number)] = [
            (f"{int(time.timestamp()):08x}{number:08x}{place:08x}", time) for place, time in enumerate(times)
        ]
    return found


def play(past: History, wanted: list[tuple[str, str]]) -> tuple[int, int]:
    """(lists, builds that no list held)"""
    planner = BuildsByKeyPlanner(wanted)
    left, lists = {build for build, _ in wanted}, 0
    while spans := planner.next_lists():
        for span in spans:
            lists += 1
            rows = sorted(
                (row for name in span.pipelines for row in past.get(name, []) if span.oldest - DAY <= row[1] <= span.newest + DAY),
                key=lambda row: row[1],
                reverse=True,
            )
            planner.take_page(span, rows[:100], more=len(rows) > 100)
            left -= {build for build, _ in rows[:100]}
        assert lists < 500
    return lists, len(left)


def some(past: History, count: int, among: int, dice: random.Random) -> list[tuple[str, str]]:
    rows = [(build, name) for name, builds in past.items() for build, _ in builds[:among]]
    return dice.sample(rows, min(count, len(rows)))


@pytest.mark.parametrize("rates", [[0.5] * 30, [3.0] * 30, [40.0] * 30, [60 / (rank + 1) for rank in range(30)]])
@pytest.mark.parametrize("count", [2, 5, 30, 100])
def test_calls_never_exceed_the_builds_by_more_than_one(rates: list[float], count: int) -> None:
    for seed in range(3):
        dice = random.Random(seed)
        past = history(rates, 12, dice)
        wanted = some(past, count, 100, dice)

        lists, singles = play(past, wanted)

        assert lists + singles <= len(wanted) + 1


@pytest.mark.parametrize("rates", [[1.0] * 30, [20.0] * 30, [90 / (rank + 1) for rank in range(30)]])
def test_a_hundred_of_thirty_pipelines_cost_no_more_calls_than_there_are_pipelines(rates: list[float]) -> None:
    dice = random.Random(7)
    past = history(rates, 20, dice)

    lists, singles = play(past, some(past, 100, 100, dice))

    assert lists + singles <= 30


def test_neighbours_in_time_share_a_list() -> None:
    dice = random.Random(7)
    past = history([1.0] * 20, 60, dice)
    newest = [(builds[0][0], name) for name, builds in past.items()]

    lists, singles = play(past, newest)

    assert lists + singles <= 4


def test_guessing_stops_when_the_first_list_holds_nothing() -> None:
    wanted = [(f"65f1c441{number:016x}", pipeline(number % 3)) for number in range(12)]

    lists, singles = play({}, wanted)

    assert (lists, singles) == (1, 12)


def test_a_list_that_fails_is_a_list_that_held_nothing() -> None:
    planner = BuildsByKeyPlanner([(f"65f1c441{number:016x}", pipeline(0)) for number in range(5)])
    (span,) = planner.next_lists()

    planner.failed(span)

    assert planner.next_lists() == []


@pytest.mark.parametrize("wanted", [[], [("65f1c44100000000000000aa", pipeline(0))]])
def test_one_build_is_asked_for_by_its_id(wanted: list[tuple[str, str]]) -> None:
    assert BuildsByKeyPlanner(wanted).next_lists() == []


def test_two_builds_of_two_pipelines_are_not_worth_the_risk() -> None:
    assert (
        BuildsByKeyPlanner([("65f1c44100000000000000aa", pipeline(0)), ("65f1c44100000000000000ab", pipeline(1))]).next_lists()
        == []
    )


def test_a_list_spans_what_it_is_to_hold() -> None:
    planner = BuildsByKeyPlanner([("65f1c44100000000000000aa", pipeline(0)), ("65f3c44100000000000000ab", pipeline(0))])

    (span,) = planner.next_lists()

    assert span.pipelines == (pipeline(0),)
    assert span.oldest == datetime.fromtimestamp(0x65F1C441, UTC)
    assert span.newest >= datetime.fromtimestamp(0x65F3C441, UTC)
    assert isinstance(span, ListSpan)
