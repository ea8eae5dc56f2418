"""Several records in one call."""

import pytest

from gateway.destinations.batching import batches, check_batching, grouped
from gateway.destinations.exclusion import without
from gateway.domain.destination import Batching, PropertyInObject
from gateway.domain.errors import InvalidInputError

FIVE = [{"id": number, "n": letter} for number, letter in enumerate("abcde", start=1)]


def calls(batching, size, records=FIVE):
    return [grouped(batch, batching) for batch in batches([without(record, ["n"]) for record in records], size)]


def under(name, others=None):
    return Batching(property=PropertyInObject(name=name, others=others))


def test_without_batching_each_record_is_a_body():
    assert calls(None, 1) == [{"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}, {"id": 5}]


def test_a_plain_array():
    assert calls(Batching(), 2) == [[{"id": 1}, {"id": 2}], [{"id": 3}, {"id": 4}], [{"id": 5}]]


def test_a_property_inside_an_object():
    assert calls(under("builds"), 2) == [
        {"builds": [{"id": 1}, {"id": 2}]},
        {"builds": [{"id": 3}, {"id": 4}]},
        {"builds": [{"id": 5}]},
    ]


def test_other_properties_stand_before_it():
    first, *_, last = calls(under("builds", {"source": "gw", "dry": True}), 2)

    assert list(first.items()) == [("source", "gw"), ("dry", True), ("builds", [{"id": 1}, {"id": 2}])]
    assert last == {"source": "gw", "dry": True, "builds": [{"id": 5}]}


@pytest.mark.parametrize("batching", [Batching(), under("builds")])
def test_a_single_record_is_grouped_like_many(batching):
    [body] = calls(batching, 100, FIVE[:1])

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
    ("batching", "field"),
    [
        (Batching(property=PropertyInObject(name="")), "batching.property.name"),
        (under("builds", {"pad": "x" * 16_375}), "batching.property.others"),
        (Batching(property=PropertyInObject(name=" ")), "batching.property.name"),
        (Batching(property=PropertyInObject(name="builds", others={"builds": 1})), "batching.property.others"),
        (Batching(size=0), "batching.size"),
        (Batching(size=-1), "batching.size"),
        (Batching(size=10_001), "batching.size"),
        (Batching(flush_interval_s=0), "batching.flush_interval_s"),
        (Batching(flush_interval_s=3601), "batching.flush_interval_s"),
        (Batching(transform="unheard_of"), "batching.transform"),
        (Batching(transform="wrap", property=PropertyInObject(name="builds")), "batching.transform"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(batching, field):
    with pytest.raises(InvalidInputError) as refused:
        check_batching(batching, "batching", ["wrap"])

    assert refused.value.field == field


@pytest.mark.parametrize(
    "batching",
    [
        Batching(),
        Batching(size=1),
        Batching(size=10_000),
        Batching(property=PropertyInObject(name="builds", others={"source": "gw"})),
        Batching(transform="wrap"),
    ],
)
def test_what_can_be(batching):
    check_batching(batching, "batching", ["wrap"])


def test_an_unknown_transform_is_answered_with_those_there_are():
    with pytest.raises(InvalidInputError, match="Registered: unwrap, wrap"):
        check_batching(Batching(transform="warp"), "batching", ["unwrap", "wrap"])
