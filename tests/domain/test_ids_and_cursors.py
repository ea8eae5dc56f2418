"""Ids and cursors: one text per value, strict about any other text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.cursor import Absence, ListCursor, RunCursor, SortedCursor, decode_cursor, digest_of, encode_cursor
from gateway.domain.errors import InvalidInputError
from gateway.domain.global_id import decode_id, encode_id
from gateway.domain.keys import KEY_TYPES
from gateway.domain.page import Mark

keys = st.builds(
    lambda kind, provider, parts: KEY_TYPES[kind](provider, tuple(parts)),
    st.sampled_from(sorted(KEY_TYPES)), st.text(min_size=1, max_size=8), st.lists(st.text(max_size=8), max_size=4),
)  # fmt: skip
absences = st.lists(
    st.builds(Absence, st.text(max_size=5), st.text(max_size=5), st.none() | st.integers(0, 2**53 - 1)), max_size=2
).map(tuple)
run_cursors = st.builds(
    RunCursor,
    st.just("d"),
    st.integers(0, 2**53 - 1),
    st.text(max_size=5),
    st.text(max_size=5),
    st.lists(st.text(max_size=5)).map(tuple),
    absences,
)
list_cursors = st.builds(
    ListCursor, st.just("d"), st.text(max_size=5), st.builds(Mark, st.text(), st.integers(0, 9999), st.text()), absences
)
sorted_cursors = st.builds(
    SortedCursor,
    st.just("d"),
    st.none() | st.integers(0, 2**53 - 1) | st.text(),
    st.text(max_size=5),
    st.text(max_size=5),
    absences,
)


@given(keys)
def test_an_id_finds_its_key_and_is_url_safe(key):
    text = encode_id(key)

    assert decode_id(text) == key
    assert type(decode_id(text)) is type(key)
    assert all(character.isalnum() or character in "-_" for character in text)


@given(keys, st.data())
def test_a_damaged_id_is_refused_or_is_another_valid_id(key, data):
    text = encode_id(key)
    place = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:place] + data.draw(st.characters(codec="utf-8")) + text[place + 1 :]

    try:
        found = decode_id(damaged)
    except InvalidInputError as error:
        assert error.field == "id"
    else:
        assert encode_id(found) == damaged


@pytest.mark.parametrize("text", ["", "=", "é", "a" * 5000, "bnVsbA", "W10", "WzFd", "eyJhIjoxfQ"])
def test_foreign_text_is_no_id(text):
    with pytest.raises(InvalidInputError, match="not an id of this gateway"):
        decode_id(text)


def test_another_spelling_of_the_same_id_is_refused():
    text = encode_id(KEY_TYPES["Build"]("p", ("1",)))

    for other in (text + "=", text + "==", " " + text):
        with pytest.raises(InvalidInputError):
            decode_id(other)


@given(run_cursors | list_cursors | sorted_cursors)
def test_a_cursor_comes_back_as_it_was(cursor):
    assert decode_cursor(encode_cursor(cursor), type(cursor), "d") == cursor


@given(run_cursors)
def test_a_cursor_of_another_list_filter_or_gateway_is_refused(cursor):
    text = encode_cursor(cursor)

    with pytest.raises(InvalidInputError, match="another list"):
        decode_cursor(text, ListCursor, "d")
    with pytest.raises(InvalidInputError, match="another filter or order"):
        decode_cursor(text, RunCursor, "e")
    with pytest.raises(InvalidInputError, match="not a cursor of this gateway"):
        decode_cursor("~" + text, RunCursor, "d")


def test_a_forged_time_is_refused():
    with pytest.raises(InvalidInputError, match="not a cursor of this gateway"):
        decode_cursor(encode_cursor(RunCursor("d", 2**62, "p", "i")), RunCursor, "d")


def test_digests_differ_when_anything_asked_differs():
    assert digest_of("builds", {"a": 1}) == digest_of("builds", {"a": 1})
    assert (
        len({digest_of("builds", None), digest_of("builds", {"a": 1}), digest_of("builds", {"a": 2}), digest_of("runs", None)}) == 4
    )
