"""How many response webhooks were sent and lost, on the way to where that is kept."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from gateway.domain.errors import StoreUnavailableError
from gateway.domain.keys import DestinationKey

log = logging.getLogger(__name__)

Note = Callable[[DestinationKey, int, int], Awaitable[None]]
"""(destination, sent, lost): `DestinationStore.note_webhooks`."""


class Counts:
    """While one `note` is under way, what else there is to count is added up. A store that is away is tried again in `again_s`."""

    def __init__(self, note: Note, again_s: float) -> None:
        self._note = note
        self._again_s = again_s
        self._open: dict[DestinationKey, tuple[int, int]] = {}
        self._some = asyncio.Event()
        self._away = False

    def add(self, key: DestinationKey, *, sent: int = 0, lost: int = 0) -> None:
        before = self._open.get(key, (0, 0))
        self._open[key] = (before[0] + sent, before[1] + lost)
        self._some.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._some.wait()
            self._some.clear()
            if not await self._note_all():
                await asyncio.sleep(self._again_s)

    async def finish(self, limit_s: float) -> None:
        """One last time. What cannot be noted then is in the log only."""
        try:
            async with asyncio.timeout(limit_s):
                await self._note_all()
        except TimeoutError:
            pass
        if self._open:
            sent, lost = (sum(each) for each in zip(*self._open.values(), strict=True))
            log.warning("not counted: %d response webhooks sent, %d lost", sent, lost)

    async def _note_all(self) -> bool:
        """False when the store was away."""
        while self._open:
            key = next(iter(self._open))
            sent, lost = self._open.pop(key)
            try:
                await self._note(key, sent, lost)
            except StoreUnavailableError as error:
                self.add(key, sent=sent, lost=lost)
                if not self._away:
                    self._away = True
                    log.warning("response webhooks are counted later: %s", error.message)
                return False
            except asyncio.CancelledError:
                self.add(key, sent=sent, lost=lost)
                raise
            except Exception:  # counts that trip a bug must not end the sending
                log.exception("%d response webhooks sent and %d lost of %s are not counted", sent, lost, key.provider)
            else:
                self._away = False
        return True
