"""One read for all who want the same thing at the same time, within one request."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from gateway.domain.budget import request_budget

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class SharedCalls(Generic[K, T]):
    """Nothing is kept beyond the read. Requests share nothing: each has its own deadline and call budget.

    A reader who is cancelled does not disturb the others; when the last one is, the read ends with it.
    """

    def __init__(self, read: Callable[[K], Awaitable[T]]) -> None:
        self._read = read
        self._under_way: dict[tuple[int, K], tuple[asyncio.Future[T], list[None]]] = {}

    async def get(self, key: K) -> T:
        place = (id(request_budget.get()), key)
        if place not in self._under_way:
            self._under_way[place] = (asyncio.ensure_future(self._read(key)), [])
        future, readers = self._under_way[place]
        readers.append(None)
        try:
            return await asyncio.shield(future)
        finally:
            readers.pop()
            if not readers:
                self._under_way.pop(place, None)
                future.cancel()
