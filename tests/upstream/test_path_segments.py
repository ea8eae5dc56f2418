from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.errors import InvalidInputError
from gateway.upstream.path import check_segment, path, twice


def test_every_reserved_character_of_a_segment_is_encoded():
    assert path("organizations", "acme", "pipelines", "shop/deploy") == "/organizations/acme/pipelines/shop%2Fdeploy"
    assert path("a b", "c?d#e", "100%", "x+y", "é", "*") == "/a%20b/c%3Fd%23e/100%25/x%2By/%C3%A9/%2A"


def test_a_segment_can_be_encoded_twice():
    assert path("hermes", "triggers", twice("registry:acme/web")) == "/hermes/triggers/registry%253Aacme%252Fweb"


@pytest.mark.parametrize(
    "segment",
    [
        "",
        ".",
        "..",
        "a/../b",
        "../..",
        "./x",
        "..;",
        "..;x",
        "a/.;b/c",
        "a\\..\\b",
        "x\0y",
        "line\nbreak",
        "\x7f",
        "\x85",
        "\ud800",
    ],
)
@pytest.mark.parametrize("mark", [str, twice])
def test_what_no_encoding_makes_safe_is_refused(segment, mark):
    with pytest.raises(InvalidInputError):
        path("pipelines", mark(segment))
    with pytest.raises(InvalidInputError, match="`slug`") as caught:
        check_segment(segment, field="slug", provider="acme")
    assert (caught.value.field, caught.value.provider) == ("slug", "acme")


@pytest.mark.parametrize("segment", ["...", "v1..2", ".git", "a/.b/c", "%2e%2e"])
def test_dots_that_are_part_of_a_name_are_no_dot_segments(segment):
    assert path(segment).startswith("/")


@given(st.text(min_size=1))
def test_a_path_is_refused_or_gives_the_segment_back(segment):
    try:
        built = path("pipelines", segment)
    except InvalidInputError:
        return
    assert built.count("/") == 2
    assert unquote(built.removeprefix("/pipelines/")) == segment
