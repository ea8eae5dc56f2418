"""The store: one database, and behind it the ports that `gateway.domain` declares."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.store.address import StoreAddress
from gateway.store.database import connect
from gateway.store.destinations.destinations import SqlDestinations
from gateway.store.ledger.ledger import SqlLedger
from gateway.store.migrator import migrate
from gateway.store.mutations.mutations import SqlMutations


def utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """A store at a file path, `sqlite:///path` or `postgresql://...`, which several processes may share.

    Making one touches no database. `ledger`, `mutations` and `destinations` work between `open` and `close`, or inside
    `async with`; before and after, recording is a StoreUnavailableError. ValueError when the address cannot be meant.
    """

    def __init__(self, address: str | Path, *, now: Callable[[], datetime] = utc_now) -> None:
        self.address = StoreAddress.parse(address)
        self._database = connect(self.address)
        self.ledger = SqlLedger(self._database, now)
        self.mutations = SqlMutations(self._database, now)
        self.destinations = SqlDestinations(self._database, now)

    async def open(self) -> None:
        """Brings the tables up to date, waiting while another process does. StoreUnavailableError when it cannot be done."""
        await self._database.open()
        try:
            await migrate(self._database)
        except BaseException:
            await self._database.close()
            raise
        self.ledger.open()
        self.mutations.open()
        self.destinations.open()

    async def close(self) -> None:
        """Lets what was accepted be committed, then lets go of the database."""
        self.destinations.close()
        self.mutations.close()
        await self.ledger.close()
        await self._database.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()
