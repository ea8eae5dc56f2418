"""What filters have in common: whom to ask, ids of the right type, and lists that can match something."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar, cast

import strawberry

from gateway.context import RequestContext
from gateway.domain.errors import InvalidInputError
from gateway.domain.global_id import decode_id
from gateway.domain.keys import Key
from gateway.domain.provider import Provider
from gateway.loaders.fan_out import unknown_provider
from schema.types.enums import ProviderKind

K = TypeVar("K", bound=Key)
T = TypeVar("T")
MOST_VALUES = 500
"""Of one list in a filter: what a database or an address takes at once."""
_COMMIT = re.compile(r"[0-9a-fA-F]{40}([0-9a-fA-F]{24})?")


def not_empty(values: Sequence[T] | None, field: str) -> tuple[T, ...] | None:
    """None means any. An empty list would match nothing, which nobody means."""
    if values is None:
        return None
    if not values:
        raise InvalidInputError(f"`{field}` is empty and would match nothing. Leave it out to match everything.", field=field)
    if len(values) > MOST_VALUES:
        raise InvalidInputError(f"`{field}` takes at most {MOST_VALUES} values, not {len(values)}.", field=field)
    return tuple(values)


def keys_of(ids: Sequence[strawberry.ID] | None, key_type: type[K], field: str) -> tuple[K, ...] | None:
    """Global ids as keys, each of the type asked for."""
    given = not_empty(ids, field)
    if given is None:
        return None
    keys = tuple(decode_id(each, field) for each in given)
    for key in keys:
        if type(key) is not key_type:
            raise InvalidInputError(f"`{field}` takes ids of type {key_type.typename}, not of {key.typename}.", field=field)
    return cast(tuple[K, ...], keys)


def full_commits(commits: Sequence[str] | None, field: str) -> tuple[str, ...] | None:
    """Vendors compare whole SHAs in lower case: any other would silently find nothing."""
    given = not_empty(commits, field)
    if given is None:
        return None
    for commit in given:
        if not _COMMIT.fullmatch(commit):
            raise InvalidInputError(
                f"`{field}` takes full commit SHAs of 40 or 64 hexadecimal characters, not {commit!r}.", field=field
            )
    return tuple(commit.lower() for commit in given)


def texts(values: Sequence[str] | None, field: str) -> tuple[str, ...] | None:
    """A list of texts to match, none of them blank."""
    given = not_empty(values, field)
    if given is not None and not all(text.strip() for text in given):
        raise InvalidInputError(f"`{field}` holds a blank text, which would match nothing.", field=field)
    return given


def check_span(start: datetime | None, end: datetime | None, first: str = "createdFrom", last: str = "createdTo") -> None:
    """An empty span of time is a mistake. `first` and `last` are the names of its bounds."""
    if start is not None and end is not None and start >= end:
        raise InvalidInputError(f"`{first}` must be before `{last}`.", field=first)


def check_text(text: str | None, field: str) -> str | None:
    """A text filter that is not blank."""
    if text is not None and not text.strip():
        raise InvalidInputError(f"`{field}` is blank. Leave it out to match everything.", field=field)
    return text


def chosen_providers(
    context: RequestContext,
    names: Sequence[str] | None,
    kinds: Sequence[ProviderKind] | None,
    scopes: Mapping[str, tuple[Key, ...] | None],
) -> list[Provider]:
    """Providers in configuration order that the filter leaves. `scopes`: field -> keys, which narrow to their providers."""
    for name in not_empty(names, "providers") or ():
        if name not in context.providers:
            raise unknown_provider(name, context.providers, "providers")
    not_empty(kinds, "kinds")
    for field, keys in scopes.items():
        for key in keys or ():
            if key.provider not in context.providers:
                raise unknown_provider(key.provider, context.providers, field)
    chosen = [
        provider
        for provider in context.providers.values()
        if (names is None or provider.name in names)
        and (kinds is None or provider.kind in kinds)
        and all(keys is None or any(key.provider == provider.name for key in keys) for keys in scopes.values())
    ]
    if not chosen and context.providers:
        raise InvalidInputError(
            "The filter leaves no provider: `providers`, `kinds` and the ids in it exclude one another.", field="filter"
        )
    return chosen


def of_provider(keys: tuple[K, ...] | None, provider: Provider) -> tuple[K, ...] | None:
    """The keys that are this provider's."""
    return None if keys is None else tuple(key for key in keys if key.provider == provider.name)
