"""A Talend provider on its simulator, for the tests of this folder."""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, cast
from unittest import mock
from urllib.parse import parse_qsl

from gateway.domain.page import Chunk
from gateway.domain.provider import Provider
from gateway.domain.services import Services
from gateway.providers.talend import connect
from gateway.providers.talend.adapter import open_calls
from gateway.providers.talend.calls import TalendCalls
from gateway.providers.talend.settings import TalendSettings
from gateway.providers.talend.simulator import TalendSimulator
from gateway.simulation.control import Call
from gateway.simulation.server import RunningSimulator

ALL: frozenset[str] = frozenset()
NAME = "talend-eu"
NO_SERVICES = cast("Services", None)  # Talend takes none of them


def settings_of(base_url: str, secrets: Mapping[str, str], timeout_s: float = 5.0) -> TalendSettings:
    """`secrets` by the name of their key: token, or client_id and client_secret."""
    variables = {f"TEST_TALEND_{key.upper()}": value for key, value in secrets.items()}
    with mock.patch.dict(os.environ, variables):
        return TalendSettings.model_validate(
            {
                "name": NAME,
                "kind": "talend",
                "base_url": base_url,
                "timeout_s": timeout_s,
                **{f"{key}_env": f"TEST_TALEND_{key.upper()}" for key in secrets},
            }
        )


def open_provider(simulator: RunningSimulator, secrets: Mapping[str, str] | None = None, timeout_s: float = 5.0) -> Provider:
    """As the simulator's own account that may do everything, unless `secrets` say who else."""
    settings = settings_of(simulator.base_url, secrets or {"token": simulator.token}, timeout_s)
    return connect(settings, NO_SERVICES, loopback_only=True)


def app_of(simulator: RunningSimulator) -> TalendSimulator:
    assert isinstance(simulator.app, TalendSimulator)
    return simulator.app


async def collect(chunks: AsyncIterator[Chunk[Any]], enough: int = 100_000) -> list[Any]:
    """Items of a list, chunk by chunk, until there are enough."""
    found: list[Any] = []
    async for chunk in chunks:
        found += chunk.items
        if len(found) >= enough:
            break
    return found


def query_of(call: Call) -> list[tuple[str, str]]:
    return parse_qsl(call.query, keep_blank_values=True)


def paths(simulator: RunningSimulator) -> list[str]:
    return [call.raw_path for call in simulator.control.calls]


def ids(values: Sequence[Any]) -> list[str]:
    return [value.external_id for value in values]


def open_calls_of(simulator: RunningSimulator, secrets: Mapping[str, str] | None = None) -> TalendCalls:
    """As `open_provider`, for what no port offers yet."""
    return open_calls(settings_of(simulator.base_url, secrets or {"token": simulator.token}), loopback_only=True)
