"""Attributes left out of a call."""

import copy
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.destinations.exclusion import without

NAMES = st.sampled_from(["a", "b", "a.b", "a.b.c", "b.a", "c", ""])
RECORDS = st.dictionaries(
    NAMES, st.recursive(st.integers(0, 3), lambda inner: st.dictionaries(NAMES, inner, max_size=3)), max_size=4
)


@pytest.mark.parametrize(
    ("record", "names", "left"),
    [
        ({"branch": "main", "commit": "a1", "secret": "x"}, ["secret"], {"branch": "main", "commit": "a1"}),
        ({"branch": "main"}, ["secret"], {"branch": "main"}),
        ({"a": {"b": 1, "c": 2}, "a.b": 9}, ["a.b"], {"a": {"b": 1, "c": 2}}),
        ({"a": {"b": 1, "c": 2}, "a.b": 9}, ["a.b", "a.b"], {"a": {"b": 1, "c": 2}}),
        ({"a": {"b": 1, "c": 2}}, ["a.b"], {"a": {"c": 2}}),
        ({"a": {"b": {"c": 1}}, "a.b": {"c": 2}}, ["a.b.c"], {"a": {"b": {"c": 1}}, "a.b": {}}),
        ({"a": {"b.c": 1, "b": {"c": 2}}}, ["a.b.c"], {"a": {"b": {"c": 2}}}),
        ({"a": {"b": 1}}, ["a", "a.b"], {}),
        ({"a": {"b": 1}}, ["a.b", "a"], {}),
        ({"a": [{"b": 1}]}, ["a.b"], {"a": [{"b": 1}]}),
        ({"a": 1}, ["a.", ".a", ".", ""], {"a": 1}),
        ({"secret": "x"}, ["secret"], {}),
    ],
)
def test_what_is_left(record, names, left):
    before = copy.deepcopy(record)

    assert without(record, names) == left
    assert record == before


def test_the_order_of_the_others_stays():
    assert list(without({"z": 1, "y": {"b": 1, "a": 2}, "x": 3}, ["y.b", "z"])) == ["y", "x"]


@given(RECORDS, st.lists(NAMES, max_size=4))
def test_the_record_stays_whole_and_the_order_of_names_does_not_matter(record, names):
    before = copy.deepcopy(record)

    assert without(record, names) == without(record, names[::-1])
    assert record == before


def test_many_names_cost_little():
    record = {f"a{number}": {"b": number, "c": number} for number in range(6000)}
    names = [f"a{number}.b" for number in range(6000)]
    started = time.monotonic()

    assert without(record, names) == {name: {"c": value["c"]} for name, value in record.items()}
    assert time.monotonic() - started < 0.3
