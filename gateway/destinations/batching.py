"""Several records in one call: how many, and in which form."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

import msgspec

from gateway.domain.commands.command import JsonObject
from gateway.domain.errors import InvalidInputError

T = TypeVar("T")

MOST_RECORDS = 10_000
"""In one batch: it is held in memory while it is sent."""


class PlainArray(msgspec.Struct, frozen=True, tag=True):
    """The body is the array of the records."""


class PropertyInObject(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The body is an object with the array of the records under `name`, behind the `others`."""

    name: str
    others: JsonObject = {}


Grouping = PlainArray | PropertyInObject


def check_grouping(grouping: Grouping, field: str) -> None:
    """InvalidInputError below `field` for a property without a name, or one that the others have too."""
    if not isinstance(grouping, PropertyInObject):
        return
    if not grouping.name.strip():
        raise InvalidInputError(f"`{field}.name` must not be blank: the records stand under it.", field=f"{field}.name")
    if grouping.name in grouping.others:
        raise InvalidInputError(
            f"`{field}.others` must not have {grouping.name!r}: the records stand there.", field=f"{field}.others"
        )


def check_size(size: int, field: str) -> None:
    if not 1 <= size <= MOST_RECORDS:
        raise InvalidInputError(f"`{field}` must be 1 to {MOST_RECORDS}.", field=field)


def batches(records: Iterable[T], size: int) -> Iterator[list[T]]:
    """In order, each of `size` but the last, which may be smaller. No records, no batch."""
    source = iter(records)
    while batch := list(islice(source, size)):
        yield batch


def body_of(batch: list[JsonObject], grouping: Grouping | None) -> Any:
    """What is sent. Without a grouping a batch is a single record; with one, a single record is grouped like many."""
    if grouping is None:
        (record,) = batch
        return record
    if isinstance(grouping, PropertyInObject):
        return {**grouping.others, grouping.name: batch}
    return batch
