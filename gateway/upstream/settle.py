"""Many keys at once: each is answered alone, and a failure is an answer."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from gateway.domain.errors import GatewayError

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

Answers = dict[K, T | GatewayError]


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


async def answer_checked(
    keys: Sequence[K], check: Callable[[K], None], get: Callable[[list[K]], Awaitable[Sequence[T | GatewayError]]]
) -> list[T | GatewayError]:
    """One answer per key, in order: what `get` says of the keys that pass `check`, which raises for the others."""
    refused: dict[K, GatewayError] = {}
    for key in dict.fromkeys(keys):
        try:
            check(key)
        except GatewayError as error:
            refused[key] = error
    passed = [key for key in keys if key not in refused]
    found = iter(await get(passed) if passed else ())
    return [refused[key] if key in refused else next(found) for key in keys]


async def answer_each(keys: Sequence[K], get: Callable[[K], Awaitable[T]]) -> list[T | GatewayError]:
    """One answer per key, in order, a call for each distinct one."""
    answers = await settle(keys, get)
    return [answers[key] for key in keys]
