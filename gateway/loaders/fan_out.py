"""Keys of several providers: one group each, all at once, and a failing group fails alone."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from gateway.domain.containment import contained
from gateway.domain.errors import GatewayError, InvalidInputError, NotSupportedError
from gateway.domain.keys import Key
from gateway.domain.provider import Provider

K = TypeVar("K")
T = TypeVar("T")
Getter = Callable[[Sequence[K]], Awaitable[Sequence[T | GatewayError]]]


async def fan_out(
    keys: Sequence[K],
    provider_of: Callable[[K], str],
    providers: Mapping[str, Provider],
    getter_of: Callable[[Provider], Getter[K, T] | None],
    what: str,
) -> list[T | GatewayError]:
    """One answer per key, in order. Whatever fails, a bug of ours included, fails its own provider's keys alone."""
    places: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(provider_of(key), []).append(place)
    answers: dict[int, T | GatewayError] = {}

    async def ask(name: str, group: list[int]) -> None:
        found = await _ask_one(name, [keys[place] for place in group], providers, getter_of, what)
        answers.update(zip(group, found, strict=True))

    if len(places) == 1:
        ((name, group),) = places.items()
        await ask(name, group)
    else:
        async with asyncio.TaskGroup() as tasks:
            for name, group in places.items():
                tasks.create_task(ask(name, group))
    return [answers[place] for place in range(len(keys))]


async def _ask_one(
    name: str,
    keys: list[K],
    providers: Mapping[str, Provider],
    getter_of: Callable[[Provider], Getter[K, T] | None],
    what: str,
) -> Sequence[T | GatewayError]:
    provider = providers.get(name)
    if provider is None:
        return [unknown_provider(name, providers)] * len(keys)
    try:
        getter = getter_of(provider)
        if getter is None:
            return [NotSupportedError(f"{name} has no {what}.", provider=name)] * len(keys)
        return await getter(keys)
    except Exception as error:  # the other providers' answers are good
        return [contained(error, name)] * len(keys)


def unknown_provider(name: str, providers: Mapping[str, Provider], field: str = "provider") -> InvalidInputError:
    """Names what is configured, so that the caller can correct a typing error."""
    known = ", ".join(providers) or "none"
    return InvalidInputError(f"`{field}`: no provider is named {name!r}. Configured: {known}.", field=field)


def provider_of_key(key: Key) -> str:
    """The provider a key belongs to."""
    return key.provider
