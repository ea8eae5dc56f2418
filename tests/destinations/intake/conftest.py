"""Stores of both kinds, with what they keep of destinations."""

import pytest

from gateway.store.store import Store
from tests.store.databases import KINDS, postgresql_schema, with_tables


@pytest.fixture(params=KINDS)
async def address(request, tmp_path):
    """Of an empty database; of each kind in turn."""
    if request.param == "sqlite":
        yield str(with_tables(tmp_path / "gateway.sqlite"))
    else:
        async with postgresql_schema() as url:
            yield url


@pytest.fixture
async def store(address):
    async with Store(address) as opened:
        yield opened.destinations
