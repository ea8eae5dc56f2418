"""Serving GraphiQL: from this origin, or a page that says how to get it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from gateway.http import ide

Get = Callable[[str], httpx.Response]


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(ide, "_STATIC", tmp_path / "static")
    return tmp_path / "static"


@pytest.fixture
def built(static: Path) -> Path:
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<title>GraphiQL</title>", encoding="utf-8")
    (static / "assets" / "main-1a2b3c.js").write_text("run()", encoding="utf-8")
    return static


@pytest.fixture
def get(static: Path) -> Get:
    app = Starlette(routes=[Route("/graphql", lambda _: ide.page()), *ide.asset_routes()])

    async def answer(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway", timeout=0.3) as client:
            return await client.get(path, headers={"Accept": "text/html"})

    return lambda path: asyncio.run(answer(path))


def test_a_browser_gets_the_built_page(built: Path, get: Get) -> None:
    answer = get("/graphql")

    assert (answer.status_code, answer.text) == (200, "<title>GraphiQL</title>")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert ide.static_directory() == built


def test_an_asset_may_be_kept_for_good(built: Path, get: Get) -> None:
    answer = get("/graphiql/assets/main-1a2b3c.js")

    assert (answer.status_code, answer.text) == (200, "run()")
    assert "immutable" in answer.headers["Cache-Control"]


def test_neither_page_nor_asset_may_ask_another_host(built: Path, get: Get) -> None:
    for path in ("/graphql", "/graphiql/assets/main-1a2b3c.js", "/graphiql/"):
        policy = get(path).headers["Content-Security-Policy"]

        assert policy.startswith("default-src 'none'")
        assert "http" not in policy
        assert "*" not in policy


def test_without_a_build_the_page_says_how_to_get_it(get: Get) -> None:
    answer = get("/graphql")

    assert answer.status_code == 503
    assert "make ide" in answer.text
    assert "Node.js" in answer.text
    assert ide.static_directory() is None


def test_without_a_build_an_asset_is_not_found(get: Get) -> None:
    assert get("/graphiql/assets/main-1a2b3c.js").status_code == 404


def test_a_build_is_served_without_a_restart(get: Get, request: pytest.FixtureRequest) -> None:
    assert get("/graphql").status_code == 503

    request.getfixturevalue("built")

    assert get("/graphql").status_code == 200
    assert get("/graphiql/assets/main-1a2b3c.js").status_code == 200


def test_nothing_outside_the_build_is_served(built: Path, get: Get) -> None:
    (built.parent / "secret.txt").write_text("secret", encoding="utf-8")

    assert get("/graphiql/..%2fsecret.txt").status_code == 404
