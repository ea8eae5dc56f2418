"""Many things by their ids: few are asked for one by one, more are looked for in the vendor's list."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
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

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

FEWEST_FOR_LIST = 3
"""For fewer a call each costs hardly more than a page that may not hold them."""

_OF_THE_QUESTION = (InvalidInputError, MalformedResponseError, NotFoundError)
"""What is wrong with the list need not be wrong with the things in it."""
_PASSING = (UpstreamTimeoutError, UpstreamUnavailableError)
"""Over with the next call, or not."""


async def find_listed(
    ids: Sequence[str],
    get: Callable[[str], Awaitable[T]],
    fetch: Fetch[T],
    identify: Callable[[T], str],
    absent: GatewayError,
    fewest: int = FEWEST_FOR_LIST,
) -> "Answers[str, T]":
    """The rows of the list must be all that is wanted of things. What the whole list lacks does not exist.

    At most a call for each id and one more, when the first page holds none of them; at most twice as many as ids when the list
    changes between its pages, or one of them cannot be had.
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) < fewest:
        return await settle(wanted, get)
    try:
        first = await fetch(0, LARGEST_PAGE)
    except GatewayError as failure:
        return await after_failure(failure, wanted, get)
    answers: Answers[str, T] = {}
    _add(first, answers, identify)
    pages: list[Rows[T] | GatewayError] = [first]
    size = len(first.items) or LARGEST_PAGE
    offsets = range(size, first.total or 0, size) if first.more else range(0)
    if 0 < len(offsets) < len(set(wanted) - answers.keys()):
        pages += (await settle(offsets, lambda offset: fetch(offset, LARGEST_PAGE))).values()
        for page in pages[1:]:
            if not isinstance(page, GatewayError):
                _add(page, answers, identify)
    missing = [each for each in wanted if each not in answers]
    failed = next((page for page in pages if isinstance(page, GatewayError)), None)
    if failed is not None:
        answers |= await after_failure(failed, missing, get)
    elif _is_whole(pages, answers):
        answers |= dict.fromkeys(missing, absent)
    else:  # rows have moved between the pages, or these are not all
        answers |= await settle(missing, get)
    return {each: answers[each] for each in wanted}


def _add(rows: Rows[T], answers: "Answers[str, T]", identify: Callable[[T], str]) -> None:
    for row in rows.items:
        answers[row.id if isinstance(row, RowFault) else identify(row)] = row.error if isinstance(row, RowFault) else row


def _is_whole(pages: Sequence[Rows[T] | GatewayError], rows: Collection[str]) -> bool:
    """Whether these are all pages of the list, with these rows, and it was the same one all the time."""
    read = [page for page in pages if not isinstance(page, GatewayError)]
    if len(read) == 1:
        return not read[0].more
    return {page.total for page in read} == {len(rows)}


async def after_failure(failure: GatewayError, wanted: Sequence[K], get: Callable[[K], Awaitable[T]]) -> "Answers[K, T]":
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
