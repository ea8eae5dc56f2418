"""The store as long as the server runs: a database that is down at start is tried again and again, and delays nobody else."""

import asyncio
import contextlib
import logging

from gateway.domain.errors import StoreUnavailableError
from gateway.store.store import Store

log = logging.getLogger(__name__)
RETRY_S = 2.0


class OpenedStore:
    """Opens the store, at once if it can. Until then whatever needs it fails with StoreUnavailableError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_open = False
        self._trying: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Returns when the store is open, or when the first try has failed and others follow in the background."""
        try:
            await self._store.open()
        except StoreUnavailableError as error:
            log.warning("the store at %s cannot be opened: %s It is tried again.", self._store.address, error.message)
            self._trying = asyncio.create_task(self._keep_trying())
        else:
            self._is_open = True

    async def close(self) -> None:
        """Lets what was accepted be committed."""
        if self._trying is not None:
            self._trying.cancel()
            await asyncio.gather(self._trying, return_exceptions=True)
        if self._is_open:
            await self._store.close()

    async def _keep_trying(self) -> None:
        while not self._is_open:
            await asyncio.sleep(RETRY_S)
            with contextlib.suppress(StoreUnavailableError):
                await self._store.open()
                self._is_open = True
        log.warning("the store at %s is open now", self._store.address)
