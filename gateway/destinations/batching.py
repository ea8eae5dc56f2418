"""Several records in one call: how many, and in which form."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import msgspec

from gateway.domain.commands.command import JsonObject
from gateway.domain.destination import Batching
from gateway.domain.errors import InvalidInputError

T = TypeVar("T")

MOST_RECORDS = 10_000
"""In one batch: it is held in memory while it is sent."""
LONGEST_FLUSH_S = 3600.0
MOST_OTHERS_BYTES = 16 * 1024
"""Of the other properties, as JSON: they go with every call."""


def check_batching(batching: Batching, field: str, transforms: Sequence[str]) -> None:
    """InvalidInputError below `field` for a size out of bounds, two forms at once, a property without a name, or one that the
    others have too, others that are too large, and for a transform that is not among those registered.
    """
    if not 1 <= batching.size <= MOST_RECORDS:
        raise InvalidInputError(f"`{field}.size` must be 1 to {MOST_RECORDS}.", field=f"{field}.size")
    if not 0 < batching.flush_interval_s <= LONGEST_FLUSH_S:
        raise InvalidInputError(
            f"`{field}.flushIntervalSeconds` must be more than 0, and at most {LONGEST_FLUSH_S:.0f}.",
            field=f"{field}.flush_interval_s",
        )
    if batching.property is not None and batching.transform is not None:
        raise InvalidInputError(f"`{field}` takes one of `property` and `transform`.", field=f"{field}.transform")
    if batching.property is not None:
        _check_property(batching.property.name, batching.property.others or {}, f"{field}.property")
    if batching.transform is not None and batching.transform not in transforms:
        known = ", ".join(transforms) or "none"
        message = f"`{field}.transform`: no transform is registered as {batching.transform!r}. Registered: {known}."
        raise InvalidInputError(message, field=f"{field}.transform")


def _check_property(name: str, others: JsonObject, field: str) -> None:
    if not name.strip():
        raise InvalidInputError(f"`{field}.name` must not be blank: the records stand under it.", field=f"{field}.name")
    if name in others:
        raise InvalidInputError(f"`{field}.others` must not have {name!r}: the records stand there.", field=f"{field}.others")
    if (size := len(msgspec.json.encode(others))) > MOST_OTHERS_BYTES:
        message = f"`{field}.others` takes at most {MOST_OTHERS_BYTES} bytes of JSON, not {size}."
        raise InvalidInputError(message, field=f"{field}.others")


def batches(records: Iterable[T], size: int) -> Iterator[list[T]]:
    """In order, each of `size` but the last, which may be smaller. No records, no batch."""
    source = iter(records)
    while batch := list(islice(source, size)):
        yield batch


def grouped(records: list[JsonObject], batching: Batching | None) -> JsonObject | list[JsonObject]:
    """What is sent, but for transforms. Without batching a single record as it is; with it, it is grouped like many."""
    if batching is None:
        (record,) = records
        return record
    if batching.property is not None:
        return {**(batching.property.others or {}), batching.property.name: records}
    return records
