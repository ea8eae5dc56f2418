"""Stores of both kinds."""

import pytest

from gateway.store import Store
from tests.store.databases import KINDS, described, postgresql_schema, with_tables

_told = pytest.StashKey[bool]()


def pytest_report_header(config):
    config.stash[_told] = True
    return described()


def pytest_terminal_summary(terminalreporter, config):
    """In a run of everything this file is read too late for the header."""
    if not config.stash.get(_told, False):
        terminalreporter.write_line(described())


@pytest.fixture(params=KINDS)
async def address(request, tmp_path):
    """Of an empty database; of each kind in turn."""
    if request.param == "sqlite":
        yield str(tmp_path / "gateway.sqlite")
    else:
        async with postgresql_schema() as url:
            yield url


@pytest.fixture
async def store(address):
    if "://" not in address:
        with_tables(address)
    async with Store(address) as opened:
        yield opened


@pytest.fixture
def ledger(store):
    return store.ledger
