from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from gateway.domain.provider import Provider
from gateway.providers.codefresh.simulator import SIMULATOR
from gateway.providers.codefresh.simulator.settings import SimulatorSettings
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start
from tests.contract.commands.example import Stage
from tests.providers.codefresh.opened import app_of, open_provider

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def uneven_server() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, profile="uneven", clock=ManualClock(NOW)) as running:
        yield running


@pytest.fixture(scope="session")
def even_server() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, profile="even", clock=ManualClock(NOW)) as running:
        yield running


def _calm(server: RunningSimulator) -> Iterator[RunningSimulator]:
    server.control.reset_calls()
    yield server
    server.control.clear_faults()
    server.control.set_latency(0)
    server.control.rate_limit_enabled = False


@pytest.fixture
def uneven(uneven_server: RunningSimulator) -> Iterator[RunningSimulator]:
    """Of very different activity, with every oddity. To be read only."""
    yield from _calm(uneven_server)


@pytest.fixture
def even(even_server: RunningSimulator) -> Iterator[RunningSimulator]:
    """Of equally active pipelines. To be read only."""
    yield from _calm(even_server)


@pytest.fixture
def own() -> Iterator[RunningSimulator]:
    """A simulator that the test may change."""
    with start(SIMULATOR, profile="uneven", clock=ManualClock(NOW)) as running:
        yield running


@pytest.fixture
async def provider(uneven: RunningSimulator) -> AsyncIterator[Provider]:
    opened = open_provider(uneven)
    yield opened
    await opened.close()


@pytest.fixture
async def even_provider(even: RunningSimulator) -> AsyncIterator[Provider]:
    opened = open_provider(even)
    yield opened
    await opened.close()


@pytest.fixture
async def own_provider(own: RunningSimulator) -> AsyncIterator[Provider]:
    opened = open_provider(own)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def written_server() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, profile="uneven", clock=ManualClock(NOW)) as running:
        yield running


@pytest.fixture
async def stage(written_server: RunningSimulator) -> AsyncIterator[Stage]:
    """A simulator that all tests of commands change; each makes what it needs. Its settings are the defaults again afterwards."""
    app = app_of(written_server)
    app.journal.clear()
    written_server.control.reset_calls()
    clock = written_server.clock
    assert isinstance(clock, ManualClock)
    provider = open_provider(written_server)
    yield Stage(provider=provider, simulator=written_server, clock=clock)
    await provider.close()
    written_server.control.clear_faults()
    for field in fields(SimulatorSettings):
        setattr(app.settings, field.name, getattr(SimulatorSettings(), field.name))
