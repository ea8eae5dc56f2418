"""Tables come into being, once, and are those that the code means."""

import asyncio
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from gateway.domain.errors import StoreUnavailableError
from gateway.store import Store
from gateway.store.columns import metadata
from tests.store.reports import report

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
OPEN = """
import asyncio, sys
from gateway.store import Store

async def main():
    async with Store(sys.argv[1]) as store:
        print(await store.ledger.count_pipelines("homegrown"))

asyncio.run(main())
"""


async def run(store, work):
    return await store.ledger._repair._database.write(work)


async def test_migrated_tables_are_those_of_the_code(store):
    differences = await run(store, lambda connection: compare_metadata(MigrationContext.configure(connection), metadata))

    assert differences == []


async def test_indexes_lie_in_the_order_they_are_read(store):
    """Which the comparison above does not look at."""

    def newest_first(connection):
        kinds = {
            "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'ledger_runs'",
            "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'ledger_runs' AND schemaname = current_schema",
        }
        return dict(connection.execute(text(kinds[connection.dialect.name])).all())

    definitions = await run(store, newest_first)

    expected = {index.name: len(index.columns) for index in next(iter([metadata.tables["ledger_runs"]])).indexes}
    assert len(expected) == 10
    for name in expected:
        assert "started_us DESC, reference_id" in definitions[name], definitions[name]
        partial = name.removeprefix("ix_ledger_runs_") not in {"newest", "pipeline", "status"}
        assert ("IS NOT NULL" in definitions[name]) == partial, definitions[name]


async def test_opening_again_keeps_what_is_there(address):
    for _ in range(2):
        async with Store(address) as store:
            await store.ledger.record("homegrown", report(), b"", forward=False)

    async with Store(address) as store:
        [run] = await store.ledger.get_runs("homegrown", ["run-1"])
        assert run.notifications == 2


async def test_processes_that_start_together_make_the_tables_once(address):
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", OPEN, address, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(3)
    ]

    outputs = [await process.communicate() for process in processes]

    assert [(out.strip(), process.returncode) for (out, _), process in zip(outputs, processes, strict=True)] == [(b"0", 0)] * 3, (
        outputs
    )


async def test_tables_of_a_newer_version_are_left_alone(address):
    async with Store(address) as store:
        await run(store, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))

    with pytest.raises(StoreUnavailableError, match="newer version"):
        await Store(address).open()


async def test_a_failed_migration_leaves_nothing_behind(address, monkeypatch):
    from sqlalchemy import Connection

    execute = Connection.execute

    def failing(self, statement, *args, **kwargs):
        if "ledger_outbox" in str(statement):
            raise RuntimeError("in the middle")
        return execute(self, statement, *args, **kwargs)

    monkeypatch.setattr(Connection, "execute", failing)
    with pytest.raises(RuntimeError, match="in the middle"):
        await Store(address).open()
    monkeypatch.undo()

    async with Store(address) as store:
        tables = await run(store, lambda connection: set(inspect(connection).get_table_names()))
    assert tables == {*metadata.tables, "alembic_version"}
