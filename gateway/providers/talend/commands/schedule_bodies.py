"""What the vendor is sent of a timetable: triggers of run configurations, and those of schedules, which have names."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.schedules import TimesOfDayDefinition, Timetable
from gateway.domain.cron_terms import CronError
from gateway.domain.errors import InvalidInputError, NotSupportedError
from gateway.domain.schedule import ScheduleFrequency
from gateway.providers.talend.commands.pipeline_input import whole_minutes
from gateway.providers.talend.commands.schedule_cron import check_cron

MOST_TRIGGERS = 15
LEAST_GAP_MIN = 5
"""Between two starts by one schedule."""
_NAME = re.compile(r"[A-Za-z0-9_#-]+")
_BY_PERIOD = (ScheduleFrequency.DAILY, ScheduleFrequency.WEEKLY, ScheduleFrequency.MONTHLY)
_KNOWN = (ScheduleFrequency.ONCE, *_BY_PERIOD, ScheduleFrequency.CRON, ScheduleFrequency.MANUAL)

# What a timetable may hold beside its frequency, time zone, name, start date and time limit.
_TAKES: dict[ScheduleFrequency, frozenset[str]] = {
    ScheduleFrequency.ONCE: frozenset({"start_time"}),
    ScheduleFrequency.DAILY: frozenset({"interval", "start_time", "at_times"}),
    ScheduleFrequency.WEEKLY: frozenset({"interval", "start_time", "at_times", "days"}),
    ScheduleFrequency.MONTHLY: frozenset({"interval", "start_time", "at_times", "day_of_month"}),
    ScheduleFrequency.CRON: frozenset({"start_time", "cron_expression"}),
    ScheduleFrequency.MANUAL: frozenset(),
}
_OWN = ("interval", "start_time", "at_times", "days", "day_of_month", "cron_expression")
_SHOWN = {"at_times": "atTimes", "start_time": "startTime", "day_of_month": "dayOfMonth", "cron_expression": "cronExpression"}


def needs_schedule(triggers: Sequence[Timetable], description: str | None) -> bool:
    """Whether this is more than a run configuration can hold: that is one trigger, without a name or a time limit."""
    return (
        len(triggers) > 1
        or description is not None
        or any(each.name is not None or each.timeout_s is not None for each in triggers)
    )


def check_triggers(triggers: Sequence[Timetable], provider: str) -> None:
    """What no timetable of the vendor's can mean."""
    if not 1 <= len(triggers) <= MOST_TRIGGERS:
        message = f"`triggers` must be 1 to {MOST_TRIGGERS}, not {len(triggers)}."
        raise InvalidInputError(message, provider=provider, field="triggers")
    for place, trigger in enumerate(triggers):
        field = f"triggers.{place}"
        if trigger.frequency not in _KNOWN:
            message = f"A timetable of frequency {trigger.frequency.name} can only be made on Talend's own pages. Nothing was done."
            raise NotSupportedError(message, provider=provider, field=f"{field}.frequency")
        _check(trigger, field, provider)


def run_config_trigger(trigger: Timetable, now: datetime) -> JsonObject:
    """Without a start date it begins today, in its own time zone: the vendor wants one, even for MANUAL."""
    return {**_common(trigger), "startDate": trigger.start_date or _today(trigger, now)}


def schedule_triggers(triggers: Sequence[Timetable], now: datetime, provider: str) -> list[JsonObject]:
    """With names, which are made up where none is given, and their own time limits."""
    _check_names(triggers, provider)
    taken = {trigger.name for trigger in triggers}
    free = (name for number in range(1, 2 * MOST_TRIGGERS + 1) if (name := f"trigger-{number}") not in taken)
    return [
        _named(trigger, trigger.name or next(free), now, f"triggers.{place}", provider) for place, trigger in enumerate(triggers)
    ]


def _named(trigger: Timetable, name: str, now: datetime, field: str, provider: str) -> JsonObject:
    body: JsonObject = {"name": name, **_common(trigger)}
    if trigger.start_date is not None or trigger.frequency in _BY_PERIOD:
        body["startDate"] = trigger.start_date or _today(trigger, now)
    if trigger.timeout_s is not None:
        body["timeout"] = whole_minutes(trigger.timeout_s, f"{field}.timeout_s")
    _check_gaps(trigger.at_times, f"{field}.at_times", provider)
    return body


def _common(trigger: Timetable) -> JsonObject:
    body: JsonObject = {"type": trigger.frequency.name, "timeZone": trigger.time_zone}
    if trigger.frequency in _BY_PERIOD:
        body["interval"] = trigger.interval or 1
    if trigger.start_time is not None:
        body["startTime"] = trigger.start_time
    if trigger.at_times is not None:
        body["atTimes"] = _times(trigger.at_times)
    if trigger.days:
        body["atDays"] = {"type": "DAY_OF_WEEK", "days": list(trigger.days)}
    if trigger.day_of_month is not None:
        body["atDays"] = {"type": "DAY_OF_MONTH", "day": trigger.day_of_month}
    if trigger.cron_expression is not None:
        body["cronExpression"] = " ".join(trigger.cron_expression.split())
    return body


def _times(at: TimesOfDayDefinition) -> JsonObject:
    if len(at.times) == 1:
        return {"type": "AT_TIME", "time": at.times[0]}
    if at.times:
        return {"type": "AT_SPECIFIC_TIMES", "times": sorted(set(at.times))}
    return {"type": "AT_INTERVALS", "startTime": at.start_time, "endTime": at.end_time, "interval": at.interval_minutes}


def _check(trigger: Timetable, field: str, provider: str) -> None:
    if trigger.start_date is not None and not _is_date(trigger.start_date):
        raise InvalidInputError("`startDate` is no day that there is.", provider=provider, field=f"{field}.start_date")
    for name in _OWN:
        if getattr(trigger, name) not in (None, ()) and name not in _TAKES[trigger.frequency]:
            message = f"`{_SHOWN.get(name, name)}` means nothing for {trigger.frequency.name}."
            raise InvalidInputError(message, provider=provider, field=f"{field}.{name}")
    if trigger.frequency is ScheduleFrequency.CRON:
        _check_expression(trigger.cron_expression, f"{field}.cron_expression", provider)
    if trigger.frequency is ScheduleFrequency.ONCE:
        for name, shown in (("start_date", "startDate"), ("start_time", "startTime")):
            if getattr(trigger, name) is None:
                raise InvalidInputError(f"`{shown}` is needed for ONCE.", provider=provider, field=f"{field}.{name}")
    if trigger.frequency in _BY_PERIOD and (trigger.start_time is None) == (trigger.at_times is None):
        message = f"{trigger.frequency.name} needs a time of day: either `startTime` or `atTimes`."
        raise InvalidInputError(message, provider=provider, field=f"{field}.at_times")
    if trigger.at_times is not None:
        _check_times(trigger.at_times, f"{field}.at_times", provider)


def _check_expression(text: str | None, field: str, provider: str) -> None:
    if text is None:
        raise InvalidInputError("`cronExpression` is needed for CRON.", provider=provider, field=field)
    try:
        check_cron(text)
    except CronError as error:
        reason = str(error)
    else:
        return
    raise InvalidInputError(f"`cronExpression` {reason}.", provider=provider, field=field)


def _check_times(at: TimesOfDayDefinition, field: str, provider: str) -> None:
    span = (at.start_time, at.end_time, at.interval_minutes)
    if bool(at.times) == (span != (None, None, None)) or (not at.times and None in span):
        message = "`atTimes` takes either `times`, or `startTime`, `endTime` and `intervalMinutes` together."
        raise InvalidInputError(message, provider=provider, field=field)
    if at.start_time is not None and at.end_time is not None and at.start_time > at.end_time:
        raise InvalidInputError("`endTime` must not be before `startTime`.", provider=provider, field=f"{field}.end_time")


def _check_gaps(at: TimesOfDayDefinition | None, field: str, provider: str) -> None:
    if at is None:
        return
    minutes = sorted({int(time[:2]) * 60 + int(time[3:]) for time in at.times})
    if (
        any(later - earlier < LEAST_GAP_MIN for earlier, later in pairwise(minutes))
        or (at.interval_minutes or LEAST_GAP_MIN) < LEAST_GAP_MIN
    ):
        message = f"The starts of a schedule must be at least {LEAST_GAP_MIN} minutes apart."
        raise InvalidInputError(message, provider=provider, field=field)


def _check_names(triggers: Sequence[Timetable], provider: str) -> None:
    met: set[str] = set()
    for place, trigger in enumerate(triggers):
        field = f"triggers.{place}"
        if trigger.frequency is ScheduleFrequency.MANUAL:
            message = "MANUAL stands alone: without other triggers, name, time limit or description."
            raise InvalidInputError(message, provider=provider, field=f"{field}.frequency")
        if trigger.name is None:
            continue
        if not _NAME.fullmatch(trigger.name):
            message = "`name` may hold letters, digits, '-', '#' and '_'."
            raise InvalidInputError(message, provider=provider, field=f"{field}.name")
        if trigger.name in met:
            raise InvalidInputError(f"{trigger.name!r} is given twice.", provider=provider, field=f"{field}.name")
        met.add(trigger.name)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _today(trigger: Timetable, now: datetime) -> str:
    return now.astimezone(ZoneInfo(trigger.time_zone)).date().isoformat()
