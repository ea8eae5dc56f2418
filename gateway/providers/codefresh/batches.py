"""Many keys at once: each is answered alone, and a failure is an answer."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from gateway.domain.errors import (
    GatewayError,
    InvalidInputError,
    MalformedResponseError,
    NotFoundError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

Answers = dict[K, T | GatewayError]

_OF_THE_QUESTION = (InvalidInputError, MalformedResponseError, NotFoundError)
"""One key at fault can spoil a call for many."""
_PASSING = (UpstreamTimeoutError, UpstreamUnavailableError)
"""Over with the next call, or not."""


async def settle(keys: Iterable[K], get: Callable[[K], Awaitable[T]]) -> "Answers[K, T]":
    """`get` of each distinct key, all at once. Failures become values; when the caller is cancelled, so are the calls."""
    answers: Answers[K, T] = {}

    async def run(key: K) -> None:
        try:
            answers[key] = await get(key)
        except GatewayError as error:
            answers[key] = error

    distinct = list(dict.fromkeys(keys))
    if len(distinct) == 1:
        await run(distinct[0])
    elif distinct:
        async with asyncio.TaskGroup() as tasks:
            for key in distinct:
                tasks.create_task(run(key))
    return answers


async def answer_each(keys: Sequence[K], get: Callable[[K], Awaitable[T]]) -> list[T | GatewayError]:
    """One answer per key, in order, a call for each distinct one."""
    answers = await settle(keys, get)
    return [answers[key] for key in keys]


async def settle_after(failure: GatewayError, keys: Sequence[K], get: Callable[[K], Awaitable[T]]) -> "Answers[K, T]":
    """What a failed call for many keys leaves: each is asked alone where that can help. Whether a passing failure is over is
    tried with one key, so that a vendor that is down is not called for all of them."""
    if isinstance(failure, _OF_THE_QUESTION):
        return await settle(keys, get)
    if not isinstance(failure, _PASSING):
        return dict.fromkeys(keys, failure)
    tried = await settle(keys[:1], get)
    if any(isinstance(answer, _PASSING) for answer in tried.values()):
        return dict.fromkeys(keys, failure)
    return tried | await settle(keys[1:], get)


def chunked(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """Stretches of at most `size`."""
    return [items[start : start + size] for start in range(0, len(items), size)]
