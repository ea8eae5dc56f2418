"""What is shown of a vendor's answer."""

import json

import msgspec
import pytest

from gateway.destinations.responses import DEEPEST, without_secrets
from gateway.domain.call_log import MOST_RESPONSE_BYTES


def shown(value):
    return msgspec.json.decode(without_secrets(msgspec.json.encode(value)))


def test_an_answer_without_secrets_stays_letter_by_letter():
    response = b'{ "id": "1", "number": 10.50, "jobs": [ {"name": "a"} ], "env": {}, "author": "ada", "has_token": true }'

    assert without_secrets(response) is not None
    assert without_secrets(response) == response


@pytest.mark.parametrize(
    "name",
    [
        "token", "Token", "access_token", "accessToken", "refresh-token", "clientSecret", "PASSWORD", "passwd", "credentials",
        "private_key", "privateKey", "api_key", "APIKEY", "x-api-key", "accessKeyId", "auth", "basicAuth", "authorization",
        "signature", "connection_string", "connectionString", "webhook_url", "license_key", "env",
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", ["v", 7, {"a": "v"}, ["v"]])
def test_what_sounds_like_a_secret_is_hidden_at_any_depth(name, value):
    assert shown({"number": 7, "jobs": [{name: value, "name": "a"}]}) == {"number": 7, "jobs": [{name: "***", "name": "a"}]}


@pytest.mark.parametrize("name", ["author", "authors", "authored_at", "key", "environments", "message"])
def test_what_does_not_is_shown(name):
    assert shown({name: "v"}) == {name: "v"}


def test_an_environment_is_hidden_where_it_holds_something_and_shown_where_it_is_a_name():
    assert shown([{"environment": {"A": "v"}}, {"environment": "prod"}]) == [{"environment": "***"}, {"environment": "prod"}]


@pytest.mark.parametrize("word", ["key", "name"])
def test_values_of_variables_are_hidden(word):
    assert shown({"variables": [{word: "A", "value": "v"}]}) == {"variables": [{word: "A", "value": "***"}]}


def test_a_value_without_a_name_is_shown():
    assert shown({"count": {"value": 7, "unit": "s"}}) == {"count": {"value": 7, "unit": "s"}}


def test_the_data_of_an_integration_context_is_hidden_and_other_data_is_not():
    found = shown({"data": {"spec": {"type": "secret", "data": {"pass": "p"}}}})

    assert found == {"data": {"spec": {"type": "secret", "data": "***"}}}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://me:pw@a.example/x", "https://***@a.example/x"),
        ("see https://a.example/x?token=t&page=2 or ask", "see https://a.example/x?token=***&page=2 or ask"),
        ("https://webhook.example/deliver/abc/def?x=1", "https://webhook.example/deliver/***?x=1"),
        ("https://a.example/v1/hook/abc", "https://a.example/v1/hook/***"),
        ("https://a.example/v1/hook/", "https://a.example/v1/hook/"),
        ("git@github.com:acme/web.git", "git@github.com:acme/web.git"),
        ("jdbc:sqlserver://host;user=me;password=pw", "jdbc:sqlserver://host;user=me;password=***"),
    ],
)
def test_urls_in_texts_lose_their_secrets_in_json_and_elsewhere(text, clean):
    assert shown({"url": [text]}) == {"url": [clean]}
    assert without_secrets(text.encode()) == clean.encode()


@pytest.mark.parametrize("response", [None, b"", b"not json", b'"x"', b"12", b"<html>"])
def test_what_is_no_object_stays_as_it_is(response):
    assert without_secrets(response) == response


@pytest.mark.parametrize(
    "response",
    [
        b"[" * 5000,
        b'{"token": "v"',
        b' \n{"token": "v"}\n{"token": "w"}',
        b'\xef\xbb\xbf{"token": "v"}',
        b'{"token": "\xff"}',
        b'"\\ud800"',
    ],
    ids=range(6),
)
def test_what_looks_like_json_and_cannot_be_read_is_not_shown(response):
    assert without_secrets(response) is None


@pytest.mark.parametrize("depth", [DEEPEST, DEEPEST + 1, 300])
def test_what_is_too_deep_is_not_shown(depth):
    response = b'{"a":' * depth + b"1" + b"}" * depth

    assert without_secrets(response) == (response if depth == DEEPEST else None)


def test_a_long_answer_is_read_whole_and_then_cut():
    response = json.dumps({"pad": "x" * (2 * MOST_RESPONSE_BYTES), "token": "canary"}).encode()
    first = json.dumps({"token": "canary", "pad": "x" * (2 * MOST_RESPONSE_BYTES)}).encode()

    assert len(without_secrets(response)) == MOST_RESPONSE_BYTES
    assert without_secrets(first).startswith(b'{"token":"***","pad":"xxx')
    assert without_secrets(response[:-1]) is None
    assert without_secrets(b"x" * (2 * MOST_RESPONSE_BYTES)) == b"x" * MOST_RESPONSE_BYTES


def test_numbers_of_any_size_survive():
    assert (
        without_secrets(b'{"n":123456789012345678901234567890,"token":"v"}')
        == b'{"n":123456789012345678901234567890,"token":"***"}'
    )
