from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start
from tests.simulation.echo_vendor import ECHO


@pytest.fixture(scope="module")
def server() -> Iterator[RunningSimulator]:
    with start(ECHO, clock=ManualClock(datetime(2026, 3, 2, tzinfo=UTC))) as running:
        yield running


@pytest.fixture
def simulator(server: RunningSimulator) -> Iterator[RunningSimulator]:
    server.control.reset_calls()
    yield server
    server.control.clear_faults()
    server.control.set_latency(0)
    server.control.rate_limit_enabled = False


@pytest.fixture
def client(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=simulator.base_url, timeout=0.3, trust_env=False) as opened:
        yield opened
