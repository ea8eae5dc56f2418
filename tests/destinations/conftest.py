"""A process with destinations, for the tests of this folder."""

import pytest

from gateway.store.store import Store
from tests.destinations.stage import Process
from tests.destinations.vendor import Vendor
from tests.store.databases import with_tables


@pytest.fixture
async def store(tmp_path):
    async with Store(with_tables(tmp_path / "store.sqlite3")) as opened:
        yield opened


@pytest.fixture
def vendor():
    return Vendor()


@pytest.fixture
async def process(store, vendor):
    async with Process(store, vendor) as running:
        yield running
