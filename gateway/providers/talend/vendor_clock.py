"""What time it is at the vendor, by the `Date` of its answers: lists of runs are asked for by absolute times."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from gateway.providers.talend.mapping import in_utc

EARLIEST, LATEST = datetime(1971, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""A clock that tells another time is none, and before or after it there may be no time to ask for."""


def _this_machine() -> datetime:
    return datetime.now(UTC)


class VendorClock:
    """Goes by this machine until the vendor has answered once, and by the vendor from then on."""

    def __init__(self, local: Callable[[], datetime] = _this_machine, elapsed_s: Callable[[], float] = time.monotonic) -> None:
        self._local = local
        self._elapsed_s = elapsed_s
        self._told: tuple[datetime, float] | None = None

    @property
    def known(self) -> bool:
        """Whether the vendor has told."""
        return self._told is not None

    def now(self) -> datetime:
        """In UTC, up to a second slow: that is how exact the vendor tells it."""
        if self._told is None:
            return self._local()
        date, at_s = self._told
        return date + timedelta(seconds=self._elapsed_s() - at_s)

    def observe(self, headers: Mapping[str, str]) -> None:
        """Takes the time of an answer that has just come."""
        told = headers.get("date")
        if told is None:
            return
        try:
            date = parsedate_to_datetime(told)
        except ValueError:
            return
        # Without a zone it is UTC: HTTP knows no other.
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else in_utc(date)
        if EARLIEST <= date <= LATEST:
            self._told = (date, self._elapsed_s())
