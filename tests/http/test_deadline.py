"""A request ends: at its deadline, or when its client is gone."""

import asyncio
import json
from typing import Any

import pytest
from starlette.types import ASGIApp

from gateway.domain.budget import request_budget
from gateway.http import graphql
from gateway.http.application import http_application
from gateway.http.operation import operation_facts
from gateway.settings import Settings
from tests.http.small_gateway import Build, Context, Query, SmallSchema, codes, post


def test_resolvers_find_the_budget_of_their_request(build: Build) -> None:
    answer = post(build(max_upstream_calls=7), "{ callsAllowed }")

    assert answer.json() == {"data": {"callsAllowed": 7}}


def test_what_outlasts_the_deadline_is_cut_off(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphql, "DEADLINE_GRACE_S", 0.02)

    answer = post(build(request_deadline_s=0.05), "{ sleep(ms: 5000) }")

    assert (answer.status_code, codes(answer)) == (504, ["DEADLINE_EXCEEDED"])


def disconnect_during(app: ASGIApp, query: str) -> tuple[list[dict[str, Any]], object]:
    """Sends `query` and hangs up 100 ms later. What was answered, and the budget left behind."""
    body = json.dumps({"query": query}).encode()
    sent: list[dict[str, Any]] = []
    requests = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        for message in requests:
            return message
        await asyncio.sleep(0.1)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    async def exchange() -> object:
        await asyncio.wait_for(app(scope, receive, send), 2)
        return request_budget.get() or operation_facts.get()

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    return sent, asyncio.run(exchange())


def test_a_query_stops_when_its_client_goes_away(app: ASGIApp) -> None:
    sent, left_behind = disconnect_during(app, "{ sleep(ms: 60000) }")

    assert sent[0]["status"] == 499
    assert left_behind is None


def test_a_mutation_runs_to_its_end_whoever_is_still_there(app: ASGIApp, writes: list[str]) -> None:
    sent, _ = disconnect_during(app, "mutation { write(ms: 250) }")

    assert writes == ["written"]
    assert sent[0]["status"] == 200


def test_a_client_that_hangs_up_in_the_middle_of_its_body_is_no_fault(app: ASGIApp) -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    asyncio.run(app(scope, receive, send))

    assert sent[0]["status"] == 499


@pytest.mark.parametrize("query", ["{ hello }", "{", "{ failsHard }", "query A { hello } query B { hello }"])
def test_the_context_is_closed_once_whatever_the_answer(query: str) -> None:
    context = Context([])
    app = http_application(Settings(), SmallSchema(Query), lambda _: context, [])

    post(app, query)

    assert context.closed == 1
