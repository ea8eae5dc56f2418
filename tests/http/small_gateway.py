"""A gateway around a schema of a few fields, called without sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx
import strawberry
from starlette.types import ASGIApp

from gateway.domain.budget import request_budget

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"


@strawberry.type
class Thing:
    name: str = "thing"

    @strawberry.field
    def inner(self) -> "Thing":
        return Thing()


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def thing(self) -> Thing:
        return Thing()

    @strawberry.field
    def fails(self) -> str | None:
        raise RuntimeError("broken field")

    @strawberry.field
    def fails_hard(self) -> str:
        raise RuntimeError("broken field")

    @strawberry.field
    def calls_allowed(self) -> int:
        budget = request_budget.get()
        assert budget is not None
        return budget.max_calls

    @strawberry.field
    async def sleep(self, ms: int) -> str:
        await asyncio.sleep(ms / 1000)
        return "awake"


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def write(self, info: strawberry.Info, ms: int = 0) -> str:
        await asyncio.sleep(ms / 1000)
        info.context.writes.append("written")
        return "written"


class SmallSchema(strawberry.Schema):
    """Leaves errors as they are. strawberry would log each with an excerpt of its document."""

    def process_errors(self, *_: object) -> None:
        return None


class Context:
    def __init__(self, writes: list[str]) -> None:
        self.writes = writes
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


Build = Callable[..., ASGIApp]


def call(app: ASGIApp, method: str, path: str = "/graphql", **options: Any) -> httpx.Response:
    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway", timeout=5) as client:
            return await client.request(method, path, **options)

    return asyncio.run(answer())


def post(app: ASGIApp, query: str, accept: str = GRAPHQL_RESPONSE, **parameters: object) -> httpx.Response:
    return call(app, "POST", json={"query": query, **parameters}, headers={"accept": accept})


def post_raw(app: ASGIApp, body: bytes | AsyncIterator[bytes], headers: Mapping[str, str] | None = None) -> httpx.Response:
    return call(app, "POST", content=body, headers={"content-type": JSON, "accept": GRAPHQL_RESPONSE, **(headers or {})})


def codes(answer: httpx.Response) -> list[str | None]:
    return [error.get("extensions", {}).get("code") for error in answer.json()["errors"]]
