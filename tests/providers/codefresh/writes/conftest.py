"""A simulated account on a clock that stands still, for tests that change it."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime

import httpx
import pytest

from gateway.providers.codefresh.simulator import SIMULATOR, CodefreshSimulator
from gateway.providers.codefresh.simulator.settings import SimulatorSettings
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, clock=ManualClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))) as running:
        yield running


@pytest.fixture(scope="module")
def client(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    headers = {"Authorization": simulator.token}
    with httpx.Client(base_url=simulator.base_url, headers=headers, timeout=2, trust_env=False) as opened:
        yield opened


@pytest.fixture
def app(simulator: RunningSimulator) -> Iterator[CodefreshSimulator]:
    """Its settings are back at their defaults afterwards."""
    assert isinstance(simulator.app, CodefreshSimulator)
    simulator.app.journal.clear()
    yield simulator.app
    for field in fields(SimulatorSettings):
        setattr(simulator.app.settings, field.name, getattr(SimulatorSettings(), field.name))
