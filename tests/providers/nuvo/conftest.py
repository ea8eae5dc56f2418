from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from gateway.domain.provider import Provider
from gateway.providers.nuvo.simulator import SIMULATOR, NuvoSimulator, SimulatorSettings
from gateway.providers.nuvo.simulator.control import change_settings
from gateway.simulation.clock import Clock, ManualClock
from gateway.simulation.control import Control
from gateway.simulation.server import RunningSimulator, start
from tests.providers.nuvo.dialect import app_of
from tests.providers.nuvo.opened import open_provider

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def _build_small(_profile: str, seed: int, clock: Clock, control: Control) -> NuvoSimulator:
    return NuvoSimulator("demo", seed, clock, control)


SMALL = replace(SIMULATOR, build=_build_small)
"""Whatever profile is asked for, it is `demo`."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def uneven_server() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, profile="uneven", clock=ManualClock(NOW)) as running:
        yield running


@pytest.fixture(scope="session")
def small_server() -> Iterator[RunningSimulator]:
    with start(SMALL, clock=ManualClock(NOW)) as running:
        yield running


@pytest.fixture(scope="session")
def even_server() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, profile="even", clock=ManualClock(NOW)) as running:
        yield running


@pytest.fixture
def own() -> Iterator[RunningSimulator]:
    """A simulator that the test may change, with the lived-in account."""
    with start(SMALL, clock=ManualClock(NOW)) as running:
        yield running


def _calm(server: RunningSimulator) -> Iterator[RunningSimulator]:
    app_of(server).tokens.revoke_all()
    server.control.reset_calls()
    yield server
    server.control.clear_faults()
    server.control.set_latency(0)
    server.control.rate_limit_enabled = False
    change_settings(app_of(server).settings, msgspec.json.encode(SimulatorSettings()))


@pytest.fixture
def uneven(uneven_server: RunningSimulator) -> Iterator[RunningSimulator]:
    """A lived-in account. Its data are to be read only; its settings may be changed."""
    yield from _calm(uneven_server)


@pytest.fixture
def small(small_server: RunningSimulator) -> Iterator[RunningSimulator]:
    """The lived-in account without its many customers. As `uneven`."""
    yield from _calm(small_server)


@pytest.fixture
def even(even_server: RunningSimulator) -> Iterator[RunningSimulator]:
    """Fifty pipelines with ten executions each. To be read only."""
    yield from _calm(even_server)


@pytest.fixture
async def provider(uneven: RunningSimulator) -> AsyncIterator[Provider]:
    opened = open_provider(uneven)
    yield opened
    await opened.close()


@pytest.fixture
async def small_provider(small: RunningSimulator) -> AsyncIterator[Provider]:
    opened = open_provider(small)
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
