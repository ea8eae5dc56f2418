"""Waiting for several providers at once, but not for ever for the last."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from gateway.domain.page import Chunk
from gateway.listing.source import ProviderStream

T = TypeVar("T")
R = TypeVar("R")


async def read_all(streams: Sequence[ProviderStream[T]], patience_s: float, *, others_wait: bool) -> list[Chunk[T] | None]:
    """The next chunk of each stream, in order; None at a stream's end, and where it failed."""
    return await gather_with_patience(streams, ProviderStream.read, patience_s, others_wait=others_wait)


async def gather_with_patience(
    streams: Sequence[ProviderStream[T]],
    read: Callable[[ProviderStream[T]], Awaitable[R | None]],
    patience_s: float,
    *,
    others_wait: bool = False,
) -> list[R | None]:
    """`read` of each stream at once, in order. When one has brought something, or others wait already, the silent ones have
    `patience_s` left; then they are given up, and their upstream calls are cancelled.
    """
    if len(streams) == 1 and not others_wait:
        return [await read(streams[0])]
    tasks = [asyncio.ensure_future(read(stream)) for stream in streams]
    waiting = set(tasks)
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + patience_s if others_wait else None
    try:
        while waiting:
            timeout = None if give_up_at is None else max(0.0, give_up_at - loop.time())
            done, waiting = await asyncio.wait(waiting, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                break
            if give_up_at is None and any(task.exception() is None and task.result() is not None for task in done):
                give_up_at = loop.time() + patience_s
    finally:
        for task in waiting:
            task.cancel()
        if waiting:
            await asyncio.wait(waiting)
    for stream, task in zip(streams, tasks, strict=True):
        if task in waiting:
            stream.give_up(patience_s)
    return [None if task in waiting else task.result() for task in tasks]


async def read_with_patience(stream: ProviderStream[T], patience_s: float | None) -> Chunk[T] | None:
    """The next chunk of one stream, which is given up after `patience_s` because others wait behind it (None: wait)."""
    if patience_s is None:
        return await stream.read()
    try:
        async with asyncio.timeout(patience_s):
            return await stream.read()
    except TimeoutError:
        stream.give_up(patience_s)
        return None
