"""Times as DX takes them: seconds since 1970 as a number or its text, or ISO 8601."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from gateway.domain.cursor import EPOCH

MILLISECONDS_FROM = 100_000_000_000
"""A number from here on is taken for milliseconds, which no sender may send: as seconds it would be the year 5138."""
# Later times have no place in a cursor (2**53 microseconds), earlier ones neither.
LATEST = datetime(2255, 1, 1, tzinfo=UTC)

_SECONDS = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)?", re.ASCII)


def parse_time(value: object) -> datetime:
    """Aware, UTC, to the microsecond. ValueError, with the end of a sentence, for what is no time."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("needs a time zone")
        return _within(value.astimezone(UTC))
    text = _text(value)
    if _SECONDS.fullmatch(text):
        return _from_seconds(Decimal(text))
    if _ISO.fullmatch(text):
        return _from_iso(text)
    raise ValueError("must be a time: seconds since 1970, or ISO 8601")


def to_seconds(moment: datetime) -> str:
    """For `sync`: whole seconds, as text. Fractions are cut off: no source says that the vendor takes them."""
    return str((moment - EPOCH) // timedelta(seconds=1))


def to_iso(moment: datetime) -> str:
    """For `upsert`: to the second as well, ending in Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(value: object) -> str:
    """A number as its digits, whatever its size; empty for what is neither number nor text."""
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""


def _from_seconds(seconds: Decimal) -> datetime:
    if seconds >= MILLISECONDS_FROM:
        raise ValueError("must be in seconds, not milliseconds")
    return _within(EPOCH + timedelta(microseconds=int(seconds * 1_000_000)))


def _from_iso(text: str) -> datetime:
    """A zone that is left out means UTC."""
    # ASSUMED: a time without zone is UTC at the vendor too; disproved by an instance that shows another hour.
    try:
        moment = datetime.fromisoformat(text.upper().replace(",", "."))
        return _within((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC))
    except OverflowError:
        raise ValueError("is a time that does not exist") from None
    except ValueError as error:
        raise ValueError(str(error) if str(error).startswith("must ") else "is a time that does not exist") from None


def _within(moment: datetime) -> datetime:
    if not EPOCH <= moment < LATEST:
        raise ValueError(f"must lie between {EPOCH.year} and {LATEST.year}")
    return moment
