"""Whose word holds for what describes a run."""

from itertools import permutations

import pytest

from gateway.domain.ledger import DESCRIBING, LedgerRun, RunNotification, fold
from tests.store.reports import report, stored


def test_the_last_started_notification_has_the_last_word():
    later, earlier = report(start=200, branch="main"), report(start=100, branch="wip")

    for arrival in permutations([later, earlier]):
        assert fold(stored(arrival)).branch == "main"


def test_between_equal_starts_the_later_end_decides_and_none_comes_first():
    reports = [report(url="a"), report(finish=110, url="b"), report(finish=120, url="c")]

    for arrival in permutations(reports):
        assert fold(stored(arrival)).url == "c"


def test_between_equal_times_the_state_decides():
    reports = [report(status="running", url="a"), report(status="success", url="b"), report(status="failure", url="c")]

    for arrival in permutations(reports):
        assert fold(stored(arrival)).url == "c"


def test_a_correction_sent_later_wins():
    assert fold(stored([report(email="typo@example.com"), report(email="dev@example.com")])).email == "dev@example.com"


@pytest.mark.parametrize("nothing", [None, ""])
def test_what_is_not_given_erases_nothing(nothing):
    assert fold(stored([report(branch="main"), report(start=200, branch=nothing)])).branch == "main"


def test_each_field_is_decided_by_itself():
    run = fold(stored([report(start=200, branch="main"), report(start=100, branch="wip", email="dev@example.com")]))

    assert (run.branch, run.email) == ("main", "dev@example.com")


def test_everything_a_notification_says_is_folded():
    folded = {"reference_id", "started_at", "finished_at", "status", *DESCRIBING}

    assert folded == set(RunNotification.__struct_fields__)
    assert folded | {"notifications"} == set(LedgerRun.__struct_fields__)


def test_no_notification_is_no_run():
    with pytest.raises(IndexError):
        fold([])
