"""Requests that are no GraphQL requests get a GraphQL-shaped refusal that says what is wrong."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

import pytest
from starlette.types import ASGIApp

from tests.http.small_gateway import GRAPHQL_RESPONSE, JSON, Build, call, codes, post, post_raw


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"5", id="a number"),
        pytest.param(b"null", id="null"),
        pytest.param(b'"{ hello }"', id="a string"),
        pytest.param(b'[{"query": "{ hello }"}]', id="a batch"),
        pytest.param(b"", id="empty"),
        pytest.param(b" \n", id="blank"),
        pytest.param(b"{", id="cut JSON"),
        pytest.param(b"{'query': '{ hello }'}", id="not JSON"),
        pytest.param(b'{"query": "{ hello }"} x', id="trailing text"),
        pytest.param(b'{"query": "{ hello }", "n": NaN}', id="NaN"),
        pytest.param(b'{"query": "\xff{ hello }"}', id="invalid UTF-8"),
        pytest.param(b'{"query": "{ hello }", "variables": {"a": "\xc3("}}', id="invalid UTF-8 in variables"),
        pytest.param('{"query": "{ hello }"}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"query": "\\ud800"}', id="half a surrogate pair"),
        pytest.param(b"{}", id="no query"),
        pytest.param(b'{"query": null}', id="null query"),
        pytest.param(b'{"query": 5}', id="number as query"),
        pytest.param(b'{"query": " "}', id="blank query"),
        pytest.param(b'{"query": "{ hello }", "variables": []}', id="variables as list"),
        pytest.param(b'{"query": "{ hello }", "variables": "{}"}', id="variables as text"),
        pytest.param(b'{"query": "{ hello }", "operationName": 5}', id="number as operation name"),
        pytest.param(b'{"query": "{ hello }", "extensions": 5}', id="number as extensions"),
        pytest.param(b'{"query": "{ hello }", "variables": {"a":' + b"[" * 100_000, id="deeply nested JSON"),
        pytest.param(b'{"query": "fragment F on Query { hello }"}', id="no operation"),
        pytest.param(b'{"query": "query A { hello }", "operationName": "B"}', id="unknown operation"),
        pytest.param(b'{"query": "query A { hello } query B { hello }"}', id="two operations, no name"),
        pytest.param(b'{"query": "{ hello } mutation M { write }"}', id="query and mutation, no name"),
    ],
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL_RESPONSE])
def test_a_body_that_is_no_request_is_refused(app: ASGIApp, writes: list[str], body: bytes, accept: str) -> None:
    answer = post_raw(app, body, {"accept": accept})

    assert answer.status_code == 400
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert codes(answer) == ["BAD_REQUEST"]
    assert list(answer.json()) == ["errors"]
    assert writes == []


def test_the_refusal_names_the_parameter(app: ASGIApp) -> None:
    answer = post_raw(app, b'{"query": "{ hello }", "variables": []}')

    assert answer.json()["errors"][0]["message"] == (
        "The body cannot be used: Expected `object | null`, got `array` - at `variables`."
    )


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"query": ""},
        {"variables": "{}"},
        {"query": "{ hello }", "variables": "5"},
        {"query": "{ hello }", "variables": "{"},
        {"query": "{ hello }", "extensions": "[]"},
        {"query": "query A { hello } query B { hello }"},
    ],
)
def test_a_query_string_that_is_no_request_is_refused(app: ASGIApp, parameters: dict[str, str]) -> None:
    answer = call(app, "GET", params=parameters)

    assert (answer.status_code, codes(answer)) == (400, ["BAD_REQUEST"])


def test_a_query_string_with_invalid_utf_8_is_no_fault_of_the_gateway(app: ASGIApp) -> None:
    assert call(app, "GET", "/graphql?query=%ff%fe").status_code == 200  # a syntax error, under application/json


def test_one_of_several_operations_runs_by_name(app: ASGIApp) -> None:
    answer = post(app, "query A { hello } mutation B { write }", operationName="A")

    assert answer.json() == {"data": {"hello": "hello world"}}


def test_a_body_of_2_mb_is_refused_by_its_declared_length(app: ASGIApp) -> None:
    answer = post(app, "{ hello }" + " " * 2_000_000)

    assert (answer.status_code, codes(answer)) == (413, ["BAD_REQUEST"])


def test_a_body_without_a_length_is_refused_once_it_is_too_large(app: ASGIApp) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50_000_000:
            sent += 100_000
            yield b" " * 100_000
            await asyncio.sleep(0)

    answer = post_raw(app, endless())

    assert answer.status_code == 413


def test_the_body_limit_is_configured(build: Build) -> None:
    app = build(max_body_bytes=1000)
    padding = 1000 - len(json.dumps({"query": "{ hello }"}, separators=(",", ":")))

    assert post(app, "{ hello }" + " " * padding).status_code == 200
    assert post(app, "{ hello }" + " " * (padding + 1)).status_code == 413


@pytest.mark.parametrize(
    ("query", "within_s"),
    [
        pytest.param("{" + " ".join(f"a{i}: hello" for i in range(10_000)) + "}", 0.1, id="10,000 aliases"),
        pytest.param("{ thing " + "{ inner " * 500 + "{ name }" + "}" * 501, 0.1, id="nesting of 500"),
        pytest.param("{ thing " + "{ inner " * 100_000, 0.1, id="nesting of 100,000, unclosed"),
        pytest.param("#\n" * 100_000 + "{ hello }", 0.1, id="100,000 comments"),
        pytest.param("{" + " hello" * 100_000 + "}", 0.3, id="100,000 fields"),
        pytest.param("{" + " thing { inner { name } }" * 600 + "}", 0.3, id="the same field 600 times"),
    ],
)
def test_a_hostile_document_is_refused_quickly(app: ASGIApp, query: str, within_s: float) -> None:
    took_s: list[float] = []
    for _ in range(3):  # the best of them: other processes share the machine
        started_at = time.process_time()
        answer = post(app, query)
        took_s.append(time.process_time() - started_at)

        assert answer.status_code == 400
        assert codes(answer) == ["GRAPHQL_VALIDATION_FAILED"]
    assert min(took_s) < within_s


def test_an_unknown_path_says_where_graphql_is(app: ASGIApp) -> None:
    answer = call(app, "GET", "/graphq")

    assert (answer.status_code, codes(answer)) == (404, ["NOT_FOUND"])
    assert "/graphql" in answer.text
