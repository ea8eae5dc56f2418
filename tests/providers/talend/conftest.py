"""The vendor's simulator over real sockets, as accounts to read from and accounts to change."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from gateway.domain.provider import Provider
from gateway.providers.talend.simulator import SIMULATOR, simulator
from gateway.providers.talend.simulator.settings import SimulatorSettings
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start
from tests.contract.commands.example import Stage
from tests.providers.talend.opened import app_of, open_provider
from tests.providers.talend.vendor import Vendor, vendor_client

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
    """A lived-in tenant, with every oddity. To be read only."""
    yield from _calm(uneven_server)


@pytest.fixture
def even(even_server: RunningSimulator) -> Iterator[RunningSimulator]:
    """Fifty alike tasks of ten runs each. To be read only."""
    yield from _calm(even_server)


@pytest.fixture
def own() -> Iterator[RunningSimulator]:
    """A lived-in tenant that the test may change."""
    with start(SIMULATOR, profile="uneven", clock=ManualClock(NOW)) as running:
        yield running


@pytest.fixture(scope="module")
def office_server() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, profile="even", clock=ManualClock(NOW)) as running:
        yield running


@pytest.fixture
def office(office_server: RunningSimulator) -> Iterator[RunningSimulator]:
    """Where service accounts log in: no token is given out yet, and the switches are as they were."""
    app = app_of(office_server)
    app.tokens.revoke_all()
    office_server.control.reset_calls()
    yield office_server
    office_server.control.clear_faults()
    office_server.control.set_latency(0, "/security/oauth/token")
    app.settings.delete_refuses_json, app.settings.token_lifetime_s, app.settings.expires_in = False, 1_800, "string"


@pytest.fixture
def tenant(uneven: RunningSimulator) -> Iterator[Vendor]:
    """Calls to the lived-in tenant, which only reads."""
    with vendor_client(uneven) as client:
        yield client


@pytest.fixture
def own_tenant() -> Iterator[Vendor]:
    """Calls to a lived-in tenant that the test may change, and in which nothing has run yet."""
    definition = simulator(SimulatorSettings(past_runs=False))
    with start(definition, profile="uneven", clock=ManualClock(NOW)) as running, vendor_client(running) as client:
        yield client


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


@pytest.fixture(scope="module")
def work_server() -> Iterator[RunningSimulator]:
    definition = simulator(SimulatorSettings(past_runs=False))
    with start(definition, profile="uneven", clock=ManualClock(NOW)) as running:
        yield running


@pytest.fixture
async def work(work_server: RunningSimulator) -> AsyncIterator[Stage]:
    """A tenant in which nothing has run before, for the commands of a whole file: each test makes what it changes."""
    app_of(work_server).settings.receipt_delay_s = 20.0
    opened = open_provider(work_server)
    work_server.control.reset_calls()
    assert isinstance(work_server.clock, ManualClock)
    yield Stage(provider=opened, simulator=work_server, clock=work_server.clock)
    work_server.control.clear_faults()
    await opened.close()
