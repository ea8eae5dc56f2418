"""The worked examples of DX's rules, through the definition (`fold`) and through the store."""

import pytest

from gateway.domain.ledger import fold
from gateway.domain.run import duration_s
from tests.store.reports import STATES, at, raw, report, stored

# name, notifications, (start, finish, status) of the record
EXAMPLES = [
    (
        "A: the vendor's own table, in order of steps",
        [
            report(start=41118, status="running"),
            report(start=41121, status="success"),
            report(start=41080, status="failure"),
            report(start=41121, status="running"),
            report(start=41167, status="success", finish=42367),
        ],
        (41080, 42367, "failure"),
    ),
    (
        "B: start, then end",
        [report(start=100, status="running"), report(start=100, status="success", finish=160)],
        (100, 160, "success"),
    ),
    (
        "C: out of order",
        [report(start=100, status="success", finish=160), report(start=90, status="running")],
        (90, 160, "success"),
    ),
    ("D: no state at all", [report(start=100)], (100, None, None)),
    ("D: a state later", [report(start=100), report(start=105, status="running")], (100, None, "running")),
    (
        "E: cancelled and success",
        [report(start=100, status="success", finish=150), report(start=120, status="cancelled", finish=140)],
        (100, 150, "cancelled"),
    ),
    (
        "F: a retry under the same id clears no failure",
        [report(start=100, status="failure", finish=110), report(start=200, status="success", finish=260)],
        (100, 260, "failure"),
    ),
    (
        "G: however the times were written",
        [report(start=49, status="running"), report(start=0, status="success", finish=20049)],
        (0, 20049, "success"),
    ),
    ("H: delivered twice", [report(start=100, status="success", finish=160)] * 2, (100, 160, "success")),
    (
        "I: no end on the later one",
        [report(start=100, status="success", finish=150), report(start=160, status="running")],
        (100, 150, "success"),
    ),
    (
        "J: with a repository",
        [report(start=100, repository="acme/web", commit="9fceb02", pull_request=17)],
        (100, None, None),
    ),
    ("K: same start", [report(start=100, status="cancelled"), report(start=100, status="failure")], (100, None, "failure")),
    (
        "K: the other way round",
        [report(start=100, status="failure"), report(start=100, status="cancelled")],
        (100, None, "failure"),
    ),
    ("L: ends before it starts", [report(start=100, status="success", finish=90)], (100, 90, "success")),
]
each_example = pytest.mark.parametrize(("reports", "expected"), [each[1:] for each in EXAMPLES], ids=[each[0] for each in EXAMPLES])


def outline(run):
    return run.started_at, run.finished_at, run.status


@each_example
def test_the_fold_gives_the_record(reports, expected):
    start, finish, status = expected

    assert outline(fold(stored(reports))) == (at(start), at(finish), STATES[status])


@each_example
def test_the_fold_does_not_depend_on_arrival(reports, expected):
    start, finish, status = expected

    assert outline(fold(stored(reversed(reports)))) == (at(start), at(finish), STATES[status])


def test_the_length_of_the_vendors_example_is_that_of_the_whole_run():
    run = fold(stored(EXAMPLES[0][1]))

    assert duration_s(run.started_at, run.finished_at) == 1287


def test_what_comes_with_a_repository_is_kept():
    run = fold(stored([report(repository="acme/web", commit="9fceb02", pull_request=17)]))

    assert (run.repository, run.commit, run.pull_request) == ("acme/web", "9fceb02", 17)


def test_a_retry_under_a_new_id_is_a_run_of_its_own():
    first, second = report("one", 100, "failure", 110), report("two", 200, "success", 260)

    assert [fold(stored([each])).status for each in (first, second)] == [STATES["failure"], STATES["success"]]


@pytest.mark.anyio
async def test_the_store_gives_the_records(ledger):
    for number, (_, reports, _) in enumerate(EXAMPLES):
        for each in reports:
            await ledger.record(f"example-{number}", each, raw(each), forward=False)

    for number, (name, reports, (start, finish, status)) in enumerate(EXAMPLES):
        [run] = await ledger.get_runs(f"example-{number}", ["run-1"])
        assert outline(run) == (at(start), at(finish), STATES[status]), name
        assert run == fold(stored(reports)), name
