"""What most tests need: simulators over real sockets, and a gateway in front of them."""

from datetime import UTC, datetime

import pytest

from gateway.simulation.clock import ManualClock
from gateway.simulation.server import start
from tests.end_to_end.reported_runs import Ledgers
from tests.gateway_under_test import ALL_VENDORS, CI_VENDORS, GatewayUnderTest, serve


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def _clock():
    """Time stands still: what two requests read can be compared, and what one run of the tests finds the next one finds too."""
    return ManualClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


@pytest.fixture(scope="session")
def _simulators():
    running = {}
    yield running
    for simulator in running.values():
        simulator.stop()


@pytest.fixture
def _running(_simulators, _clock):
    """(vendors, profile) -> their simulators, shared by the session and cleared of faults and calls."""

    def get(definitions, profile):
        for definition in definitions:
            key = (definition.kind, profile)
            if key not in _simulators:
                _simulators[key] = start(definition, profile=profile, clock=_clock)
            control = _simulators[key].control
            control.clear_faults()
            control.set_latency(0)
            control.rate_limit_enabled = False
            control.reset_calls()
        return {definition.kind: _simulators[(definition.kind, profile)] for definition in definitions}

    return get


@pytest.fixture
def simulators(_running):
    """(profile) -> the running simulators of the two CI vendors."""
    return lambda profile="uneven": _running(CI_VENDORS, profile)


@pytest.fixture
def all_simulators(_running):
    """(profile) -> the running simulators of all five vendors, on one clock."""
    return lambda profile="uneven": _running(ALL_VENDORS, profile)


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
def _ledgers(tmp_path_factory):
    return Ledgers(tmp_path_factory.mktemp("ledgers"))


@pytest.fixture
def ledger(_ledgers, _clock, tmp_path):
    """(profile) -> the folder of a ledger of the test's own that home-made CI has reported to."""

    async def copy(profile="uneven"):
        return await _ledgers.copy(profile, _clock.start, tmp_path / profile)

    return copy


@pytest.fixture
async def gateway_of_five(all_simulators, ledger):
    """A gateway in this process over the `uneven` simulators of all vendors, with a filled ledger."""
    async with GatewayUnderTest(all_simulators(), data_dir=await ledger()) as under_test:
        yield under_test


@pytest.fixture
async def even_gateway_of_five(all_simulators, ledger):
    """The same over the `even` profile."""
    async with GatewayUnderTest(all_simulators("even"), data_dir=await ledger("even")) as under_test:
        yield under_test


@pytest.fixture(scope="session")
def gateway_url(_simulators):
    """A gateway over a real socket, in front of simulators of its own."""
    running = {definition.kind: start(definition) for definition in CI_VENDORS}
    with serve(running) as url:
        yield url
    for simulator in running.values():
        simulator.stop()
