"""X-Request-Id goes in, comes out on every answer and stands on every log line."""

import re

import pytest
from starlette.types import ASGIApp

from tests.http.small_gateway import call, post_raw

NEW = re.compile(r"[0-9a-f]{32}")


@pytest.mark.parametrize("given", ["a", "7f3c-11", "req_01.HZX~/x:y=@+", "x" * 128])
def test_a_fit_id_is_kept(app: ASGIApp, given: str) -> None:
    answer = call(app, "GET", headers={"X-Request-Id": given})

    assert answer.headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "x" * 129, "two words", 'quo"te', "<script>", "semi;colon", "caf\xe9".encode("latin-1")])
def test_an_unfit_id_is_replaced(app: ASGIApp, given: str | bytes) -> None:
    answer = call(app, "GET", headers={"X-Request-Id": given})

    assert NEW.fullmatch(answer.headers["X-Request-Id"])


@pytest.mark.parametrize("path", ["/graphql", "/health/live", "/nowhere"])
def test_every_answer_carries_one_and_no_two_are_equal(app: ASGIApp, path: str) -> None:
    ids = {call(app, "GET", path).headers["X-Request-Id"] for _ in range(3)}

    assert len(ids) == 3


def test_a_refused_request_carries_one_too(app: ASGIApp) -> None:
    answer = post_raw(app, b"5", {"X-Request-Id": "mine"})

    assert (answer.status_code, answer.headers["X-Request-Id"]) == (400, "mine")
