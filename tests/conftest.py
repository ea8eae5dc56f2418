"""What most tests need: simulators over real sockets, and a gateway in front of them."""

from datetime import UTC, datetime

import pytest

from gateway.providers.buildkite.simulator import SIMULATOR as BUILDKITE
from gateway.providers.codefresh.simulator import SIMULATOR as CODEFRESH
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import start
from tests.gateway_under_test import GatewayUnderTest, serve


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def _simulators():
    running = {}
    yield running
    for simulator in running.values():
        simulator.stop()


@pytest.fixture
def simulators(_simulators):
    """(profile) -> the running simulators of all vendors; shared by the session and cleared of faults and calls."""

    def get(profile="uneven"):
        for definition in (BUILDKITE, CODEFRESH):
            key = (definition.kind, profile)
            if key not in _simulators:
                # Time stands still: what two requests read can be compared.
                _simulators[key] = start(definition, profile=profile, clock=ManualClock(datetime.now(UTC)))
            control = _simulators[key].control
            control.clear_faults()
            control.set_latency(0)
            control.rate_limit_enabled = False
            control.reset_calls()
        return {definition.kind: _simulators[(definition.kind, profile)] for definition in (BUILDKITE, CODEFRESH)}

    return get


@pytest.fixture
async def gateway(simulators):
    """A gateway in this process over the `uneven` simulators."""
    async with GatewayUnderTest(simulators()) as under_test:
        yield under_test


@pytest.fixture
async def even_gateway(simulators):
    """The same over the `even` profile."""
    async with GatewayUnderTest(simulators("even")) as under_test:
        yield under_test


@pytest.fixture(scope="session")
def gateway_url(_simulators):
    """A gateway over a real socket, in front of simulators of its own."""
    running = {definition.kind: start(definition) for definition in (BUILDKITE, CODEFRESH)}
    with serve(running) as url:
        yield url
    for simulator in running.values():
        simulator.stop()
