"""When a schedule will start what it is for, as the vendor works it out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from gateway.domain.page import RowFault
from gateway.domain.schedule import Schedule, ScheduledRun, ScheduleFrequency
from gateway.providers.talend.client import LARGEST_PAGE, TalendClient
from gateway.providers.talend.keys import SCHEDULE, schedule_ids
from gateway.providers.talend.mapping import in_utc

T = TypeVar("T")

WINDOW = timedelta(days=60)
"""The longest stretch of time that one call may name."""
FURTHEST = timedelta(days=366)

_NOT_BY_THE_CLOCK = frozenset({ScheduleFrequency.MANUAL, ScheduleFrequency.WEBHOOK})


class NextRuns:
    """Now is the vendor's now. Without an end it looks ahead one window; never further than a year."""

    def __init__(self, client: TalendClient) -> None:
        self._client = client

    async def of(self, schedule: Schedule, first: int, until: datetime | None) -> tuple[ScheduledRun, ...]:
        """Soonest first. None, without a call, for a schedule that starts nothing by the clock, or is not in use."""
        if schedule.pipeline is None or all(trigger.frequency in _NOT_BY_THE_CLOCK for trigger in schedule.triggers):
            return ()
        begin = self._client.calls.clock.now()
        end = begin + WINDOW if until is None else min(until, begin + FURTHEST)
        found: list[ScheduledRun] = []
        while begin < end and len(found) < first:
            to = min(end, begin + WINDOW)
            limit = min(first - len(found), LARGEST_PAGE)
            rows = sorted(await self._read(schedule, begin, to, limit), key=lambda run: run.at)
            found += rows
            # A full page may have more behind it in the same window.
            begin = min(rows[-1].at, to) + timedelta(milliseconds=1) if len(rows) >= limit else to
        return tuple(found[:first])

    async def _read(self, schedule: Schedule, begin: datetime, end: datetime, limit: int) -> Sequence[ScheduledRun]:
        place = schedule_ids(schedule.key)
        if place is None:
            return ()
        word, schedule_id = place
        if word == SCHEDULE:
            events = await self._client.list_events(schedule_id, _ms(begin), _ms(end), limit)
            read = [_readable(row) for row in events.rows]
            return [ScheduledRun(at=in_utc(event.datetime), trigger=event.source_trigger_name) for event in read]
        starts = await self._client.list_starts(word, schedule_id, _ms(begin), _ms(end), limit)
        return [ScheduledRun(at=in_utc(_readable(row))) for row in starts.rows]


def _readable(row: T | RowFault) -> T:
    """A start that cannot be read would be one that is silently missing."""
    if isinstance(row, RowFault):
        raise row.error
    return row


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
