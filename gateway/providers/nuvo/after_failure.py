"""What a list that failed leaves to be asked for one by one."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from gateway.domain.errors import GatewayError, UpstreamTimeoutError, UpstreamUnavailableError
from gateway.upstream.settle import Answers, settle

T = TypeVar("T")

_PASSING = (UpstreamTimeoutError, UpstreamUnavailableError)
"""Over with the next call, or not."""


async def after_failure(
    failure: GatewayError,
    wanted: Sequence[str],
    get: Callable[[str], Awaitable[T]],
    *,
    of_the_list: tuple[type[GatewayError], ...] = (),
) -> "Answers[str, T]":
    """Whether a passing failure is over is tried with one, so that a vendor that is down is not called for all of them. Any
    other is everybody's, unless it is one `of_the_list`: those say nothing of what is in it."""
    if isinstance(failure, of_the_list):
        return await settle(wanted, get)
    if not isinstance(failure, _PASSING):
        return dict.fromkeys(wanted, failure)
    tried = await settle(wanted[:1], get)
    if any(isinstance(answer, _PASSING) for answer in tried.values()):
        return dict.fromkeys(wanted, failure) | tried
    return tried | await settle(wanted[1:], get)
