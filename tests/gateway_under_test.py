"""A gateway in front of running simulators: in this process, or over a socket of its own."""

import contextlib
import functools
import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import httpx
import uvicorn

from gateway.app import assemble, create_app
from gateway.http.limits import schema_extensions
from gateway.providers.buildkite.simulator import SIMULATOR as BUILDKITE
from gateway.providers.codefresh.simulator import SIMULATOR as CODEFRESH
from gateway.providers.dx.simulator import SIMULATOR as DX
from gateway.providers.nuvo.simulator import SIMULATOR as NUVO
from gateway.providers.talend.simulator import SIMULATOR as TALEND
from gateway.settings import GraphQLSettings, Settings
from schema import GatewaySchema, build_schema
from tests.store.databases import with_tables

NAMES = {"buildkite": "acme-buildkite", "codefresh": "shop-codefresh"}
"""The vendors whose runs are builds and are read over HTTP: most tests need no others."""
ALL_NAMES = NAMES | {"talend": "talend-eu", "nuvo": "imports", "dx": "homegrown"}
CI_VENDORS = (BUILDKITE, CODEFRESH)
ALL_VENDORS = (BUILDKITE, CODEFRESH, TALEND, NUVO, DX)
STORE = "gateway.sqlite3"
CI_KEY = "a-key-of-home-made-ci"


def closed_port() -> int:
    """A loopback port at which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def settings_for(simulators, *, graphql=None, server=None, accounts=None, data_dir=None) -> Settings:
    """Settings with one account per simulator; `accounts` adds keys to each kind's entry, or whole entries as a list."""
    entries = []
    for kind, simulator in simulators.items():
        variable = f"TEST_{kind.upper()}_TOKEN"
        os.environ[variable] = simulator.token
        entry = {"name": ALL_NAMES[kind], "kind": kind, **_keys(kind, simulator.base_url, variable)}
        entries.append(entry | (accounts or {}).get(kind, {}))
    folder = Path(data_dir or tempfile.mkdtemp(prefix="cicd-gateway-test-"))
    if folder.is_dir() and not (folder / STORE).exists():
        with_tables(folder / STORE)
    store = {"url_env": "NO_SUCH_DATABASE", "data_dir": str(folder)}
    return Settings(providers=entries, graphql=graphql or {}, server=server or {}, store=store)


def _keys(kind: str, base_url: str, variable: str) -> dict:
    """Where each vendor's account has its address and its secret."""
    if kind == "dx":
        os.environ["TEST_CI_KEY"] = CI_KEY
        key = {"name": "home-made", "env": "TEST_CI_KEY"}
        return {"forward_base_url": base_url, "forward_token_env": variable, "ingest_keys": [key]}
    if kind == "nuvo":
        return {"base_url": base_url, "license_key_env": variable, "identifier": "ops@example.com"}
    return {"base_url": base_url, "token_env": variable}


@functools.cache
def _schema(settings: GraphQLSettings) -> GatewaySchema:
    """Built once for all gateways of these settings: it holds no state, and takes longer to build than most tests."""
    return build_schema(schema_extensions(settings))


class GatewayUnderTest:
    """`async with`; `ask` posts a query and gives the whole answer."""

    def __init__(self, simulators, *, settings: Settings | None = None, **keys) -> None:
        self.simulators = simulators
        chosen = settings or settings_for(simulators, **keys)
        with mock.patch("gateway.app.build_schema", lambda _: _schema(chosen.graphql)):
            self.gateway = assemble(chosen)

    async def __aenter__(self) -> "GatewayUnderTest":
        transport = httpx.ASGITransport(self.gateway.application)
        await self.gateway.open(store_wait_s=30)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://gateway")
        return self

    async def __aexit__(self, *_) -> None:
        await self.client.aclose()
        await self.gateway.close()

    async def ask(self, query: str, variables: dict | None = None) -> dict:
        answer = await self.client.post("/graphql", json={"query": query, "variables": variables or {}})
        return answer.json()

    async def data(self, query: str, variables: dict | None = None) -> dict:
        """The data of an answer without errors."""
        answer = await self.ask(query, variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def calls(self) -> dict[str, int]:
        """Upstream calls since the last reset, by vendor."""
        return {kind: simulator.control.calls_total for kind, simulator in self.simulators.items()}

    def reset_calls(self) -> None:
        for simulator in self.simulators.values():
            simulator.control.reset_calls()


@contextlib.contextmanager
def serve(simulators, **settings) -> Iterator[str]:
    """A gateway on a free loopback port, in a thread with its own event loop."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings_for(simulators, **settings)), log_config=None, access_log=False, lifespan="on")
    )
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
