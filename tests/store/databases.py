"""The databases that tests of the store run on: a SQLite file, and a schema of its own in the PostgreSQL that DATABASE_URL names."""

import asyncio
import functools
import os
import shutil
import tempfile
import threading
import uuid
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from gateway.store import Store

SERVER = os.environ.get("DATABASE_URL") or None
KINDS = ("sqlite", "postgresql") if SERVER else ("sqlite",)


def described():
    """Which databases this run uses."""
    return "store: SQLite and PostgreSQL (DATABASE_URL)" if SERVER else "store: SQLite only, DATABASE_URL names no PostgreSQL"


@functools.cache
def _made() -> Path:
    path = Path(tempfile.mkdtemp(prefix="cicd-gateway-test-")) / "tables.sqlite"

    async def make() -> None:
        async with Store(path):
            pass

    thread = threading.Thread(target=lambda: asyncio.run(make()))  # the caller's own loop is running
    thread.start()
    thread.join()
    return path


def with_tables(path: Path | str) -> Path | str:
    """Puts a SQLite store without a row there, whose tables were made once: to make them takes longer than most tests."""
    shutil.copy(_made(), path)
    return path


@asynccontextmanager
async def postgresql_schema():
    """The address of an empty schema, dropped afterwards. It need not survive a power cut, which makes tests faster."""
    name = f"test_{uuid.uuid4().hex}"
    await execute(f"CREATE SCHEMA {name}")
    try:
        yield f"{SERVER}{'&' if '?' in SERVER else '?'}options=-csearch_path%3D{name}%20-csynchronous_commit%3Doff"
    finally:
        await execute(f"DROP SCHEMA {name} CASCADE")


async def execute(statement):
    engine = create_async_engine(make_url(SERVER).set(drivername="postgresql+asyncpg"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
