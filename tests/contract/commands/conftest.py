"""One simulator for each vendor that all examples share; each makes what it needs."""

from collections.abc import AsyncIterator, Iterator

import pytest

from gateway.domain.provider import ProviderKind
from gateway.simulation.clock import ManualClock
from tests.contract.case import Case
from tests.contract.cases import CASES
from tests.contract.commands.example import Stage
from tests.contract.commands.examples import EXAMPLES
from tests.contract.conftest import SimulatorPark

TIMEOUT_S = 5.0
HASTY_S = 0.3
"""Of a call, where a test waits for it."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes an `example` runs for each of each vendor; with `@pytest.mark.needs("missing")` for those that have it."""
    if "example" not in metafunc.fixturenames:
        return
    needed = {name for mark in metafunc.definition.iter_markers("needs") for name in mark.args}
    pairs = [
        (kind, example)
        for kind, examples in EXAMPLES.items()
        for example in examples
        if all(getattr(example, name) for name in needed)
    ]
    metafunc.parametrize(("kind", "example"), pairs, ids=[f"{kind.value}-{example.title}" for kind, example in pairs])


def case_of(kind: ProviderKind) -> Case:
    return next(case for case in CASES if case.kind is kind)


@pytest.fixture(scope="session")
def writable() -> Iterator[SimulatorPark]:
    park = SimulatorPark()
    yield park
    park.close()


@pytest.fixture
async def stage(writable: SimulatorPark, kind: ProviderKind) -> AsyncIterator[Stage]:
    case = case_of(kind)
    simulator = writable.get(case, "uneven")
    simulator.control.clear_faults()
    simulator.control.reset_calls()
    provider = case.connect(simulator.base_url, simulator.token, TIMEOUT_S)
    clock = simulator.clock
    assert isinstance(clock, ManualClock)
    hasty = case.connect(simulator.base_url, simulator.token, HASTY_S)
    yield Stage(provider=provider, hasty=hasty, simulator=simulator, clock=clock)
    await provider.close()
    await hasty.close()
