"""How long a vendor asks us to wait."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from gateway.domain.provider import RateLimit

MOST_DIGITS = 9
"""Of a number of seconds: thirty years are no answer."""


def retry_after_s(headers: Mapping[str, str], limits: Iterable[RateLimit], now: datetime) -> float | None:
    """Seconds from Retry-After (a number, or a date read against the answer's own Date), else to the reset of the spent
    windows; None when the vendor tells neither."""
    asked = headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdecimal():
        return float(asked) if len(asked) <= MOST_DIGITS else None
    if until := _http_date(asked):
        return max(0.0, (until - (_http_date(headers.get("date", "")) or now)).total_seconds())
    waits = [(limit.resets_at - now).total_seconds() for limit in limits if limit.remaining <= 0]
    return max(0.0, *waits) if waits else None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
