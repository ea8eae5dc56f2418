"""The times at which a trigger is due, day by day in its own time zone."""

import heapq
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import bad_request, conflict
from gateway.providers.talend.simulator.timing.cron import Cron, parse_cron
from gateway.providers.talend.simulator.timing.triggers import local_time

MAX_TRIGGERS = 15
LEAST_GAP = timedelta(minutes=5)
# The vendor looks five years ahead. Here it is as far as these, whichever comes first, to keep a write quick.
_CHECKED_DAYS = 400
_CHECKED_EVENTS = 20_000

_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_NEVER = frozenset({"MANUAL", "WEBHOOK", "MULTIPLE"})


def occurrences(trigger: Document, start: datetime, end: datetime) -> Iterator[datetime]:
    """Ascending, aware UTC, `start` and `end` included. Nothing for triggers that know no time."""
    if trigger["type"] in _NEVER:
        return
    # ASSUMED: without a time zone UTC is meant, without a start date any day; disproved by the events of such a trigger.
    zone = ZoneInfo(trigger.get("timeZone", "UTC"))
    begins = date.fromisoformat(trigger["startDate"]) if "startDate" in trigger else date.min
    day = max(begins, start.astimezone(zone).date())
    last = end.astimezone(zone).date()
    cron = parse_cron(trigger["cronExpression"]) if trigger["type"] == "CRON" else None
    times = _times(trigger, cron)
    while day <= last:
        if cron.matches_day(day) if cron is not None else _matches(trigger, begins, day):
            # Sorted, because a clock change can turn two local times around.
            moments = sorted({datetime.combine(day, at, zone).astimezone(UTC) for at in times})
            yield from (moment for moment in moments if start <= moment <= end)
        day += timedelta(days=1)


def merged(triggers: Iterable[Document], start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
    """(time, name of the trigger) of a schedule's triggers."""

    def named(trigger: Document) -> Iterator[tuple[datetime, str]]:
        return ((moment, trigger["name"]) for moment in occurrences(trigger, start, end))

    return heapq.merge(*(named(trigger) for trigger in triggers))


def check_together(triggers: list[Document], now: datetime) -> None:
    """400 for too many triggers, 409 for equal names and for events less than five minutes apart."""
    if len(triggers) > MAX_TRIGGERS:
        raise bad_request(f"A schedule holds at most {MAX_TRIGGERS} triggers")
    names = [trigger["name"] for trigger in triggers]
    if len(set(names)) < len(names):
        raise conflict("A trigger with this name exists in the schedule")
    events = islice(merged(triggers, now, now + timedelta(days=_CHECKED_DAYS)), _CHECKED_EVENTS)
    for (earlier, first), (later, second) in pairwise(events):
        if later - earlier < LEAST_GAP:
            raise conflict(f"Triggers {first} and {second} are less than five minutes apart")


def _times(trigger: Document, cron: Cron | None) -> list[time]:
    if cron is not None:
        return [time(hour, minute) for hour in cron.hours for minute in cron.minutes]
    at_times = trigger.get("atTimes")
    if at_times is None:
        # ASSUMED: without any time midnight is meant; disproved by the events of such a trigger.
        return [local_time(trigger.get("startTime", "00:00"))]
    if at_times["type"] == "AT_TIME":
        return [local_time(at_times["time"])]
    if at_times["type"] == "AT_SPECIFIC_TIMES":
        return sorted({local_time(text) for text in at_times["times"]})
    first, last = (_minutes(local_time(at_times[name])) for name in ("startTime", "endTime"))
    return [time(minute // 60, minute % 60) for minute in range(first, last + 1, at_times["interval"])]


def _matches(trigger: Document, begins: date, day: date) -> bool:
    kind, interval = trigger["type"], trigger.get("interval", 1)
    if kind == "ONCE":
        return day == begins
    if kind == "DAILY":
        return bool((day - begins).days % interval == 0)
    at_days = trigger.get("atDays")
    if kind == "WEEKLY":
        # ASSUMED: weeks begin on Monday and are counted from the one of the start date; disproved by real events.
        weeks = (_monday(day) - _monday(begins)).days // 7
        wanted = at_days["days"] if at_days is not None and "days" in at_days else [_WEEKDAYS[begins.weekday()]]
        return weeks % interval == 0 and _WEEKDAYS[day.weekday()] in wanted
    months = (day.year - begins.year) * 12 + day.month - begins.month
    if months % interval != 0:
        return False
    if at_days is not None and "days" in at_days:
        return _WEEKDAYS[day.weekday()] in at_days["days"]
    # ASSUMED: a month without the day is left out; disproved by an event on its last day.
    return bool(day.day == (at_days["day"] if at_days is not None else begins.day))


def _monday(day: date) -> date:
    return date.fromordinal(max(1, day.toordinal() - day.weekday()))


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
