"""Stops work that nobody waits for any more."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from starlette.types import Receive

WATCH_AFTER_S = 0.05  # most requests are over by then and never pay for the watching task


class DisconnectWatch:
    """Cancels the task inside the block when the client goes away, if `may_cancel()` then says so.

    The block must not read the request's body. `disconnected` tells the cancellation apart from others; whoever
    catches it must call `asyncio.current_task().uncancel()`.
    """

    def __init__(self, receive: Receive, may_cancel: Callable[[], bool]) -> None:
        self._receive = receive
        self._may_cancel = may_cancel
        self._timer: asyncio.TimerHandle | None = None
        self._watcher: asyncio.Task[None] | None = None
        self.disconnected = False

    async def __aenter__(self) -> Self:
        task = asyncio.current_task()
        if task is not None:
            self._timer = asyncio.get_running_loop().call_later(WATCH_AFTER_S, self._start, task)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()

    def _start(self, task: asyncio.Task[object]) -> None:
        self._watcher = asyncio.get_running_loop().create_task(self._watch(task))

    async def _watch(self, task: asyncio.Task[object]) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._may_cancel():
            self.disconnected = True
            task.cancel()
