"""What a failed call for many keys leaves to be asked."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import TypeVar

from gateway.domain.errors import (
    GatewayError,
    InvalidInputError,
    MalformedResponseError,
    NotFoundError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from gateway.upstream.settle import Answers, settle

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

_OF_THE_QUESTION = (InvalidInputError, MalformedResponseError, NotFoundError)
"""One key at fault can spoil a call for many."""
_PASSING = (UpstreamTimeoutError, UpstreamUnavailableError)
"""Over with the next call, or not."""


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
