"""A Buildkite provider in front of its simulator."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime

import pytest

from gateway.domain.provider import Provider
from gateway.providers.buildkite.simulator import SIMULATOR
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start
from tests.contract.cases.buildkite import open_provider
from tests.providers.buildkite.commanded import BuildkiteStage

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

OpenProvider = Callable[..., Provider]


@pytest.fixture(scope="session")
def _running_buildkite() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, clock=ManualClock(NOW)) as running:
        yield running


@pytest.fixture
def buildkite(_running_buildkite: RunningSimulator) -> Iterator[RunningSimulator]:
    """The `uneven` account, to be read only."""
    _running_buildkite.control.reset_calls()
    yield _running_buildkite
    _running_buildkite.control.clear_faults()
    _running_buildkite.control.rate_limit_enabled = False


@pytest.fixture
async def connected(buildkite: RunningSimulator) -> AsyncIterator[OpenProvider]:
    """(token, organizations) -> a provider, closed when the test ends."""
    opened: list[Provider] = []

    def open_one(token: str | None = None, organizations: tuple[str, ...] = ()) -> Provider:
        opened.append(open_provider(buildkite.base_url, token or buildkite.token, 5.0, organizations))
        return opened[-1]

    yield open_one
    for provider in opened:
        await provider.close()


@pytest.fixture
async def acme(connected: OpenProvider) -> Provider:
    """Configured for one organization."""
    return connected(organizations=("acme",))


@pytest.fixture(scope="session")
def _writable_buildkite() -> Iterator[tuple[RunningSimulator, ManualClock]]:
    clock = ManualClock(NOW)
    with start(SIMULATOR, clock=clock) as running:
        yield running, clock


@pytest.fixture
async def stage(_writable_buildkite: tuple[RunningSimulator, ManualClock]) -> AsyncIterator[BuildkiteStage]:
    """A provider whose commands other tests use too: whoever needs a thing in a certain state makes one."""
    running, clock = _writable_buildkite
    running.control.clear_faults()
    provider = open_provider(running.base_url, running.token, 5.0)
    yield BuildkiteStage(provider=provider, simulator=running, clock=clock)
    await provider.close()
