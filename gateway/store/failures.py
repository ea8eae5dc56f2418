"""Which failures of a database mean that it is out of reach, and not that a statement was wrong."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from gateway.domain.errors import StoreUnavailableError

UNREACHABLE = ("08", "28", "3D", "40", "53", "55", "57", "58", "25P03")
"""PostgreSQL's classes: connection, credential, no such database, rolled back, resources, lock, stopped, system; and a
transaction that stood still for too long."""

FAULTS_OF_OURS = {
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_MISUSE,
    sqlite3.SQLITE_RANGE,
    sqlite3.SQLITE_TOOBIG,
}
"""SQLite's codes for statements and values; the others are about the file: busy, full, damaged, not to be opened ..."""


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Failures of the database itself become StoreUnavailableError; faults in a statement or its values pass through."""
    try:
        yield
    except Exception as error:
        if is_unreachable(error):
            raise StoreUnavailableError("The gateway's store did not answer.", retry_after_s=1) from error
        raise


def is_unreachable(error: Exception) -> bool:
    cause = error
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        cause = error.orig if isinstance(error.orig, Exception) else error
    if isinstance(cause, sqlite3.DatabaseError):
        return getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF not in FAULTS_OF_OURS
    # While connecting, errors come as the driver and the system raise them.
    state = getattr(cause, "sqlstate", None)
    return isinstance(cause, PoolTimeoutError | OSError) or (isinstance(state, str) and state.startswith(UNREACHABLE))
