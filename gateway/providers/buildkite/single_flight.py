"""A value that is read once for all who want it at the same time, and kept for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class KeptValue(Generic[T]):
    """`get` reads anew when the kept value is older than `keep_s`. Failures are not kept.

    A reader who is cancelled does not disturb the others; when the last one is, the reading ends with it.
    """

    def __init__(self, read: Callable[[], Awaitable[T]], keep_s: float) -> None:
        self._read = read
        self._keep_s = keep_s
        self._kept: tuple[float, T] | None = None
        self._task: asyncio.Task[T] | None = None
        self._waiting = 0

    async def get(self) -> T:
        if self._kept is not None and time.monotonic() - self._kept[0] < self._keep_s:
            return self._kept[1]
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())
        task = self._task
        self._waiting += 1
        try:
            return await asyncio.shield(task)
        finally:
            self._waiting -= 1
            if self._waiting == 0 and not task.done():
                task.cancel()
                self._task = None

    async def _run(self) -> T:
        try:
            value = await self._read()
        finally:
            if self._task is asyncio.current_task():
                self._task = None
        self._kept = (time.monotonic(), value)
        return value
