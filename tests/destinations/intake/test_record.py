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
        *((nested(depth), "TOO_DEEP", False) for depth in (500, 980, 1100, 20_000, 43_000)),
        (b'{"a":' + b"[" * 130_000 + b"]" * 130_000 + b"}", "TOO_DEEP", False),
        (b"[" * 1000 + b"]" * 1000, "TOO_DEEP", False),
        (nested(43_000)[:200_000], "TOO_DEEP", True),
        (nested(100)[:-1] + b"]", "TOO_DEEP", True),
        (nested(100) + b"{}", "TOO_DEEP", True),
        (b'{"a":"' + b"[" * 100, "NOT_JSON", True),
        (b"{" + b"}" * 10 + b"[" * 100, "NOT_JSON", True),
        (b'{"a":0.1000000000000000055511151231257827}', "NUMBER_NOT_EXACT", False),
        (b'{"a":[9007199254740993.0]}', "NUMBER_NOT_EXACT", False),
        (b'{"a":-1e-400}', "NUMBER_NOT_EXACT", False),
        (b'{"a":1e-99999999999999999999}', "NUMBER_NOT_EXACT", False),
        (b'{"a":"1.5e3","b":0.' + b"1" * 200_000 + b"}", "NUMBER_NOT_EXACT", False),
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


@pytest.mark.parametrize(
    "number", ["1e23", "0.1", "1.50e2", "-0.0", "5e-324", "1.7976931348623157e308", "0.30000000000000004", "1e22"]
)
def test_a_number_that_comes_out_as_it_is(number):
    assert read_record(f'{{"n":{number}}}'.encode())[1] == f'{{"n":{number}}}'.encode()


def test_digits_in_a_text_are_no_number():
    text = rb'{"sha":"0.10000000000000000555e-400","x":"\\"}'

    assert read_record(text)[1] == text


def test_what_is_too_exact_can_be_sent_as_text():
    assert refused(b'{"n":0.12345678901234567890}').message == (
        "The record has a number that would come out as another one, '0.12345678901234567890': send it as a string."
    )


@pytest.mark.parametrize(
    ("values", "attribute", "key"),
    [
        ({"a": {"b": 7}}, "a.b", "7"),
        ({"a": {"b": 7}, "a.b": "x"}, "a.b", "x"),
        ({"a.b": {"c": "y"}}, "a.b.c", "y"),
    ],
)
def test_a_key_within_an_object(values, attribute, key):
    assert key_of(values, attribute) == key


def test_a_path_that_leads_nowhere_is_no_key():
    with pytest.raises(RecordFaultError, match=r"The key attribute 'a\.b' is missing"):
        key_of({"a": "b"}, "a.b")


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
