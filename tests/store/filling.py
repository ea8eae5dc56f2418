"""Very many runs at once, written past the ledger: what a store looks like after years."""

import sqlite3
from datetime import UTC, datetime

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex

from gateway.store.address import StoreAddress
from gateway.store.ledger.tables import pipelines, runs

PROVIDER = "homegrown"
PIPELINES, REPOSITORIES, PEOPLE, ROBOTS = 500, 200, 400, 3
FIRST_US = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp() * 1e6)
SPAN_US = 5 * 365 * 86_400 * 1_000_000
COLUMNS = [column.name for column in runs.c]
RANKS = [2] * 88 + [4] * 8 + [3] * 3 + [0]


def row(number, count):
    """Run `number` of `count`, in the order of COLUMNS. Times are spread evenly; every tenth of a percent still runs."""
    start = FIRST_US + SPAN_US * number // count
    running = number % 1000 == 999
    pipeline = (number * 7919) % PIPELINES
    person = f"Person{(number * 31) % PEOPLE}@example.org"
    robot = f"robot-{number % ROBOTS}" if number % 5 == 0 else None
    branch = "main" if number % 5 < 3 else f"feature/{number // 40}"
    return (
        PROVIDER,
        f"run-{(number * 2_654_435_761) % 2**32:010}-{number}",
        "Jenkins" if pipeline % 2 else "Tekton",
        f"pipeline-{pipeline:03}",
        start,
        None if running else start + 300_000_000,
        1 if running else RANKS[number % 100],
        f"acme/service-{pipeline % REPOSITORIES:03}",
        f"{number // 3:040x}",
        number // 25 if number % 4 == 0 else None,
        branch,
        f"https://ci.example.org/{number}",
        None if robot else person,
        robot,
        None,
        f"acme/service-{pipeline % REPOSITORIES:03}",
        None if robot else person.casefold(),
        robot,
        None,
        2,
        "[]",
    )


def pipeline_rows():
    return [(PROVIDER, "Jenkins" if n % 2 else "Tekton", f"pipeline-{n:03}", f"pipeline-{n:03}") for n in range(PIPELINES)]


async def fill(address, count):
    """Into the tables of an opened, empty store. Indexes are made afterwards, which takes a fraction of the time."""
    parsed = StoreAddress.parse(address)
    if parsed.file is not None:
        _fill_file(parsed.file, count)
    else:
        await _fill_server(parsed, count)


def _fill_file(file, count):
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA cache_size = -400000")
    for index in runs.indexes:
        connection.execute(f"DROP INDEX {index.name}")
    marks = ", ".join("?" * len(COLUMNS))
    connection.executemany(f"INSERT INTO ledger_runs VALUES ({marks})", (row(n, count) for n in range(count)))  # noqa: S608
    connection.executemany("INSERT INTO ledger_pipelines VALUES (?, ?, ?, ?)", pipeline_rows())
    for index in runs.indexes:
        connection.execute(str(CreateIndex(index).compile(dialect=sqlite.dialect())))
    connection.commit()
    connection.close()


async def _fill_server(address, count):
    url = make_url(address.url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url, server_settings=address.server_settings)
    for index in runs.indexes:
        await connection.execute(f"DROP INDEX {index.name}")
    records = (row(number, count) for number in range(count))
    await connection.copy_records_to_table("ledger_runs", records=records, columns=COLUMNS)
    await connection.copy_records_to_table("ledger_pipelines", records=pipeline_rows(), columns=[c.name for c in pipelines.c])
    for index in runs.indexes:
        await connection.execute(str(CreateIndex(index).compile(dialect=postgresql.dialect())))
    await connection.execute("ANALYZE ledger_runs; ANALYZE ledger_pipelines")
    await connection.close()
