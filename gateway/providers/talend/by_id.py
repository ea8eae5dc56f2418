"""Many things by their ids: few are asked for one by one, more are looked for in the vendor's list."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from gateway.domain.errors import (
    GatewayError,
    InvalidInputError,
    MalformedResponseError,
    NotFoundError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from gateway.domain.page import RowFault
from gateway.providers.talend.client import LARGEST_PAGE
from gateway.upstream.offset_walk import Fetch, Rows
from gateway.upstream.settle import Answers, settle

T = TypeVar("T")

FEWEST_FOR_LIST = 3
"""For fewer a call each costs hardly more than a page that may not hold them."""

_OF_THE_QUESTION = (InvalidInputError, MalformedResponseError, NotFoundError)
"""What is wrong with the list need not be wrong with the things in it."""
_PASSING = (UpstreamTimeoutError, UpstreamUnavailableError)
"""Over with the next call, or not."""


async def find_listed(
    ids: Sequence[str], get: Callable[[str], Awaitable[T]], fetch: Fetch[T], identify: Callable[[T], str], absent: GatewayError
) -> "Answers[str, T]":
    """The rows of the list must be whole. At most a call for each id, and one more when the list does not hold them all."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) < FEWEST_FOR_LIST:
        return await settle(wanted, get)
    try:
        first = await fetch(0, LARGEST_PAGE)
    except GatewayError as failure:
        return await after_failure(failure, wanted, get)
    answers: Answers[str, T] = {}
    _add(first, answers, identify)
    if not first.more:  # the whole list: what it lacks does not exist
        return {each: answers.get(each, absent) for each in wanted}
    missing = [each for each in wanted if each not in answers]
    offsets = range(len(first.items), first.total or 0, LARGEST_PAGE)
    if 0 < len(offsets) < len(missing):
        for page in (await settle(offsets, lambda offset: fetch(offset, LARGEST_PAGE))).values():
            # Rows may have moved between the pages, and a page may have failed: what is missing is asked for below.
            if not isinstance(page, GatewayError):
                _add(page, answers, identify)
        missing = [each for each in wanted if each not in answers]
    answers |= await settle(missing, get)
    return {each: answers[each] for each in wanted}


def _add(rows: Rows[T], answers: "Answers[str, T]", identify: Callable[[T], str]) -> None:
    for row in rows.items:
        answers[row.id if isinstance(row, RowFault) else identify(row)] = row.error if isinstance(row, RowFault) else row


async def after_failure(failure: GatewayError, wanted: list[str], get: Callable[[str], Awaitable[T]]) -> "Answers[str, T]":
    """What a failed list leaves to be asked. Whether a passing failure is over is tried with one id, so that a vendor that is
    down is not called for all of them."""
    if isinstance(failure, _OF_THE_QUESTION):
        return await settle(wanted, get)
    if not isinstance(failure, _PASSING):
        return dict.fromkeys(wanted, failure)
    tried = await settle(wanted[:1], get)
    if any(isinstance(answer, _PASSING) for answer in tried.values()):
        return dict.fromkeys(wanted, failure)
    return tried | await settle(wanted[1:], get)
