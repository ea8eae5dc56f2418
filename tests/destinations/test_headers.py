"""The notation of additional headers."""

import pytest

from gateway.destinations.headers import check_headers, parse_headers
from gateway.domain.commands.command import Pair
from gateway.domain.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("X-Team:core,X-Env:prod", [("X-Team", "core"), ("X-Env", "prod")]),
        (" X-Team : core , X-Env:prod ", [("X-Team", "core"), ("X-Env", "prod")]),
        ("X-Url:https://a.example/b", [("X-Url", "https://a.example/b")]),
        ("X-List:a,b,X-Two:2", [("X-List", "a,b"), ("X-Two", "2")]),
        ("X-A:1,", [("X-A", "1,")]),
        ("X-A:", [("X-A", "")]),
        ("X-A:" + "a" * 16_380, [("X-A", "a" * 16_380)]),
        ("Content-Type:text/plain,X-A:1", [("X-A", "1")]),
        ("", []),
        ("  ", []),
    ],
)
def test_what_is_meant(text, pairs):
    assert [(each.name, each.value) for each in parse_headers(text, "headers")] == pairs


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("X-A", "no colon"),
        ("Authorization:Bearer x", "the provider's credential sets"),
        ("X-A:1,authorization:Bearer x", "the provider's credential sets"),
        ("X-A:1,X-A:2", "X-A twice"),
        ("X-A:1,x-a:2", "x-a twice"),
        ("Host:evil.example", "the transport's"),
        ("transfer-encoding:chunked", "the transport's"),
        ("Content-Encoding:gzip", "the transport's"),
        ("Accept-Encoding:gzip", "the transport's"),
        ("Expect:100-continue", "the transport's"),
        ("Keep-Alive:timeout=5", "the transport's"),
        ("Proxy-Connection:close", "the transport's"),
        ("Cookie:a=b", "another credential"),
        ("X-HTTP-Method-Override:DELETE", "another call"),
        ("x-method-override:DELETE", "another call"),
        ("X-HTTP-Method:DELETE", "another call"),
        ("X-Forwarded-Host:evil.example", "another call"),
        ("X-Api-Key:***", "stands for what is not shown"),
        ("X-A:" + "a" * 16_381, "at most 16384"),
        (":1", "as a name"),
        ("X A:1", "as a name"),
        ("X-A:1\r\nX-B:2", "on one line"),
        ("X-A:caf\u00e9", "on one line"),
        ("X\u00c4:1", "as a name"),
    ],
)
def test_what_is_refused_at_its_field(text, why):
    with pytest.raises(InvalidInputError, match=why) as refused:
        parse_headers(text, "settings.headers")

    assert refused.value.field == "settings.headers"


def test_a_list_of_pairs_can_have_what_the_notation_cannot():
    pairs = (Pair(name="X-List", value="a,X-Two:2"),)

    assert check_headers(pairs, "headers") == pairs
    with pytest.raises(InvalidInputError, match="on one line"):
        check_headers((Pair(name="X-A", value="1\n"),), "headers")
