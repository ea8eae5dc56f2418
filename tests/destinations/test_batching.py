"""Several records in one call."""

import pytest

from gateway.destinations.batching import PlainArray, PropertyInObject, batches, body_of, check_grouping, check_size
from gateway.destinations.exclusion import without
from gateway.domain.errors import InvalidInputError

FIVE = [{"id": number, "n": letter} for number, letter in enumerate("abcde", start=1)]


def calls(grouping, size, records=FIVE):
    return [body_of(batch, grouping) for batch in batches([without(record, ["n"]) for record in records], size)]


def test_without_batching_each_record_is_a_body():
    assert calls(None, 1) == [{"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}, {"id": 5}]


def test_a_plain_array():
    assert calls(PlainArray(), 2) == [[{"id": 1}, {"id": 2}], [{"id": 3}, {"id": 4}], [{"id": 5}]]


def test_a_property_inside_an_object():
    assert calls(PropertyInObject(name="builds"), 2) == [
        {"builds": [{"id": 1}, {"id": 2}]},
        {"builds": [{"id": 3}, {"id": 4}]},
        {"builds": [{"id": 5}]},
    ]


def test_other_properties_stand_before_it():
    grouping = PropertyInObject(name="builds", others={"source": "gw", "dry": True})

    first, *_, last = calls(grouping, 2)

    assert list(first.items()) == [("source", "gw"), ("dry", True), ("builds", [{"id": 1}, {"id": 2}])]
    assert last == {"source": "gw", "dry": True, "builds": [{"id": 5}]}


@pytest.mark.parametrize("grouping", [PlainArray(), PropertyInObject(name="builds")])
def test_a_single_record_is_grouped_like_many(grouping):
    [body] = calls(grouping, 100, FIVE[:1])

    assert body in ([{"id": 1}], {"builds": [{"id": 1}]})


@pytest.mark.parametrize(
    ("count", "size", "sizes"), [(250, 100, [100, 100, 50]), (200, 100, [100, 100]), (3, 1, [1, 1, 1]), (0, 5, [])]
)
def test_batches_are_full_but_the_last(count, size, sizes):
    found = list(batches(range(count), size))

    assert [len(batch) for batch in found] == sizes
    assert [each for batch in found for each in batch] == list(range(count))


def test_no_more_is_read_than_one_batch_needs():
    read = []
    source = batches((read.append(number) or number for number in range(10)), 3)

    assert next(source) == [0, 1, 2]
    assert read == [0, 1, 2]


@pytest.mark.parametrize(
    ("grouping", "field"),
    [
        (PropertyInObject(name=""), "grouping.name"),
        (PropertyInObject(name=" "), "grouping.name"),
        (PropertyInObject(name="builds", others={"builds": 1}), "grouping.others"),
    ],
)
def test_a_property_that_cannot_be_is_refused_at_its_field(grouping, field):
    with pytest.raises(InvalidInputError) as refused:
        check_grouping(grouping, "grouping")

    assert refused.value.field == field


def test_groupings_that_can_be():
    check_grouping(PlainArray(), "grouping")
    check_grouping(PropertyInObject(name="builds", others={"source": "gw"}), "grouping")


@pytest.mark.parametrize("size", [0, -1, 10_001])
def test_a_size_that_cannot_be(size):
    with pytest.raises(InvalidInputError, match="`size` must be 1 to 10000"):
        check_size(size, "size")


@pytest.mark.parametrize("size", [1, 100, 10_000])
def test_a_size_that_can_be(size):
    check_size(size, "size")
