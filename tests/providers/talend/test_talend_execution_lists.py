"""Run lists newest first, out of lists that have no order: nothing is missed or repeated, and few calls are made."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.errors import NotSupportedError
from gateway.domain.execution import Execution, ExecutionQuery
from gateway.domain.keys import PipelineKey
from gateway.domain.run import RunStatus
from gateway.providers.talend.execution_filter import ExecutionFilter, RunList
from gateway.providers.talend.execution_pages import SKEW, stretch_of
from gateway.providers.talend.execution_reading import FIRST_GUESS
from gateway.providers.talend.execution_slices import NARROWEST, Stretch, StretchPlanner, width_of
from gateway.providers.talend.pages import PAGING_DISREGARDED
from tests.providers.talend.run_vendor import DAY, NOW, RunVendor, TaskRun, history

pytestmark = pytest.mark.anyio

ALL_TASKS = RunList("task")


async def read(
    vendor: RunVendor, query: ExecutionQuery | None = None, at_or_before: datetime | None = None, which: RunList = ALL_TASKS
):
    """Chunks, checked to be sorted and never to go back."""
    stream = vendor.lists(ExecutionFilter(query or ExecutionQuery())).stream([which], at_or_before, 21)
    chunks = [list(chunk.items) async for chunk in stream]
    given = [run for chunk in chunks for run in chunk]
    assert given == sorted(given, key=lambda run: (-run.created_at.timestamp(), run.external_id))
    return chunks


def expected(runs: list[TaskRun]) -> list[str]:
    return [run.id for run in sorted(runs, key=lambda run: (-run.triggered.timestamp(), run.id))]


def ids(chunks: list[list[Execution]]) -> list[str]:
    return [run.external_id for chunk in chunks for run in chunk]


RATES = {
    "quiet": [0.1, 0.2],
    "daily": [1.0] * 6,
    "busy": [40.0, 5.0, 1.0],
    "very busy": [300.0, 30.0],
    "one": [0.02],
    "none": [0.0],
}


@pytest.mark.parametrize("order", ["newest", "oldest", "random"])
@pytest.mark.parametrize("rates", RATES.values(), ids=RATES.keys())
async def test_all_runs_come_once_and_newest_first(rates: list[float], order: str) -> None:
    runs = history([f"t{number}" for number in range(len(rates))], rates, random.Random(3), days=min(58, 900 / (sum(rates) or 1)))
    vendor = RunVendor(runs, order=order)

    found = ids(await read(vendor))

    assert found == expected(runs)
    # A page per stretch of sixty rows or so, some of them two; runs of days are on the pages of several.
    assert len(vendor.calls) <= 6 + len(runs) / 35


@pytest.mark.parametrize("totals", [True, False])
async def test_a_list_without_totals_is_read_to_its_end_too(totals: bool) -> None:
    runs = history(["a", "b"], [40.0, 2.0], random.Random(4), days=20)

    found = ids(await read(RunVendor(runs, totals=totals)))

    assert found == expected(runs)


@pytest.mark.parametrize("seed", range(4))
async def test_page_by_page_from_the_last_time_nothing_is_lost(seed: int) -> None:
    """As clients page: each page is a stream of its own, from the last item's time on."""
    runs = history(["a", "b", "c"], [20.0, 3.0, 0.2], random.Random(seed), days=20)
    vendor = RunVendor(runs)
    found: dict[str, None] = {}
    moment: datetime | None = None
    while True:
        page: list[Execution] = []
        async for chunk in vendor.lists(ExecutionFilter(ExecutionQuery())).stream([ALL_TASKS], moment, 21):
            page += chunk.items
            if len(page) > 20:
                break
        new = [run.external_id for run in page if run.external_id not in found]
        if not new:
            break
        found |= dict.fromkeys(new)
        moment = page[-1].created_at

    assert list(found) == expected(runs)


@pytest.mark.parametrize("order", ["newest", "oldest", "random"])
@pytest.mark.parametrize("rate", [0.5, 2, 8, 20, 60, 150, 500, 2_000])
async def test_a_first_page_of_twenty_costs_few_calls(rate: float, order: str) -> None:
    vendor = RunVendor(history(["a"], [rate], random.Random(5), days=min(58, 800 / rate)), order=order)
    found = 0
    async for chunk in vendor.lists(ExecutionFilter(ExecutionQuery())).stream([ALL_TASKS], None, 21):
        found += len(chunk.items)
        if found >= 21:
            break

    assert found >= 21
    assert len(vendor.calls) <= (4 if order == "oldest" else 2)


async def test_a_run_that_waited_at_the_edge_of_a_stretch_keeps_its_place() -> None:
    """It was asked for before the edge and began behind it, so that only the newer stretch shows it."""
    edge = NOW + SKEW - FIRST_GUESS["task"]
    waited = TaskRun("waited", "a", edge - timedelta(minutes=5), edge + timedelta(minutes=5), edge + timedelta(minutes=9))
    before = TaskRun("before", "a", edge - timedelta(minutes=1), edge - timedelta(minutes=1), edge - timedelta(seconds=5))
    after = TaskRun("after", "a", edge + timedelta(minutes=1), edge + timedelta(minutes=1), edge + timedelta(minutes=2))

    assert ids(await read(RunVendor([waited, before, after]))) == ["after", "before", "waited"]
    # A page that begins between the two.
    assert ids(await read(RunVendor([waited, before, after]), at_or_before=edge - timedelta(minutes=2))) == ["waited"]


async def test_a_run_whose_times_are_in_the_wrong_order_does_not_turn_the_list_back() -> None:
    """The clocks of engines are their own: this one began and ended before it was asked for, at the edge of a stretch."""
    edge = NOW + SKEW - FIRST_GUESS["task"]
    odd = TaskRun("odd", "a", edge + timedelta(seconds=2), edge - timedelta(seconds=9), edge - timedelta(seconds=3))
    edging = TaskRun("edging", "a", edge + timedelta(seconds=1), edge + timedelta(seconds=1), edge + timedelta(seconds=5))
    runs = [edging, *history(["a"], [30.0], random.Random(12), days=5)]

    found = ids(await read(RunVendor([*runs, odd])))  # which checks the order

    assert found == expected(runs)


@pytest.mark.parametrize("totals", [True, False])
async def test_a_server_that_always_sends_the_first_page_ends_the_list_with_a_note(totals: bool) -> None:
    moment = NOW - timedelta(hours=5)
    runs = [TaskRun(f"r{number:03}", "t", moment, moment, moment) for number in range(250)]  # of one moment: no stretch parts them
    vendor = RunVendor(runs, totals=totals, heeds_offset=False)

    chunks = [chunk async for chunk in vendor.lists(ExecutionFilter(ExecutionQuery())).stream([ALL_TASKS], None, 21)]

    assert len({run.external_id for chunk in chunks for run in chunk.items if isinstance(run, Execution)}) == 100
    assert (chunks[-1].note or "").endswith(PAGING_DISREGARDED)
    assert len(vendor.calls) < 80


async def test_an_end_beyond_all_times_is_now() -> None:
    last = datetime.max.replace(tzinfo=UTC)

    assert stretch_of(NOW, last, None) == stretch_of(NOW, None, None)


async def test_runs_of_weeks_come_once_and_at_their_start() -> None:
    endless = [
        TaskRun(f"service-{number}", "s", NOW - (50 + number) * DAY, NOW - (50 + number) * DAY, None) for number in range(20)
    ]
    runs = endless + history(["a"], [30.0], random.Random(6), days=40)
    vendor = RunVendor(runs)

    found = ids(await read(vendor))

    assert sorted(found) == sorted(expected(runs))
    assert found[-9:] == [f"service-{number}" for number in range(11, 20)], "older than the window, and still going on"


async def test_many_runs_that_never_end_do_not_make_stretches_ever_narrower() -> None:
    endless = [TaskRun(f"service-{number:03}", "s", NOW - 50 * DAY, NOW - 50 * DAY, None) for number in range(230)]
    runs = endless + history(["a"], [10.0], random.Random(7), days=40)
    vendor = RunVendor(runs)

    assert sorted(ids(await read(vendor))) == sorted(expected(runs))
    assert len(vendor.calls) <= 40


async def test_hundreds_of_runs_of_one_moment_are_all_read() -> None:
    midnight = NOW - timedelta(hours=12)
    runs = [TaskRun(f"r{number:03}", "a", midnight, midnight, midnight + timedelta(seconds=9)) for number in range(450)]
    vendor = RunVendor(runs)

    found = ids(await read(vendor))

    assert found == expected(runs)


@pytest.mark.parametrize(
    "statuses", [(RunStatus.FAILED,), (RunStatus.SUCCEEDED,), (RunStatus.RUNNING, RunStatus.FAILED), (RunStatus.UNKNOWN,)]
)
async def test_statuses_are_asked_for_in_the_vendors_words(statuses: tuple[RunStatus, ...]) -> None:
    runs = history(["a", "b"], [20.0, 5.0], random.Random(8), days=30)
    vendor = RunVendor(runs)

    found = ids(await read(vendor, ExecutionQuery(statuses=statuses)))

    meaning = {
        "EXECUTION_SUCCESS": RunStatus.SUCCEEDED,
        "EXECUTION_FAILED": RunStatus.FAILED,
        "STARTING_FLOW_EXECUTION": RunStatus.RUNNING,
    }
    assert found == expected([run for run in runs if meaning[run.status] in statuses])
    asked = {filters.get("status") for _, filters in vendor.calls}
    assert (None in asked) is (RunStatus.UNKNOWN in statuses)


async def test_a_window_of_time_is_exact() -> None:
    runs = history(["a"], [20.0], random.Random(9), days=30)
    first, last = NOW - 20 * DAY, NOW - 10 * DAY
    vendor = RunVendor(runs)

    found = ids(await read(vendor, ExecutionQuery(created_from=first, created_to=last)))

    assert found == expected([run for run in runs if first <= run.triggered < last])
    assert all(int(filters["from"]) >= first.timestamp() * 1000 for _, filters in vendor.calls)


async def test_a_task_with_few_runs_costs_one_call_even_with_a_filter_of_two_words() -> None:
    runs = history(["a", "b"], [1.0, 30.0], random.Random(10), days=50)
    quiet, busy = RunVendor(runs), RunVendor(runs)
    query = ExecutionQuery(statuses=(RunStatus.SUCCEEDED,))

    found = ids(await read(quiet, query, which=RunList("task", "a")))
    among = ids(await read(busy, query, which=RunList("task", "b")))

    succeeded = [run for run in runs if run.status == "EXECUTION_SUCCESS"]
    assert found == expected([run for run in succeeded if run.task == "a"])
    assert len(quiet.calls) == 1
    assert among == expected([run for run in succeeded if run.task == "b"])


async def test_a_tenant_that_refuses_times_is_read_whole() -> None:
    runs = history(["a"], [12.0], random.Random(11), days=50)
    vendor = RunVendor(runs, takes_times=False)
    before = NOW - 30 * DAY

    assert ids(await read(vendor, which=RunList("task", "a"))) == expected(runs)
    found = ids(await read(vendor, at_or_before=before, which=RunList("task", "a")))
    assert found == expected([run for run in runs if run.triggered <= before])


async def test_task_runs_of_plans_are_left_out_unless_asked_for() -> None:
    own = TaskRun("own", "a", NOW - DAY, NOW - DAY, NOW)
    child = TaskRun("child", "a", NOW - 2 * DAY, NOW - 2 * DAY, NOW, plan_run="p1")

    assert ids(await read(RunVendor([own, child]))) == ["own"]
    assert ids(await read(RunVendor([own, child]), ExecutionQuery(include_children=True))) == ["own", "child"]
    assert ids(await read(RunVendor([own, child]), which=RunList("task", "a"))) == ["own"]


def test_what_a_query_costs_the_gateway_is_told() -> None:
    def told(**fields: object) -> tuple[str, ...]:
        return ExecutionFilter(ExecutionQuery(**fields)).applied_locally

    assert told() == ()
    assert told(statuses=(RunStatus.RUNNING,)) == ()
    assert told(statuses=(RunStatus.CANCELED,)) == ()
    assert told(statuses=(RunStatus.SUCCEEDED,)) == (), "two words, each asked for by itself"
    assert told(statuses=(RunStatus.UNKNOWN,)) == ("statuses",), "no word of the vendor's means it"
    assert told(statuses=(RunStatus.FAILED,)) == ("statuses",), "misfires have the word too"
    assert told(actors=("fupton",), created_from=NOW) == ("actors", "created_from")


def test_what_can_match_nothing_is_seen_before_any_call() -> None:
    def nothing(**fields: object) -> bool:
        return ExecutionFilter(ExecutionQuery(**fields)).matches_nothing

    assert not nothing()
    assert nothing(statuses=())
    assert nothing(statuses=(RunStatus.BLOCKED,))
    assert nothing(workspaces=())
    assert nothing(pipelines=())
    assert nothing(actors=())
    with pytest.raises(NotSupportedError):
        nothing(projects=())
    assert nothing(execution_kinds=())
    assert not nothing(pipelines=(PipelineKey("t", ("task", "x")),))


def test_stretches_join_without_a_gap_and_end_at_the_oldest() -> None:
    planner = StretchPlanner(NOW, NOW - 60 * DAY, DAY)
    edges = [NOW]
    while not planner.done:
        asked = planner.next_stretch()
        assert asked.newest == edges[-1]
        edges.append(asked.oldest)
        planner.take(asked, 50, 50)
    assert edges[-1] == NOW - 60 * DAY


def test_a_stretch_with_too_many_runs_is_narrowed_to_about_a_page() -> None:
    planner = StretchPlanner(NOW, NOW - 60 * DAY, 60 * DAY)
    asked = planner.next_stretch()
    sample = [NOW - number * timedelta(hours=14) for number in range(100)]
    random.Random(1).shuffle(sample)

    assert not planner.is_worth_its_pages(asked, sample, 6_000)

    narrower = planner.next_stretch()
    assert timedelta(hours=6) <= narrower.width <= timedelta(hours=24), "6,000 runs in 60 days, 60 of them wanted"
    assert planner.is_worth_its_pages(narrower, sample, 180)


def test_the_narrowest_stretch_is_read_whatever_it_holds() -> None:
    planner = StretchPlanner(NOW, NOW - NARROWEST, DAY)
    asked = planner.next_stretch()

    assert planner.is_worth_its_pages(asked, [NOW] * 100, 5_000)
    assert planner.is_worth_its_pages(asked, [NOW] * 100, None)


def test_times_in_order_are_taken_for_the_newest_and_others_for_a_sample() -> None:
    asked = Stretch(NOW - 60 * DAY, NOW)
    newest = [NOW - number * timedelta(minutes=1) for number in range(1, 101)]
    sample = [NOW - number * timedelta(hours=14) for number in range(1, 101)][::-1]

    assert width_of(60, asked, newest, 5_000) == timedelta(minutes=60)
    assert timedelta(hours=10) <= width_of(60, asked, sample, 5_000) <= timedelta(hours=18)
    assert width_of(60, asked, [], 5_000) == asked.width
