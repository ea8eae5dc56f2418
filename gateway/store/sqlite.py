"""SQLite as a store: one file beside the gateway, nothing to install."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event

from gateway.domain.errors import StoreUnavailableError
from gateway.store.dialects import Dialect, SqliteDialect
from gateway.store.failures import told_as_unavailable

T = TypeVar("T")

READERS = 4

BUSY_S = 10.0
"""How long a writer waits for the writers of other processes."""

PRAGMAS = (
    "PRAGMA synchronous = FULL",  # what was acknowledged survives a power cut too, at one fsync per commit
    "PRAGMA cache_size = -32768",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA wal_autocheckpoint = 4000",  # pages: what was written lately is mostly written again soon
    "PRAGMA journal_size_limit = 67108864",
)


class SqliteDatabase:
    """Threads of its own: a transaction is one trip to a thread, not one for each call of the driver."""

    dialect: Dialect = SqliteDialect()

    def __init__(self, file: Path) -> None:
        self._file = file
        self._readers = _engine(file, READERS, isolation_level="AUTOCOMMIT", pool_reset_on_return=None)
        self._writer = _engine(file, 1)
        event.listen(self._writer, "connect", _leave_transactions_to_us)
        event.listen(self._writer, "begin", _begin_as_writer)
        self._reading: Executor | None = None
        self._writing: Executor | None = None

    async def open(self) -> None:
        """Makes the file, and folders above it, if there is none."""
        self._reading = ThreadPoolExecutor(READERS, "store-reader")
        self._writing = ThreadPoolExecutor(1, "store-writer")
        try:
            await self._run(self._writing, self._create)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        for executor, engine in ((self._reading, self._readers), (self._writing, self._writer)):
            if executor is not None:
                await asyncio.to_thread(executor.shutdown)
            engine.dispose()
        self._reading = self._writing = None

    async def read(self, work: Callable[[Connection], T]) -> T:
        def reading() -> T:
            with self._readers.connect() as connection:
                return work(connection)

        return await self._run(self._reading, reading)

    async def write(self, work: Callable[[Connection], T]) -> T:
        def writing() -> T:
            with self._writer.begin() as connection:
                return work(connection)

        return await self._run(self._writing, writing)

    @staticmethod
    async def _run(executor: Executor | None, work: Callable[[], T]) -> T:
        if executor is None:
            raise StoreUnavailableError("The gateway's store is closed.")
        with told_as_unavailable():
            return await asyncio.get_running_loop().run_in_executor(executor, work)

    def _create(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._file, timeout=BUSY_S)
        try:
            connection.execute("PRAGMA journal_mode = WAL")  # stays: readers never wait for writers
        finally:
            connection.close()


def _engine(file: Path, connections: int, **options: Any) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"timeout": BUSY_S, "check_same_thread": False},
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,  # what was sent is nobody's business in a log
        **options,
    )
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in PRAGMAS:
        connection.execute(pragma).close()


def _leave_transactions_to_us(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # or the driver begins transactions when it sees fit


def _begin_as_writer(connection: Connection) -> None:
    # A transaction that reads first and writes later cannot become a writer once another one has written.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
