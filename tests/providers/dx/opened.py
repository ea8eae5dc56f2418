"""A DX provider over a real ledger, for the tests of this folder."""

import os
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import httpx
from starlette.applications import Starlette

from gateway.domain.build import Build, BuildQuery, BuildReader
from gateway.domain.ingest import Ingest
from gateway.domain.keys import PipelineKey
from gateway.domain.ledger import LedgerStore
from gateway.domain.page import Chunk
from gateway.domain.pipeline import PipelineQuery, PipelineReader
from gateway.domain.provider import Provider
from gateway.domain.services import Services
from gateway.http.pipeline_runs import pipeline_run_routes
from gateway.providers.dx import connect
from gateway.providers.dx.settings import DxSettings
from gateway.simulation.server import RunningSimulator

ALL: frozenset[str] = frozenset()
NAME = "homegrown"
KEYS = {"jenkins": "key-of-jenkins", "old": "key-that-expired", "away": "key-that-is-disabled"}
STATES = {"jenkins": "active", "old": "expired", "away": "inactive"}
FORWARD_TOKEN = "DX_TEST_FORWARD_TOKEN"
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For httpx, which would read all certificates for each call otherwise; nothing here speaks TLS."""
T0 = datetime(2026, 1, 1, 0, 0, tzinfo=UTC)
SYNC = "/api/pipelineRuns.sync"
COMMIT = "9fceb02d0ae598e95dc970b74767f19372d61af8"


def settings_of(name: str = NAME, keys: Mapping[str, str] = KEYS, **more: Any) -> DxSettings:
    environment = {f"DX_TEST_{key.upper()}": secret for key, secret in keys.items()}
    entries = [{"name": key, "env": f"DX_TEST_{key.upper()}", "state": STATES.get(key, "active")} for key in keys]
    with mock.patch.dict(os.environ, environment):
        return DxSettings.model_validate({"name": name, "kind": "dx", "ingest_keys": entries} | more)


def forwarding_settings(simulator: RunningSimulator, token: str | None = None, **more: Any) -> DxSettings:
    with mock.patch.dict(os.environ, {FORWARD_TOKEN: token or simulator.token}):
        return settings_of(forward_base_url=simulator.base_url, forward_token_env=FORWARD_TOKEN, **more)


def open_provider(ledger: LedgerStore, settings: DxSettings | None = None) -> Provider:
    return connect(settings or settings_of(), Services(ledger=ledger), loopback_only=True)


def client_of(*providers: Provider, key: str | None = KEYS["jenkins"]) -> httpx.AsyncClient:
    """A sender in front of the routes, in this process."""
    transport = httpx.ASGITransport(Starlette(routes=pipeline_run_routes(providers)))
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    return httpx.AsyncClient(transport=transport, base_url="http://gateway", headers=headers)


def ingest_of(provider: Provider) -> Ingest:
    assert provider.ingest is not None
    return provider.ingest


def builds_of(provider: Provider) -> BuildReader:
    assert provider.builds is not None
    return provider.builds


def pipelines_of(provider: Provider) -> PipelineReader:
    assert provider.pipelines is not None
    return provider.pipelines


async def push(provider: Provider, **fields: Any) -> Build:
    """Reports one run through the account's own checks; `t` is its start in seconds after T0."""
    started_at = T0 + timedelta(seconds=fields.pop("t", 0))
    given = {"reference_id": "run-1", "pipeline_source": "Jenkins", "pipeline_name": "web", "started_at": started_at} | fields
    return await ingest_of(provider).record(ingest_of(provider).check(given), b"raw")


async def collect(chunks: AsyncIterator[Chunk[Any]], enough: int = 100_000) -> list[Any]:
    found: list[Any] = []
    async for chunk in chunks:
        found += chunk.items
        if len(found) >= enough:
            break
    return found[:enough]


def ids(values: Sequence[Any]) -> list[str]:
    return [value.external_id for value in values]


def pipeline_key(name: str, source: str = "Jenkins") -> PipelineKey:
    return PipelineKey(NAME, (source, name))


async def listed(provider: Provider, **query: Any) -> list[str]:
    return ids(await collect(builds_of(provider).stream_builds(BuildQuery(**query), None, 50, ALL)))


async def pipelines(provider: Provider, **query: Any) -> list[str]:
    return ids(await collect(pipelines_of(provider).stream_pipelines(PipelineQuery(**query), None, 50, ALL)))


async def fill(provider: Provider) -> None:
    """Five runs, each unlike the others in one way."""
    web = {"repository": "acme/web", "head_branch": "main", "status": "success"}
    await push(provider, t=1, reference_id="web", **web, commit_sha=COMMIT, pr_number=17, github_username="octo")
    await push(provider, t=2, reference_id="api", pipeline_name="api", **web | {"repository": "acme/api"}, email="Dev@Example.com")
    await push(provider, t=3, reference_id="branch", **web | {"head_branch": "feature/login"}, gitlab_username="Fox")
    await push(provider, t=4, reference_id="failed", **web | {"status": "failure"}, pr_number=18)
    await push(provider, t=5, reference_id="bare", pipeline_source="CircleCI")
