"""What can be kept of a record, and by which key it is known."""

import json

import pytest

from gateway.destinations.intake.record import RecordFaultError, key_of, read_record


def refused(text):
    with pytest.raises(RecordFaultError) as caught:
        read_record(text)
    return caught.value


def nested(depth):
    return b'{"a":' * depth + b"1" + b"}" * depth


def test_the_json_is_kept_as_it_was_written_but_for_blanks():
    text = rb' { "n" : 1.10 , "e" : 1E5, "u" : "\u00e9\/ x", "big": 18446744073709551615, "small": -9223372036854775808 } '

    assert read_record(text)[1] == rb'{"n":1.10,"e":1E5,"u":"\u00e9\/ x","big":18446744073709551615,"small":-9223372036854775808}'


@pytest.mark.parametrize(
    ("text", "code", "breaks"),
    [
        (b"", "NOT_JSON", True),
        (b'{"a":Infinity}', "NOT_JSON", True),
        (b'{"a":01}', "NOT_JSON", True),
        (b'{"a":1} {"b":2}', "NOT_JSON", True),
        (b"[]", "NOT_AN_OBJECT", False),
        (b'{"a":18446744073709551616}', "NUMBER_TOO_LARGE", False),
        (b'{"a":[{"b":-9223372036854775809}]}', "NUMBER_TOO_LARGE", False),
        (b'{"a":-1e400}', "NUMBER_TOO_LARGE", False),
        (b'{"a":' + b"9" * 5000 + b"}", "NUMBER_TOO_LARGE", False),
        (b'{"a":1e400,,}', "NUMBER_TOO_LARGE", True),
        (rb'{"a":"\ud800"}', "INVALID_TEXT", False),
        (rb'{"a":"\udc00x"}', "INVALID_TEXT", False),
        (rb'{"\ud800\u0041":1}', "INVALID_TEXT", False),
        (rb'{"a":"\ud800" 5}', "NOT_JSON", True),
        (b'{"a":"\xed\xa0\x80"}', "INVALID_TEXT", False),
        (b'{"\xff":1}', "INVALID_TEXT", False),
        (nested(65), "TOO_DEEP", False),
        (b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", "TOO_DEEP", False),
        (nested(50_000)[:200_000], "TOO_DEEP", True),
        (b'{"a":1,"a":1}', "ATTRIBUTE_TWICE", False),
        (rb'{"x":[{"a":1,"\u0061":2}]}', "ATTRIBUTE_TWICE", False),
    ],
)
def test_what_cannot_be_kept(text, code, breaks):
    fault = refused(text)

    assert (fault.code, fault.breaks) == (code, breaks)
    assert len(fault.message) < 200


@pytest.mark.parametrize("text", [nested(64), b'{"a":' + b"[" * 63 + b"]" * 63 + b"}", b'{"a":"' + b"[{" * 1000 + b'"}'])
def test_what_is_nested_as_deep_as_may_be(text):
    assert read_record(text)[1] == text


def test_a_pair_of_surrogates_is_a_character():
    assert read_record(rb'{"a":"\ud83d\ude00"}')[0] == {"a": "😀"}


@pytest.mark.parametrize(
    ("value", "key"),
    [("x", "x"), (" é ", " é "), (0, "0"), (-12, "-12"), (2**64 - 1, "18446744073709551615"), ("k" * 255, "k" * 255)],
)
def test_the_key(value, key):
    assert key_of({"id": value}, "id") == key


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"a": {"id": 1}}, "is missing"),
        ({"id": None}, "is null"),
        ({"id": ""}, "is empty"),
        ({"id": True}, "is a boolean"),
        ({"id": 1.0}, "is a number that is not whole"),
        ({"id": ["x"]}, "is a list"),
        ({"id": {}}, "is an object"),
        ({"id": "k" * 256}, "is longer than 255 characters"),
        ({"id": "a\0b"}, "U+0000"),
    ],
)
def test_what_is_no_key(values, why):
    with pytest.raises(RecordFaultError) as caught:
        key_of(values, "id")

    assert caught.value.code == "KEY_UNUSABLE"
    assert caught.value.message.startswith("The key attribute 'id' ")
    assert why in caught.value.message


def test_an_object_of_many_attributes_with_one_twice_is_refused_quickly():
    names = ",".join(f'"a{number}":1' for number in range(18_000))
    text = f'{{"b":1.0,{names},"b":2}}'.encode()
    assert len(json.loads(text)) == 18_001

    assert refused(text).code == "ATTRIBUTE_TWICE"
