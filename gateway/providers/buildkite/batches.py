"""Many keys at once: each is answered alone, and a failure is an answer."""

from collections.abc import AsyncIterator, Callable, Coroutine, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from gateway.domain.errors import GatewayError, NotFoundError
from gateway.domain.keys import Key
from gateway.upstream.settle import Answers, settle

K = TypeVar("K", bound=Hashable)
G = TypeVar("G", bound=Hashable)
N = TypeVar("N", bound=Key)
T = TypeVar("T")

FEWEST_FOR_LIST = 3
"""Below this a call per key is at least as cheap as a list that may not hold them."""


def grouped(keys: Iterable[K], group_of: Callable[[K], G]) -> tuple[dict[G, list[K]], "Answers[K, T]"]:
    """Distinct keys by group; those whose group cannot be told (GatewayError) are answered with that."""
    groups: dict[G, list[K]] = {}
    refused: Answers[K, T] = {}
    for key in dict.fromkeys(keys):
        try:
            groups.setdefault(group_of(key), []).append(key)
        except GatewayError as error:
            refused[key] = error
    return groups, refused


async def by_group(
    keys: Sequence[K], group_of: Callable[[K], G], ask: Callable[[G, list[K]], Coroutine[object, object, "Answers[K, T]"]]
) -> list[T | GatewayError]:
    """One answer per key, in order; groups are asked at once, and one that fails, fails alone."""
    groups, answers = grouped(keys, group_of)  # type: tuple[dict[G, list[K]], Answers[K, T]]
    asked = await settle(groups, lambda group: ask(group, groups[group]))
    for group, members in groups.items():
        found = asked[group]
        answers.update(dict.fromkeys(members, found) if isinstance(found, GatewayError) else found)
    return [answers[key] for key in keys]


async def from_list_or_each(
    keys: Sequence[N],
    pages: AsyncIterator[Mapping[Key, T | GatewayError]],
    get: Callable[[N], Coroutine[object, object, T]],
) -> "Answers[N, T]":
    """A list answers many keys in one call, when it happens to hold them.

    Another page is read only while the one before answered at least two keys, so at worst this costs one call more than
    there are keys: when the first page holds none of them. Keys that no page answered are asked for one by one.
    """
    left = dict.fromkeys(keys)
    answers: Answers[N, T] = {}
    gain = FEWEST_FOR_LIST
    while len(left) >= FEWEST_FOR_LIST and gain >= 2:
        page = await anext(pages, None)
        if page is None:
            break
        hits = {key: page[key] for key in left if key in page}
        answers |= hits
        gain = len(hits)
        for key in hits:
            del left[key]
    return answers | await settle(left, get)


def not_found(key: Key, what: str) -> NotFoundError:
    return NotFoundError(f"{key.provider} has no such {what}, or does not show it.", provider=key.provider)


def replaced(key: Key, what: str, place: str) -> NotFoundError:
    """Another thing stands where the key's once stood."""
    return NotFoundError(f"That {what} is gone: another one has its {place} now.", provider=key.provider)
