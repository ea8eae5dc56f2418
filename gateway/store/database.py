"""The database as the store's parts see it: they hand in functions of a connection, and it runs them."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from gateway.store.address import StoreAddress
from gateway.store.dialects import Dialect
from gateway.store.postgresql import PostgresqlDatabase
from gateway.store.sqlite import SqliteDatabase

T = TypeVar("T")

Work = Callable[[Connection], T]


class Database(Protocol):
    """Statements are SQLAlchemy's, synchronous in form; nothing blocks the event loop.

    What `work` raises comes out, except that failures of the database itself are StoreUnavailableError. A caller who is
    cancelled while it runs may find it done.
    """

    dialect: Dialect

    async def open(self) -> None:
        """Finds out whether the database can be used. StoreUnavailableError if not."""
        ...

    async def close(self) -> None: ...

    async def read(self, work: Work[T]) -> T:
        """Each statement sees what is committed when it begins."""
        ...

    async def write(self, work: Work[T]) -> T:
        """One transaction, committed when `work` has returned and before this does, rolled back when it raises.

        On SQLite it is the only one that writes, from its first statement on.
        """
        ...


def connect(address: StoreAddress) -> Database:
    """Touches nothing yet."""
    return PostgresqlDatabase(address) if address.file is None else SqliteDatabase(address.file)
