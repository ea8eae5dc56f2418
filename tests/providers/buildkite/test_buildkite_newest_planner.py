"""The planner's promises: what calls per pipeline would give, in hardly ever more and mostly far fewer calls."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.providers.buildkite.newest_builds import Fetch, NewestBuildsPlanner, ReadPage, most_waste
from tests.providers.buildkite.activity import KINDS, history, naive, run


def _rows(*pipelines: str, start: int = 0) -> list[tuple[str, str, str]]:
    return [(pipeline, str(start + place), f"{pipeline}-{start + place}") for place, pipeline in enumerate(pipelines)]


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.integers(1, 120),
    st.integers(0, 60),
    st.sampled_from([1, 2, 5, 10, 20, 50, 100]),
    st.booleans(),
    st.integers(0, 2**32),
)
def test_the_result_is_that_of_one_call_per_pipeline_within_the_bound(
    kind: str, pipelines: int, others: int, first: int, told: bool, seed: int
) -> None:
    rows = history(kind, pipelines, others, Random(seed))

    calls, found = run(rows, pipelines, first, told=told)

    assert found == naive(rows, pipelines, first)
    assert calls <= pipelines + most_waste(pipelines)


@pytest.mark.parametrize("kind", KINDS)
def test_random_activity_costs_at_most_three_calls_more(kind: str) -> None:
    rng = Random(kind)
    spent = asked = 0
    for _ in range(25):
        pipelines, first = rng.choice((5, 20, 50, 80)), rng.choice((1, 5, 10, 20))
        rows = history(kind, pipelines, rng.choice((0, 10, 100)), rng)

        calls, _ = run(rows, pipelines, first, told=False)

        assert calls <= pipelines + 3
        spent, asked = spent + calls, asked + pipelines
    assert spent < asked


@pytest.mark.parametrize("pages", range(1, 12))
@pytest.mark.parametrize("first", [1, 5, 10, 20, 50])
def test_activity_that_falls_silent_when_the_planner_hopes_most_stays_within_the_bound(pages: int, first: int) -> None:
    rows = [place % 50 for place in range(pages * 100)] + [50] * 8_000

    calls, _ = run(rows, 50, first, told=False)

    assert calls <= 50 + 10


def test_fifty_even_pipelines_take_as_many_pages_as_their_builds_fill() -> None:
    rows = [place % 50 for place in range(6_000)]

    assert run(rows, 50, 10, told=False)[0] == 5
    assert run(rows, 50, 1, told=False)[0] == 1


@pytest.mark.parametrize("asked", [10, 12, 20, 25, 30, 40, 50])
def test_a_part_of_fifty_even_pipelines_takes_no_more_pages_than_all_of_them(asked: int) -> None:
    rows = [place % 50 for place in range(6_000)]

    assert run(rows, asked, 10, told=False)[0] == 5


def test_a_burst_on_the_first_page_ends_the_reading_at_once() -> None:
    rows = [0] * 100 + [place % 50 for place in range(6_000)]

    assert run(rows, 50, 10, told=False)[0] == 1 + 49


def test_a_list_that_is_soon_read_to_its_end_is_read_to_its_end() -> None:
    rows = [place % 3 for place in range(250)]

    assert run(rows, 50, 10, told=True)[0] == 3


def test_few_pipelines_are_asked_directly() -> None:
    assert NewestBuildsPlanner[str](["a", "b", "c"], 10).next_step() == Fetch(("a", "b", "c"))
    assert NewestBuildsPlanner[str](["a", "b", "c", "d"], 10).next_step() == ReadPage()
    assert NewestBuildsPlanner[str]([], 10).next_step() == Fetch(())


def test_the_end_of_the_list_completes_every_pipeline() -> None:
    planner = NewestBuildsPlanner[str](["a", "b", "c", "silent"], 2)

    planner.take_page(_rows("a", "b", "a", "a"), more=False)

    assert planner.next_step() == Fetch(())
    assert planner.result("a").rows == ("a-0", "a-2")
    assert planner.result("a").more
    assert planner.result("b").rows == ("b-1",)
    assert not planner.result("b").more
    assert planner.result("silent").rows == ()
    assert not planner.result("silent").more


def test_more_is_true_where_it_cannot_be_excluded() -> None:
    planner = NewestBuildsPlanner[str](["a", "b", "c", "d"], 1)

    planner.take_page(_rows("a", "b", "c", "d", "a"), more=True)

    assert planner.next_step() == Fetch(())
    assert [planner.result(name).more for name in "abcd"] == [True] * 4


def test_rows_that_come_twice_count_once() -> None:
    planner = NewestBuildsPlanner[str](["a", "b", "c", "d"], 2)
    planner.take_page(_rows("a", "b", "c", "d"), more=True)

    planner.take_page(_rows("a", "b", "c", "d"), more=False)

    assert planner.result("a").rows == ("a-0",)


def test_a_row_of_an_unknown_pipeline_ends_the_reading() -> None:
    planner = NewestBuildsPlanner[str](["a", "b", "c", "d"], 2)

    planner.take_page(_rows("a", "a", "b"), more=True, complete=False)

    assert planner.next_step() == Fetch(("b", "c", "d"))
    assert planner.result("a").rows == ("a-0", "a-1")


def test_when_a_page_fails_what_is_incomplete_is_fetched() -> None:
    planner = NewestBuildsPlanner[str](["a", "b", "c", "d"], 1)
    planner.take_page(_rows("a", "b"), more=True)

    planner.stop()

    assert planner.next_step() == Fetch(("c", "d"))
