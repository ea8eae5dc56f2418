"""Cursors: the sort key of the last item, a digest of what was asked, and who has left the walk.

Nothing of a vendor's paging is in them that correctness depends on, so the same cursor gives the same page twice, at the
same time, and on another replica.
"""

import base64
import binascii
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeVar

import msgspec

from gateway.domain.errors import InvalidInputError
from gateway.domain.page import Mark

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DIGEST_CHARACTERS = 10
EARLIEST, LATEST = -62_135_596_800_000_000, 253_402_300_799_999_999
Micros = Annotated[int, msgspec.Meta(ge=EARLIEST, le=LATEST)]
"""Microseconds since 1970, of the years 1 to 9999 that a datetime can show."""


def micros(moment: datetime) -> int:
    """Microseconds since 1970, exact."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(microseconds: int) -> datetime:
    """The inverse of `micros`."""
    return EPOCH + timedelta(microseconds=microseconds)


class Absence(msgspec.Struct, frozen=True, array_like=True):
    """A provider that has left the walk: `since` is the time (microseconds) before which its items are missing, None for all."""

    provider: str
    code: str
    since: Micros | None


class RunCursor(msgspec.Struct, frozen=True, array_like=True, tag="r"):
    """After the runs of `provider` at this time (microseconds) whose ids are not greater than `id`, or are in `seen`.

    `seen` is used when more runs of the same provider and time may follow on a vendor's page not yet read: their ids may be
    smaller than those already given.
    """

    digest: str
    time: Micros
    provider: str
    id: str
    seen: tuple[str, ...] = ()
    absent: tuple[Absence, ...] = ()


class ListCursor(msgspec.Struct, frozen=True, array_like=True, tag="l"):
    """After the item at `mark` of `provider`, in the providers' own orders."""

    digest: str
    provider: str
    mark: Mark
    absent: tuple[Absence, ...] = ()


class SortedCursor(msgspec.Struct, frozen=True, array_like=True, tag="s"):
    """After the item with this sort value, in an order the client asked for."""

    digest: str
    value: str | Annotated[int, msgspec.Meta(gt=-(2**62), lt=2**62)] | None
    provider: str
    id: str
    absent: tuple[Absence, ...] = ()


AttemptId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]


class AuditCursor(msgspec.Struct, frozen=True, array_like=True, tag="a"):
    """After the attempt with this time (microseconds) and id, newest first."""

    digest: str
    time: Micros
    id: AttemptId


DestinationId = Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z_-]{1,64}$")]


class DestinationCursor(msgspec.Struct, frozen=True, array_like=True, tag="d"):
    """After the destination with this time of creation (microseconds) and id, newest first."""

    digest: str
    time: Micros
    id: DestinationId


class DeliveryCursor(msgspec.Struct, frozen=True, array_like=True, tag="v"):
    """After the delivery with this id, newest first."""

    digest: str
    id: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


Cursor = RunCursor | ListCursor | SortedCursor | AuditCursor | DestinationCursor | DeliveryCursor
C = TypeVar("C", RunCursor, ListCursor, SortedCursor, AuditCursor, DestinationCursor, DeliveryCursor)
_decoder = msgspec.json.Decoder(Cursor)


def digest_of(*asked: object) -> str:
    """A short fingerprint of filter and order, so that a cursor is refused where it does not belong."""
    text = msgspec.json.encode(asked, order="deterministic")
    return hashlib.blake2s(text).hexdigest()[:DIGEST_CHARACTERS]


def encode_cursor(cursor: msgspec.Struct) -> str:
    """URL-safe text without padding."""
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).rstrip(b"=").decode()


def decode_cursor(text: str | None, kind: type[C], digest: str, field: str = "after") -> C | None:
    """Strict: damaged text, another list's cursor and one made for another filter are all the caller's error."""
    if text is None:
        return None
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        cursor = _decoder.decode(base64.b64decode(padded, b"-_", validate=True))
    except (UnicodeEncodeError, binascii.Error, msgspec.MsgspecError, ValueError):
        raise InvalidInputError(
            f"`{field}` is not a cursor of this gateway. Pass a `cursor` or `endCursor` exactly as it was given.",
            field=field,
        ) from None
    if type(cursor) is not kind:
        raise InvalidInputError(f"`{field}` is a cursor of another list.", field=field)
    if cursor.digest != digest:
        raise InvalidInputError(f"`{field}` was made for another filter or order. Keep both unchanged while you page.", field=field)
    return cursor
