"""Group commit: whatever waits while one transaction runs goes into the next one, so that many share the cost of a commit."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from gateway.domain.errors import StoreUnavailableError

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """`commit` writes several items in one transaction and answers each; it raises when none of them was written.

    Nobody waits on purpose: an item alone is committed at once.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        *,
        most_at_once: int = 256,
        most_waiting: int = 10_000,
    ) -> None:
        self._commit = commit
        self._most_at_once = most_at_once
        self._most_waiting = most_waiting
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._arrived = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._closing = False

    def open(self) -> None:
        self._closing = False
        self._writer = asyncio.create_task(self._write(), name="group commit")

    async def close(self) -> None:
        """Commits what waits, and accepts nothing more."""
        self._closing = True
        self._arrived.set()
        if self._writer is not None:
            await self._writer
            self._writer = None

    async def submit(self, item: Item) -> Result:
        """Returns when the item is committed. Once taken, an item is committed even if nobody waits for it any more."""
        if self._writer is None or self._closing:
            raise StoreUnavailableError("The gateway's store is closed.")
        if len(self._waiting) >= self._most_waiting:
            raise StoreUnavailableError("Too much waits to be stored.", retry_after_s=1)
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        self._arrived.set()
        return await done

    async def _write(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                count = min(len(self._waiting), self._most_at_once)
                group = [entry for entry in (self._waiting.popleft() for _ in range(count)) if not entry[1].done()]
                if group:
                    await self._commit_group(group)
            if self._closing:
                return

    async def _commit_group(self, group: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._commit([item for item, _ in group])
        except StoreUnavailableError as error:
            for _, done in group:
                _fail(done, error)
        except Exception as error:
            if len(group) == 1:
                _fail(group[0][1], error)
                return
            for entry in group:  # one of them is at fault: alone, it harms no other
                await self._commit_group([entry])
        else:
            for (_, done), result in zip(group, results, strict=True):
                if not done.done():
                    done.set_result(result)


def _fail(done: asyncio.Future[Result], error: Exception) -> None:
    if done.done():
        return
    if isinstance(error, StoreUnavailableError):  # one for each who is told: whoever raises one writes its path into it
        own = StoreUnavailableError(error.message, retry_after_s=error.retry_after_s)
        own.__cause__ = error
        done.set_exception(own)
    else:
        done.set_exception(error)
