"""Records out of chunks."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.destinations.intake.reading import BROKEN, Elements, Lines, ReadRecord
from gateway.destinations.intake.record import MOST_RECORD_BYTES

BOM = b"\xef\xbb\xbf"


def read(reader, data, *cuts):
    """What comes out of the data, cut at these places: (number, content or code of the refusal)."""
    places = [0, *cuts, len(data)]
    items = [item for start, end in pairwise(places) for item in reader.feed(data[start:end])]
    items += reader.end()
    return [(item.number, item.content if isinstance(item, ReadRecord) else item.code) for item in items]


def lines(data, **options):
    return read(Lines(**options), data)


def elements(data, **options):
    return read(Elements(**options), data)


def message(reader, data):
    (refusal,) = [item for item in [*reader.feed(data), *reader.end()] if not isinstance(item, ReadRecord)]
    return refusal.message


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b'{"a": 1}\n{"b": 2}\n', [(1, b'{"a":1}'), (2, b'{"b":2}')]),
        (b'{"a":1}\r\n\r\n  \n{"b":2}', [(1, b'{"a":1}'), (4, b'{"b":2}')]),
        (BOM + b'{"a":1}\n', [(1, b'{"a":1}')]),
        (b'{"a":1}\n{"a"\n{"b":2}\n', [(1, b'{"a":1}'), (2, "NOT_JSON"), (3, b'{"b":2}')]),
        (b'[1]\n5\n"x"\nnull\n', [(1, "NOT_AN_OBJECT"), (2, "NOT_AN_OBJECT"), (3, "NOT_AN_OBJECT"), (4, "NOT_AN_OBJECT")]),
        (b'{"a":1}\n' + BOM + b'{"b":2}\n', [(1, b'{"a":1}'), (2, "NOT_JSON")]),
    ],
)
def test_lines(data, expected):
    assert lines(data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"[]", []),
        (b" \n[ ]\n ", []),
        (BOM + b' [{"a": 1} ,\n{"b": "],[{"}]', [(1, b'{"a":1}'), (2, b'{"b":"],[{"}')]),
        (rb'[{"a":"\\"},{"b":"\"}"}]', [(1, rb'{"a":"\\"}'), (2, rb'{"b":"\"}"}')]),
        (b'[1,{"a":[{},[]]}, [{}] ]', [(1, "NOT_AN_OBJECT"), (2, b'{"a":[{},[]]}'), (3, "NOT_AN_OBJECT")]),
        (b'[{"a":"\xff"},{"b":2}]', [(1, "INVALID_TEXT"), (2, b'{"b":2}')]),
        (b'[{"a":1e999},{"b":2}]', [(1, "NUMBER_TOO_LARGE"), (2, b'{"b":2}')]),
        (b"", [(1, BROKEN)]),
        (b'{"a":1}', [(1, BROKEN)]),
        (b"\xef[{}]", [(1, BROKEN)]),
        (b" " + BOM + b"[]", [(1, BROKEN)]),
        (b"[{},]", [(1, b"{}"), (2, BROKEN)]),
        (b"[,{}]", [(1, BROKEN)]),
        (b"[{},{}", [(1, b"{}"), (2, BROKEN)]),
        (b"[{}]]", [(1, b"{}"), (2, BROKEN)]),
        (b"[{}}]", [(1, BROKEN)]),
        (b'[{"a":NaN},{"b":2}]', [(1, BROKEN)]),
        (b'[{"a" 1},{"b":2}]', [(1, BROKEN)]),
        (b'[{"a":1}{"b":2}]', [(1, BROKEN)]),
    ],
)
def test_an_array(data, expected):
    assert elements(data) == expected
    assert read(Elements(), data, *range(1, len(data))) == expected, "byte by byte"


@pytest.mark.parametrize(
    ("reader", "data", "said"),
    [
        (Lines(), b'{"a" 1}', "The record is not valid JSON: expected ':', at byte 5 of it."),
        (Lines(), b'{"a": 1', "The record is not valid JSON: it ends too early, at byte 7 of it."),
        (Lines(), b'{"a": "\xff"}', "The record is not UTF-8, at byte 7 of it."),
        (Elements(), b"[{},, {}]", "Expected a record at byte 4 of the input. Nothing from record 2 on was taken"),
        (Elements(), b'[{"a":1}, ', "The input ends at byte 10, before its array does. Nothing from record 2 on was taken"),
        (Elements(), b"[{}] , {}", "The array ends before byte 5 of the input, and there is something behind it."),
        (Elements(), b'"no"', "Expected an array of records, `[{...}, {...}]`."),
    ],
)
def test_a_refusal_says_what_was_expected_and_where(reader, data, said):
    assert message(reader, data).startswith(said)


def of_size(size):
    return b'{"a":"' + b"x" * (size - 8) + b'"}'


def test_the_longest_record_is_taken_and_a_longer_line_is_passed_over():
    longest = of_size(MOST_RECORD_BYTES)

    assert lines(BOM + longest + b"\r\n" + of_size(MOST_RECORD_BYTES + 1) + b'\n{"b":2}\n') == [
        (1, longest),
        (2, "TOO_LARGE"),
        (3, b'{"b":2}'),
    ]


def test_what_is_too_long_is_not_kept():
    reader = Lines()
    for _ in range(100):
        assert list(reader.feed(b"x" * 65_536)) == []
        assert len(reader._held) <= MOST_RECORD_BYTES + 4

    assert [item.code for item in reader.feed(b"\n")] == ["TOO_LARGE"]


def test_a_longer_element_ends_an_array_before_it_is_kept():
    longest = of_size(MOST_RECORD_BYTES)
    assert elements(b"[" + longest + b"," + longest + b"]") == [(1, longest), (2, longest)]
    assert elements(b"[{}," + of_size(MOST_RECORD_BYTES + 1) + b",{}]") == [(1, b"{}"), (2, BROKEN)]

    reader = Elements()
    found = [item.code for chunk in (b"[", *[b'"' + b"x" * 65_536] * 5) for item in reader.feed(chunk)]
    assert found == [BROKEN]
    assert list(reader.feed(b"{},")) == list(reader.end()) == []


@pytest.mark.parametrize("depth", [65, 500, 980, 5000, 100_000])
def test_what_is_nested_too_deeply_is_refused_alone(depth):
    deep = b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"
    expected = [(1, b"{}"), (2, "TOO_DEEP"), (3, b'{"b":2}')]

    assert lines(b"{}\n" + deep + b'\n{"b":2}') == expected
    assert elements(b"[{}," + deep + b',{"b":2}]') == expected


def test_what_is_consumed_already_is_counted_and_not_read():
    data = b'{"a":1}\nbroken\n\n{"b":2}\n{"c":3}'
    assert lines(data, skip=4) == [(5, b'{"c":3}')]
    assert lines(data.split(b"\n", 2)[2], left_out=2, skip=4) == [(5, b'{"c":3}')]
    assert elements(b'[{"a":1},5,{"b":2},{"c":3}]', skip=2) == [(3, b'{"b":2}'), (4, b'{"c":3}')]
    assert elements(b'[{"b":2},{"c":3}]', left_out=2, skip=3) == [(4, b'{"c":3}')]
    assert elements(b"[]", left_out=2, skip=2) == []


json_values = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**63), 2**64 - 1)
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=8,
)
documents = some.lists(some.dictionaries(some.text(), json_values, max_size=4), max_size=5)


@given(records=documents, cuts=some.lists(some.integers(0, 400)), ascii_only=some.booleans(), indent=some.sampled_from([None, 2]))
def test_the_records_are_those_that_were_written_wherever_they_are_cut(records, cuts, ascii_only, indent):
    whole = json.dumps(records, ensure_ascii=ascii_only, indent=indent).encode()
    each = "\n".join(json.dumps(record, ensure_ascii=ascii_only) for record in records).encode()

    for reader, data in ((Elements(), whole), (Lines(), each)):
        places = sorted(min(cut, len(data)) for cut in cuts)
        found = read(reader, data, *places)
        assert [number for number, _ in found] == list(range(1, len(records) + 1))
        assert [json.loads(content) for _, content in found] == records


@given(data=some.binary() | some.text('[]{},:"\\ \n1a').map(str.encode), cuts=some.lists(some.integers(0, 60)))
def test_where_it_is_cut_changes_nothing_and_nothing_escapes(data, cuts):
    for make in (Lines, Elements):
        places = sorted(min(cut, len(data)) for cut in cuts)
        assert read(make(), data, *places) == read(make(), data)
