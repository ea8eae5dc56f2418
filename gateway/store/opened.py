"""The store as long as the server runs: a database that is down at start is tried again and again, and delays nobody else."""

import asyncio
import contextlib
import logging

from gateway.domain.errors import StoreUnavailableError
from gateway.store.store import Store

log = logging.getLogger(__name__)
FIRST_WAIT_S = 1.0
RETRY_S = 2.0


class OpenedStore:
    """Opens the store, at once if it can. Until then whatever needs it fails with StoreUnavailableError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_open = False
        self._tried = asyncio.Event()
        self._opening: asyncio.Task[None] | None = None

    async def open(self, wait_s: float | None = None) -> None:
        """Returns when the first try is over, or after `wait_s`, a second unless told: then it goes on in the background."""
        self._opening = asyncio.create_task(self._keep_trying())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_WAIT_S if wait_s is None else wait_s):
                await self._tried.wait()

    async def close(self) -> None:
        """Lets what was accepted be committed."""
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        if self._is_open:
            await self._store.close()

    async def _keep_trying(self) -> None:
        failed = False
        while not self._is_open:
            try:
                await self._store.open()
            except StoreUnavailableError as error:
                if not failed:
                    log.warning("the store at %s cannot be opened: %s It is tried again.", self._store.address, error.message)
            except Exception:  # whatever it is, an operator may mend it while the server runs
                log.exception("the store at %s cannot be opened. It is tried again.", self._store.address)
            else:
                self._is_open = True
                break
            finally:
                self._tried.set()
            failed = True
            await asyncio.sleep(RETRY_S)
        if failed:
            log.warning("the store at %s is open now", self._store.address)
