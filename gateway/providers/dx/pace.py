"""How fast an instance is called, and when not at all."""

import asyncio
import random
from collections.abc import Callable

import msgspec


class PaceOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Waits in seconds. They double from the first one on with each failure in a row, up to the longest."""

    per_second: float
    first_wait_s: float = 1.0
    longest_wait_s: float = 300.0
    misconfigured_wait_s: float = 60.0


class Pace:
    """One per instance and process. Calls are spread evenly; failures of the instance stop all of them for a while."""

    def __init__(self, options: PaceOptions, random_share: Callable[[], float] = random.random) -> None:
        self._options = options
        self._random_share = random_share
        self._next_at = 0.0
        self._resumes_at = 0.0
        self._failures = 0

    @property
    def careful(self) -> bool:
        """The last call failed: the next one is a trial, and should be alone."""
        return self._failures > 0

    @property
    def stopped(self) -> bool:
        return self._now() < self._resumes_at

    async def turn(self) -> bool:
        """Waits for the next call's turn. False: it will not come, because calls have been stopped meanwhile."""
        turn_at = max(self._now(), self._next_at)
        self._next_at = turn_at + 1 / self._options.per_second
        await asyncio.sleep(max(0.0, turn_at - self._now()))
        return not self.stopped

    async def resume(self) -> None:
        """Returns when calls may be made again."""
        while (left := self._resumes_at - self._now()) > 0:  # noqa: ASYNC110  it is a time, not an event
            await asyncio.sleep(left)

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self, asked_s: float | None) -> float:
        """Stops calls for as long as the instance asked, or else as failures in a row suggest; gives the seconds.

        Calls that were under way together count as one failure.
        """
        if not self.stopped:
            self._failures += 1
        wait_s = self.wait_s(self._failures - 1) if asked_s is None else max(asked_s, self.wait_s(0))
        return self._stop(wait_s)

    def misconfigured(self) -> float:
        """Stops calls until the operator may have mended it; gives the seconds."""
        if not self.stopped:
            self._failures += 1
        return self._stop(self._options.misconfigured_wait_s)

    def wait_s(self, failed_before: int) -> float:
        """What to wait after that many failures, less up to half by chance: so that not all come back at the same moment."""
        longest_s = self._options.longest_wait_s
        grown_s = self._options.first_wait_s * 2.0 ** min(failed_before, 30)
        return min(grown_s, longest_s) * (1 - self._random_share() / 2)

    def _stop(self, wait_s: float) -> float:
        self._resumes_at = max(self._resumes_at, self._now() + wait_s)
        return wait_s

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
