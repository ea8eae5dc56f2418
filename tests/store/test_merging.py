"""One step at a time gives the same as all at once."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.ledger import fold
from gateway.store.ledger.merging import Merge
from gateway.store.ledger.run_row import to_run
from tests.store.reports import stored
from tests.store.strategies import distinct_reports, reports


@given(st.lists(reports(), min_size=1, max_size=10), st.data())
def test_merging_is_folding_whatever_the_order_and_the_steps(arrived, data):
    steps = data.draw(st.permutations(stored(arrived)))
    row = None

    while steps:
        size = data.draw(st.integers(1, len(steps)))
        merge = Merge("homegrown", "run-1", row)
        for each in steps[:size]:
            merge.add(each.notification, each.sequence)
        row, steps = merge.finish(), steps[size:]

    assert to_run(row) == fold(stored(arrived))


@given(distinct_reports(), st.data())
def test_reordering_on_the_way_changes_nothing(sent, data):
    arrived = data.draw(st.permutations(sent))

    assert fold(stored(arrived)) == fold(stored(sent))


@given(st.lists(reports(), min_size=1, max_size=6), st.data())
def test_repetition_changes_nothing_but_the_count(arrived, data):
    repeated = data.draw(st.sampled_from(arrived))
    once, twice = fold(stored(arrived)), fold(stored([repeated, *arrived]))

    assert twice.notifications == once.notifications + 1
    assert {field: getattr(twice, field) for field in once.__struct_fields__ if field != "notifications"} == {
        field: getattr(once, field) for field in once.__struct_fields__ if field != "notifications"
    }
