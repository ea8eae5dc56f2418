import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.domain.ledger import LedgerStore
from gateway.domain.provider import Provider
from gateway.providers.dx.simulator import SIMULATOR, DxSimulator
from gateway.providers.dx.simulator.settings import SimulatorSettings
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start
from gateway.store import Store
from tests.providers.dx.opened import fill, forwarding_settings, open_provider

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store with its tables, to be copied: making them takes longer than most tests."""
    path = tmp_path_factory.mktemp("dx") / "empty.sqlite"

    async def make() -> None:
        async with Store(path):
            pass

    asyncio.run(make())
    return path


@pytest.fixture
async def ledger(tmp_path: Path, empty_store: Path) -> AsyncIterator[LedgerStore]:
    async with Store(shutil.copy(empty_store, tmp_path / "store.sqlite")) as store:
        yield store.ledger


@pytest.fixture
async def provider(ledger: LedgerStore) -> AsyncIterator[Provider]:
    """Without an instance behind it."""
    opened = open_provider(ledger)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def filled_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dx") / "filled.sqlite"

    async def make() -> None:
        async with Store(path) as store:
            await fill(open_provider(store.ledger))

    asyncio.run(make())
    return path


@pytest.fixture
async def filled(filled_store: Path) -> AsyncIterator[Provider]:
    """Five runs (see `fill`), to be read only."""
    async with Store(filled_store) as store:
        yield open_provider(store.ledger)


@pytest.fixture(scope="session")
def running_instance() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, clock=ManualClock(NOW)) as running:
        yield running


@pytest.fixture
def instance(running_instance: RunningSimulator) -> Iterator[RunningSimulator]:
    """A DX instance that knows of nothing yet."""
    app, clock, control = running_instance.app, running_instance.clock, running_instance.control
    assert isinstance(app, DxSimulator)
    assert isinstance(clock, ManualClock)
    control.reset_calls()
    yield running_instance
    control.clear_faults()
    control.set_latency(0)
    control.rate_limit_enabled = False
    clock.advance(60)  # whatever was counted is over
    app.records.clear()
    for switch in fields(SimulatorSettings):
        setattr(app.settings, switch.name, getattr(SimulatorSettings(), switch.name))


@pytest.fixture
async def pushing(ledger: LedgerStore, instance: RunningSimulator) -> AsyncIterator[Provider]:
    """An account whose reports wait to be passed on; its own loop is not run."""
    opened = open_provider(ledger, forwarding_settings(instance))
    yield opened
    await opened.close()
