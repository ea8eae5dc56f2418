"""A data loader whose callers cannot harm one another."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import TypeVar

from strawberry.dataloader import DataLoader

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class SharedLoader(DataLoader[K, T]):
    """Gives each caller a shielded future: a cancelled field never cancels what others wait for (see docs/adr/0004).

    The price is that nobody's cancellation ends the work, so `cancel` must be called when the request ends.
    """

    def __init__(self, load_fn: Callable[[list[K]], Awaitable[Sequence[T | BaseException]]]) -> None:
        super().__init__(load_fn)
        self._pending: set[asyncio.Future[T]] = set()

    def load(self, key: K) -> Awaitable[T]:
        future = asyncio.ensure_future(super().load(key))
        if future.done():
            return future
        if future not in self._pending:
            self._pending.add(future)
            future.add_done_callback(self._settled)
        return asyncio.shield(future)

    def _settled(self, future: "asyncio.Future[T]") -> None:
        self._pending.discard(future)
        if not future.cancelled():
            future.exception()  # read, so that a failure nobody waits for any more is not reported as lost

    def cancel(self) -> None:
        """Ends what is still under way; upstream calls are cancelled with it."""
        for future in tuple(self._pending):
            future.cancel()
