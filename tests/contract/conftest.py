"""Simulators and providers for the contract suite. Simulators run once per session; tests that change data get their own."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from gateway.domain.provider import Provider
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start
from tests.contract.case import Case
from tests.contract.cases import CASES
from tests.contract.nouns import NOUNS

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TIMEOUT_S = 5.0


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes a `case`, be it through its fixtures, runs for each vendor; one that takes a `noun`, for each noun
    that the vendor has. `@pytest.mark.needs(port)` leaves out vendors without that port, `Case.inapplicable` single ones."""
    needed = {port for mark in metafunc.definition.iter_markers("needs") for port in mark.args}
    module = metafunc.module.__name__.rpartition(".")[2]
    names = {module, f"{module}::{metafunc.function.__name__}"}
    cases = [case for case in CASES if needed <= case.ports and names.isdisjoint(case.inapplicable)]
    if "noun" in metafunc.fixturenames:
        pairs = [(case, noun) for case in cases for noun in NOUNS if noun.port in case.ports]
        metafunc.parametrize(("case", "noun"), pairs, ids=[f"{case.kind.value}-{noun.port}" for case, noun in pairs])
    elif "case" in metafunc.fixturenames:
        metafunc.parametrize("case", cases, ids=[case.kind.value for case in cases])


class SimulatorPark:
    """Starts each simulator when it is first asked for."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, str], RunningSimulator] = {}
        self._stack = ExitStack()

    def get(self, case: Case, profile: str) -> RunningSimulator:
        key = (case.kind.value, profile)
        if key not in self._running:
            self._running[key] = self._stack.enter_context(start(case.simulator, profile=profile, clock=ManualClock(NOW)))
        return self._running[key]

    def close(self) -> None:
        self._stack.close()


@pytest.fixture(scope="session")
def park() -> Iterator[SimulatorPark]:
    simulators = SimulatorPark()
    yield simulators
    simulators.close()


def _undisturbed(simulator: RunningSimulator) -> Iterator[RunningSimulator]:
    simulator.control.reset_calls()
    yield simulator
    simulator.control.clear_faults()
    simulator.control.set_latency(0)
    simulator.control.rate_limit_enabled = False


@pytest.fixture
def simulator(case: Case, park: SimulatorPark) -> Iterator[RunningSimulator]:
    """The `uneven` profile, to be read only."""
    yield from _undisturbed(park.get(case, "uneven"))


@pytest.fixture
def even_simulator(case: Case, park: SimulatorPark) -> Iterator[RunningSimulator]:
    """The `even` profile, to be read only."""
    yield from _undisturbed(park.get(case, "even"))


@pytest.fixture
def own_simulator(case: Case) -> Iterator[RunningSimulator]:
    """A simulator of the test's own, whose data it may change."""
    with start(case.simulator, profile="uneven", clock=ManualClock(NOW)) as running:
        yield running


@pytest.fixture
async def provider(case: Case, simulator: RunningSimulator) -> AsyncIterator[Provider]:
    opened = case.connect(simulator.base_url, simulator.token, TIMEOUT_S)
    yield opened
    await opened.close()


@pytest.fixture
async def even_provider(case: Case, even_simulator: RunningSimulator) -> AsyncIterator[Provider]:
    opened = case.connect(even_simulator.base_url, even_simulator.token, TIMEOUT_S)
    yield opened
    await opened.close()


@pytest.fixture
async def own_provider(case: Case, own_simulator: RunningSimulator) -> AsyncIterator[Provider]:
    opened = case.connect(own_simulator.base_url, own_simulator.token, TIMEOUT_S)
    yield opened
    await opened.close()
