"""Keys as a provider wrote them have a fixed number of parts. Any other number means a damaged id."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.keys import Key
from gateway.upstream.settle import answer_checked

K = TypeVar("K", bound=Key)
T = TypeVar("T")


def parts_of(key: Key, count: int) -> tuple[str, ...]:
    """The parts, if they are as many as the provider writes; else InvalidInputError."""
    if len(key.parts) != count:
        raise not_ours(key)
    return key.parts


def not_ours(key: Key) -> InvalidInputError:
    """For a key that its provider cannot have written."""
    message = f"`id` is not an id of this gateway: no {key.typename} of {key.provider} ever had it."
    return InvalidInputError(message, provider=key.provider, field="id")


async def answer_ours(
    keys: Sequence[K], count: int, get: Callable[[list[K]], Awaitable[Sequence[T | GatewayError]]]
) -> list[T | GatewayError]:
    """One answer per key, in order: what `get` says of those with `count` parts, and InvalidInputError for the others."""

    def check(key: K) -> None:
        parts_of(key, count)

    return await answer_checked(keys, check, get)
