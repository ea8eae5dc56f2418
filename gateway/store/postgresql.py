"""PostgreSQL as a store: what several replicas of the gateway share."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from gateway.store.address import StoreAddress
from gateway.store.dialects import Dialect, PostgresqlDialect
from gateway.store.failures import told_as_unavailable

T = TypeVar("T")

READERS = 4
WRITERS = 6  # one for notifications, one for the outbox, the others for mutations
CONNECT_S = 5.0
ANSWER_S = 15.0

SESSION = {
    "application_name": "cicd-gateway",
    # A gateway that stops in the middle of a transaction must not hold the others up for good.
    "idle_in_transaction_session_timeout": "15s",
    "jit": "off",  # compiling takes longer than any of our statements
}


class PostgresqlDatabase:
    """Connections that read, and connections that write: a crowd of readers never keeps a notification waiting."""

    dialect: Dialect = PostgresqlDialect()

    def __init__(self, address: StoreAddress) -> None:
        arguments = {"timeout": CONNECT_S, "command_timeout": ANSWER_S, **address.driver_arguments}
        arguments["server_settings"] = SESSION | address.server_settings
        # What was sent is nobody's business in a log.
        common = {"connect_args": arguments, "hide_parameters": True, "pool_pre_ping": True, "pool_timeout": 10, "max_overflow": 0}
        self._readers = create_async_engine(address.url, pool_size=READERS, isolation_level="AUTOCOMMIT", **common)
        self._writers = create_async_engine(address.url, pool_size=WRITERS, **common)

    async def open(self) -> None:
        await self.read(lambda connection: connection.exec_driver_sql("SELECT 1"))

    async def close(self) -> None:
        await self._readers.dispose()
        await self._writers.dispose()

    async def read(self, work: Callable[[Connection], T]) -> T:
        with told_as_unavailable():
            async with self._readers.connect() as connection:
                return await connection.run_sync(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        with told_as_unavailable():
            async with self._writers.begin() as connection:
                return await connection.run_sync(work)
