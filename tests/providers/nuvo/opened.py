"""A nuvo provider on its simulator, for the tests of this folder."""

import os
from collections.abc import Sequence
from typing import Any, cast
from unittest import mock

from gateway.domain.execution import ExecutionReader
from gateway.domain.page import Chunk
from gateway.domain.pipeline import Pipeline, PipelineQuery, PipelineReader
from gateway.domain.provider import Provider
from gateway.domain.services import Services
from gateway.providers.nuvo import connect
from gateway.providers.nuvo.settings import NuvoSettings
from gateway.providers.nuvo.simulator.identities import OPS
from gateway.simulation.server import RunningSimulator

ALL: frozenset[str] = frozenset()
NAME = "imports"
NO_SERVICES = cast("Services", None)  # nuvo takes none of them


def settings_of(simulator: RunningSimulator, token: str | None = None, **changes: Any) -> NuvoSettings:
    entry: dict[str, Any] = {
        "name": NAME,
        "kind": "nuvo",
        "base_url": simulator.base_url,
        "license_key_env": "TEST_NUVO_LICENSE_KEY",
        "identifier": OPS.identifier,
        "timeout_s": 5.0,
    }
    with mock.patch.dict(os.environ, {"TEST_NUVO_LICENSE_KEY": token or simulator.token}):
        return NuvoSettings(**entry | changes)


def open_provider(simulator: RunningSimulator, token: str | None = None, **changes: Any) -> Provider:
    return connect(settings_of(simulator, token, **changes), NO_SERVICES, loopback_only=True)


def executions_of(provider: Provider) -> ExecutionReader:
    assert provider.executions is not None
    return provider.executions


def pipelines_port(provider: Provider) -> PipelineReader:
    assert provider.pipelines is not None
    return provider.pipelines


async def pipelines_of(provider: Provider) -> list[Pipeline]:
    return await collect(pipelines_port(provider).stream_pipelines(PipelineQuery(), None, 100, ALL))


async def chunks_of(chunks: Any, enough: int = 100_000) -> list[Chunk[Any]]:
    found: list[Chunk[Any]] = []
    count = 0
    async for chunk in chunks:
        assert isinstance(chunk, Chunk)
        found.append(chunk)
        count += len(chunk.items)
        if count >= enough:
            break
    return found


async def collect(chunks: Any, enough: int = 100_000) -> list[Any]:
    return [item for chunk in await chunks_of(chunks, enough) for item in chunk.items]


def ids(values: Sequence[Any]) -> list[str]:
    return [value.external_id for value in values]
