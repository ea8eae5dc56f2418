"""A database that cannot be reached is told as such, and nothing is acknowledged."""

import asyncio
import socket
import sqlite3

import pytest

from gateway.domain.errors import StoreUnavailableError
from gateway.domain.ledger import LedgerQuery
from gateway.store import Store, sqlite
from tests.store.databases import SERVER, execute
from tests.store.reports import report

pytestmark = pytest.mark.anyio
needs_server = pytest.mark.skipif(SERVER is None, reason="DATABASE_URL names no PostgreSQL")


async def refused(address):
    with pytest.raises(StoreUnavailableError) as failed:
        await Store(address).open()
    assert failed.value.retryable
    assert "secret" not in str(failed.value)


async def test_a_server_that_is_not_there():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        await refused(f"postgresql://gateway:secret@127.0.0.1:{closed.getsockname()[1]}/ci")


@needs_server
async def test_a_database_that_is_not_there():
    await refused(f"{SERVER.rpartition('/')[0]}/no_such_database")


async def test_a_path_that_is_a_folder(tmp_path):
    await refused(tmp_path)


async def test_a_path_below_a_file(tmp_path):
    (tmp_path / "file").write_text("")

    await refused(tmp_path / "file" / "gateway.sqlite")


async def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "gateway.sqlite").write_bytes(b"This is a letter to my aunt. " * 100)

    await refused(tmp_path / "gateway.sqlite")


async def test_a_file_that_somebody_else_keeps_locked(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_S", 0.1)
    async with Store(tmp_path / "gateway.sqlite") as store:
        await store.ledger.record("homegrown", report("before"), b"", forward=False)
        other = sqlite3.connect(tmp_path / "gateway.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreUnavailableError):
            await store.ledger.record("homegrown", report("during"), b"", forward=False)
        runs = await store.ledger.newest_runs("homegrown", LedgerQuery(), None, None, 10)
        assert [run.reference_id for run in runs] == ["before"]

        other.execute("ROLLBACK")
        other.close()
        await store.ledger.record("homegrown", report("after"), b"", forward=False)
        assert [bool(run) for run in await store.ledger.get_runs("homegrown", ["before", "during", "after"])] == [True, False, True]


@needs_server
@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
async def test_connections_that_the_server_ends(address):
    """As when it restarts: at most what is under way fails, and what follows works."""
    name = f"test-{id(address)}"
    async with Store(f"{address}&application_name={name}") as store:
        await store.ledger.record("homegrown", report("before"), b"", forward=False)
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
        await execute(f"{ended}'{name}'")

        outcomes = await asyncio.gather(
            *(store.ledger.record("homegrown", report(f"run-{number}"), b"", forward=False) for number in range(5)),
            return_exceptions=True,
        )
        assert all(isinstance(each, StoreUnavailableError) for each in outcomes if isinstance(each, Exception))
        await store.ledger.record("homegrown", report("after"), b"", forward=False)
        assert all(await store.ledger.get_runs("homegrown", ["before", "after"]))


async def test_a_store_that_could_not_be_opened_can_be_later(tmp_path):
    (tmp_path / "folder").write_text("in the way")
    store = Store(tmp_path / "folder" / "gateway.sqlite")
    with pytest.raises(StoreUnavailableError):
        await store.open()
    with pytest.raises(StoreUnavailableError):
        await store.ledger.get_runs("homegrown", ["run-1"])

    (tmp_path / "folder").unlink()
    async with store:
        await store.ledger.record("homegrown", report(), b"", forward=False)
        assert await store.ledger.count_pipelines("homegrown") == 1
