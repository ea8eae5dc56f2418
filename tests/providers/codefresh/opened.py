"""A Codefresh provider on its simulator, for the tests of this folder."""

import os
from collections.abc import Sequence
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl

from gateway.domain.build import BuildReader
from gateway.domain.page import Chunk
from gateway.domain.pipeline import Pipeline, PipelineQuery
from gateway.domain.provider import Provider
from gateway.providers.codefresh import connect
from gateway.providers.codefresh.settings import CodefreshSettings
from gateway.providers.codefresh.simulator import CodefreshSimulator
from gateway.simulation.control import Call
from gateway.simulation.server import RunningSimulator

ALL: frozenset[str] = frozenset()
NAME = "shop-codefresh"


def open_provider(simulator: RunningSimulator, token: str | None = None, timeout_s: float = 5.0) -> Provider:
    with mock.patch.dict(os.environ, {"TEST_CODEFRESH_TOKEN": token or simulator.token}):
        settings = CodefreshSettings(
            name=NAME, kind="codefresh", base_url=simulator.base_url, token_env="TEST_CODEFRESH_TOKEN", timeout_s=timeout_s
        )
    return connect(settings, loopback_only=True)


def app_of(simulator: RunningSimulator) -> CodefreshSimulator:
    assert isinstance(simulator.app, CodefreshSimulator)
    return simulator.app


def builds_of(provider: Provider) -> BuildReader:
    assert provider.builds is not None
    return provider.builds


async def pipelines_of(provider: Provider) -> list[Pipeline]:
    assert provider.pipelines is not None
    return await collect(provider.pipelines.stream_pipelines(PipelineQuery(), None, 100, ALL))


async def collect(chunks: Any, enough: int = 100_000) -> list[Any]:
    found: list[Any] = []
    async for chunk in chunks:
        assert isinstance(chunk, Chunk)
        found += chunk.items
        if len(found) >= enough:
            break
    return found


def query_of(call: Call) -> list[tuple[str, str]]:
    return parse_qsl(call.query, keep_blank_values=True)


def values_of(call: Call, name: str) -> list[str]:
    return [value for key, value in query_of(call) if key == name]


def ids(values: Sequence[Any]) -> list[str]:
    return [value.external_id for value in values]
