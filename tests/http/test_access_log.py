"""One line per request, with nothing in it that a client may want to keep to itself."""

from collections.abc import MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from gateway.http.application import http_application
from gateway.settings import Settings
from tests.http.small_gateway import Context, Query, SmallSchema, call, post, post_raw

Line = MutableMapping[str, Any]


def lines_of(app: ASGIApp, *arguments: Any, **options: Any) -> list[Line]:
    with capture_logs() as lines:
        call(app, *arguments, **options)
    return lines


def test_a_request_is_one_line(app: ASGIApp) -> None:
    with capture_logs() as lines:
        post(app, "query Greet { hello }")

    (line,) = lines
    assert line.pop("duration_ms") > 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "operation": "query",
        "operation_name": "Greet",
    }


def test_variables_and_query_strings_are_not_logged(app: ASGIApp) -> None:
    query = "query($n: String!) { hello(name: $n) }"
    with capture_logs() as lines:
        post(app, query, variables={"n": "canary"})
        call(app, "GET", params={"query": query, "variables": '{"n": "canary"}'})
        post_raw(app, b'{"query": 5, "variables": "canary"}')

    assert len(lines) == 3
    assert "canary" not in repr(lines)


def test_a_path_cannot_write_lines_of_its_own(app: ASGIApp) -> None:
    (line,) = lines_of(app, "GET", "/%0a2026-01-01%20[info]%20forged" + "x" * 1000)

    assert "\n" not in line["path"]
    assert len(line["path"]) == 256


def test_an_operation_name_of_any_length_stays_short(app: ASGIApp) -> None:
    with capture_logs() as lines:
        post(app, f"query {'N' * 5000} {{ hello }}")

    assert len(lines[0]["operation_name"]) == 128


def test_probes_are_logged_at_level_debug(app: ASGIApp) -> None:
    assert [line["log_level"] for line in lines_of(app, "GET", "/health/live")] == ["debug"]


def test_a_fault_of_the_gateway_is_one_line_with_its_trace_and_a_masked_answer() -> None:
    def broken(_: Request) -> Context:
        raise RuntimeError("inner secret")

    app = http_application(Settings(), SmallSchema(Query), broken, [])
    with capture_logs() as lines:
        answer = post(app, "{ hello }")

    (line,) = lines
    assert (line["status"], line["log_level"], str(line["exc_info"])) == (500, "error", "inner secret")
    assert answer.status_code == 500
    assert answer.json()["errors"][0]["extensions"] == {"code": "INTERNAL"}
    assert "inner secret" not in answer.text
    assert answer.headers["X-Request-Id"]
