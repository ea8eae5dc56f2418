"""The newest runs of many tasks: exactly what each task's own list begins with, in fewer calls."""

import math
import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from gateway.domain.execution import ExecutionQuery
from gateway.domain.page import Chunk
from gateway.domain.run import RunStatus
from gateway.providers.talend.execution_filter import ExecutionFilter, RunList
from gateway.providers.talend.execution_slices import Stretch
from gateway.providers.talend.newest_executions import FetchEach, NewestExecutionsPlanner, Part, ReadStretch, SeenRun
from gateway.providers.talend.newest_executions_reader import head, newest_of
from tests.providers.talend.run_vendor import DAY, NOW, RunVendor, history

pytestmark = pytest.mark.anyio

MIXED = RunList("task")
Rates = Callable[[int, random.Random], list[float]]

KINDS: dict[str, Rates] = {
    "even": lambda count, _: [10 / 60] * count,
    "even and busy": lambda count, _: [3.0] * count,
    "power law": lambda count, _: [10 / (rank + 1) for rank in range(count)],
    "log-normal": lambda count, dice: [math.exp(dice.gauss(-1, 2)) for _ in range(count)],
    "half of them silent": lambda count, _: [2.0 * (number % 2) for number in range(count)],
    "one is hot": lambda count, _: [60.0] + [0.1] * (count - 1),
    "quiet": lambda count, _: [0.02] * count,
    "empty": lambda count, _: [0.0] * count,
}


def tenant(kind: str, count: int, seed: int, order: str) -> tuple[RunVendor, list[str]]:
    dice = random.Random(seed)
    tasks = [f"t{number:02}" for number in range(count)]
    rates = [min(rate, 60.0) for rate in KINDS[kind](count, dice)]
    return RunVendor(history(tasks, rates, dice, days=min(59, 1_500 / (sum(rates) or 1))), order=order), tasks


def shown(answer: object) -> tuple[list[str], bool]:
    assert isinstance(answer, Chunk)
    return [run.external_id for run in answer.items], answer.more


async def naive(
    vendor: RunVendor, query: ExecutionQuery, tasks: list[str], first: int
) -> tuple[dict[str, tuple[list[str], bool]], int]:
    """What each task's own list begins with, and the calls it took."""
    vendor.calls.clear()
    lists = vendor.lists(ExecutionFilter(query))
    answers = {task: shown(await head(lists, RunList("task", task), first)) for task in tasks}
    return answers, len(vendor.calls)


@pytest.mark.parametrize("order", ["newest", "random"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("count", "first"), [(40, 10), (25, 1)])
async def test_answers_are_exact_and_cost_no_more_than_three_calls_beyond_the_naive(
    kind: str, order: str, count: int, first: int
) -> None:
    vendor, tasks = tenant(kind, count, 1, order)
    query = ExecutionQuery()

    found = await newest_of(vendor.lists(ExecutionFilter(query)), MIXED, tasks, first)
    calls = len(vendor.calls)
    expected, naive_calls = await naive(vendor, query, tasks, first)

    assert {task: shown(answer) for task, answer in found.items()} == expected
    assert calls <= naive_calls + 3


@pytest.mark.parametrize("order", ["newest", "oldest", "random"])
async def test_fifty_even_tasks_share_as_many_pages_as_their_runs_fill(order: str) -> None:
    vendor, tasks = tenant("even", 50, 1, order)

    await newest_of(vendor.lists(ExecutionFilter(ExecutionQuery())), MIXED, tasks, 10)

    assert len(vendor.calls) <= 8


@pytest.mark.parametrize(("kind", "calls"), [("one is hot", 16), ("quiet", 2), ("half of them silent", 16), ("power law", 16)])
async def test_uneven_tasks_cost_a_fraction_of_a_call_each(kind: str, calls: int) -> None:
    vendor, tasks = tenant(kind, 50, 2, "random")

    await newest_of(vendor.lists(ExecutionFilter(ExecutionQuery())), MIXED, tasks, 10)

    assert len(vendor.calls) <= calls


@pytest.mark.parametrize("statuses", [(RunStatus.FAILED,), (RunStatus.SUCCEEDED,), (RunStatus.FAILED, RunStatus.RUNNING)])
@pytest.mark.parametrize("kind", ["power law", "even"])
async def test_filters_change_neither_exactness_nor_the_bound(kind: str, statuses: tuple[RunStatus, ...]) -> None:
    vendor, tasks = tenant(kind, 20, 3, "random")
    query = ExecutionQuery(statuses=statuses)

    found = await newest_of(vendor.lists(ExecutionFilter(query)), MIXED, tasks, 3)
    calls = len(vendor.calls)
    expected, naive_calls = await naive(vendor, query, tasks, 3)

    assert {task: shown(answer) for task, answer in found.items()} == expected
    assert calls <= naive_calls + 3


async def test_rare_failures_of_many_tasks_are_found_by_lists_of_their_statuses() -> None:
    vendor, tasks = tenant("even and busy", 40, 4, "random")
    vendor = RunVendor([run for run in vendor.runs if run.status != "EXECUTION_FAILED" or run.id.endswith("7")])

    await newest_of(vendor.lists(ExecutionFilter(ExecutionQuery(statuses=(RunStatus.FAILED,)))), MIXED, tasks, 5)

    assert len(vendor.calls) <= 6


async def test_windows_of_time_are_respected() -> None:
    vendor, tasks = tenant("power law", 10, 5, "random")
    query = ExecutionQuery(created_from=NOW - 30 * DAY, created_to=NOW - 10 * DAY)

    found = await newest_of(vendor.lists(ExecutionFilter(query)), MIXED, tasks, 5)
    expected, _ = await naive(vendor, query, tasks, 5)

    assert {task: shown(answer) for task, answer in found.items()} == expected


async def test_three_pipelines_are_asked_one_by_one_at_once() -> None:
    vendor, tasks = tenant("power law", 3, 6, "random")

    await newest_of(vendor.lists(ExecutionFilter(ExecutionQuery())), MIXED, tasks, 5)

    assert len(vendor.calls) >= 3
    assert all("from" in filters or offset == 0 for offset, filters in vendor.calls)


WHOLE = Stretch(NOW - 60 * DAY, NOW)


def seen(pipeline: str, number: int, age: timedelta) -> SeenRun[str]:
    return SeenRun(pipeline, f"{pipeline}-{number}", NOW - age, f"{pipeline}-{number}")


def planner_of(count: int, first: int) -> NewestExecutionsPlanner[str]:
    return NewestExecutionsPlanner([f"p{number}" for number in range(count)], first, WHOLE)


def test_the_first_step_looks_at_the_whole_list() -> None:
    assert planner_of(10, 5).next_step() == ReadStretch(WHOLE, 1)
    assert planner_of(3, 5).next_step() == FetchEach(("p0", "p1", "p2"))


def test_a_list_that_was_read_to_its_end_answers_for_all() -> None:
    planner = planner_of(5, 2)

    planner.take(WHOLE, [seen("p0", number, number * DAY) for number in range(3)] + [seen("p1", 0, DAY)], 1)

    assert planner.next_step() == FetchEach(())
    assert planner.result("p0") == (["p0-0", "p0-1"], True)
    assert planner.result("p1") == (["p1-0"], False)
    assert planner.result("p4") == ([], False)


def test_what_began_before_a_stretch_waits_for_its_own() -> None:
    planner = planner_of(4, 1)
    half = Stretch(NOW - DAY, NOW)

    planner.take(half, [seen("p0", 0, timedelta(hours=1)), seen("p0", 1, 3 * DAY)], 1)

    planner.stop()

    assert planner.next_step() == FetchEach(("p0", "p1", "p2", "p3")), "its second run may not be its second newest"


def test_when_no_list_can_be_read_each_is_asked_alone() -> None:
    planner = planner_of(5, 2)

    planner.stop()

    assert planner.next_step() == FetchEach(("p0", "p1", "p2", "p3", "p4"))


def test_a_list_of_a_hundred_thousand_runs_of_others_is_left_alone() -> None:
    planner = planner_of(10, 10)

    planner.take_parts(WHOLE, [Part([seen("", number, timedelta(minutes=number)) for number in range(100)], 100_000)])

    assert planner.next_step() == FetchEach(tuple(f"p{number}" for number in range(10)))


def test_runs_of_one_moment_are_ordered_by_id() -> None:
    planner = planner_of(4, 2)

    planner.take(WHOLE, [seen("p0", number, DAY) for number in (2, 0, 1)], 1)

    assert planner.result("p0") == (["p0-0", "p0-1"], True)
