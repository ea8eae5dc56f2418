"""Triggers as request bodies, and what makes one acceptable."""

import re
from datetime import date, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import bad_request
from gateway.providers.talend.simulator.exchange import Body
from gateway.providers.talend.simulator.timing.cron import CronError, parse_cron
from gateway.providers.talend.simulator.words import ScheduleTriggerType, TriggerType, Weekday

Positive = Annotated[int, msgspec.Meta(ge=1)]
_NAME = re.compile(r"[A-Za-z0-9_#-]+")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_TIMES_OF = {"AT_TIME": ("time",), "AT_SPECIFIC_TIMES": ("times",), "AT_INTERVALS": ("start_time", "end_time", "interval")}


class TimeSchedule(Body, frozen=True):
    type: Literal["AT_TIME", "AT_SPECIFIC_TIMES", "AT_INTERVALS"]
    times: list[str] | None = None
    time: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    interval: Positive | None = None  # minutes


class DaySchedule(Body, frozen=True):
    type: Literal["DAY_OF_WEEK", "DAY_OF_MONTH"]
    day: Annotated[int, msgspec.Meta(ge=1, le=31)] | None = None
    days: list[Weekday] | None = None


class Webhook(Body, frozen=True):
    name: str
    description: str | None = None
    trigger_calls: int | None = None
    trigger_timeout: int | None = None
    run_as_user: str | None = None
    new_url: bool | None = None
    url: str | None = None
    execution_timeout: int | None = None
    run_as_user_type: Literal["HUMAN", "SERVICE"] | None = None


class Trigger(Body, frozen=True):
    """Of a run configuration."""

    type: TriggerType
    start_date: str
    time_zone: str
    interval: Positive | None = None
    start_time: str | None = None
    at_times: TimeSchedule | None = None
    at_days: DaySchedule | None = None
    webhook: Webhook | None = None
    cron_expression: str | None = None


class ScheduleTrigger(Body, frozen=True):
    """Of a schedule."""

    name: str
    type: ScheduleTriggerType
    interval: Positive | None = None
    start_date: str | None = None
    start_time: str | None = None
    time_zone: str | None = None
    at_times: TimeSchedule | None = None
    at_days: DaySchedule | None = None
    cron_expression: str | None = None
    timeout: Positive | None = None


def trigger_document(trigger: Trigger | ScheduleTrigger) -> Document:
    """The trigger as it is stored and shown; 400 for what does not fit together."""
    _check(trigger)
    document: Document = msgspec.to_builtins(trigger)
    return document


def _check(trigger: Trigger | ScheduleTrigger) -> None:
    if isinstance(trigger, ScheduleTrigger):
        if _NAME.fullmatch(trigger.name) is None:
            raise bad_request("The trigger's name may hold letters, digits, -, # and _")
        # ASSUMED: a CRON trigger needs no interval, though only ONCE is excepted; disproved by a refusal.
        if trigger.interval is None and trigger.type not in ("ONCE", "CRON"):
            raise bad_request("interval is needed unless the type is ONCE")
    elif (trigger.webhook is not None) != (trigger.type == "WEBHOOK"):
        raise bad_request("webhook belongs to the type WEBHOOK, and to no other")
    if trigger.start_date is not None and not _is_date(trigger.start_date):
        raise bad_request("startDate must have the form YYYY-MM-DD")
    if trigger.start_time is not None and _TIME.fullmatch(trigger.start_time) is None:
        raise bad_request("startTime must have the form HH:mm")
    if trigger.time_zone is not None and not _is_zone(trigger.time_zone):
        raise bad_request("timeZone must be an IANA name")
    if (trigger.cron_expression is not None) != (trigger.type == "CRON"):
        raise bad_request("cronExpression belongs to the type CRON, and to no other")
    if trigger.cron_expression is not None:
        try:
            parse_cron(trigger.cron_expression)
        except CronError as error:
            raise bad_request(f"cronExpression: {error}") from None
    if trigger.type == "ONCE" and trigger.interval is not None:
        raise bad_request("interval does not belong to the type ONCE")
    _check_times(trigger.at_times)
    _check_days(trigger.at_days)


def _check_times(schedule: TimeSchedule | None) -> None:
    if schedule is None:
        return
    for name in ("times", "time", "start_time", "end_time", "interval"):
        if (getattr(schedule, name) is not None) != (name in _TIMES_OF[schedule.type]):
            raise bad_request(f"atTimes of type {schedule.type} takes exactly {', '.join(_TIMES_OF[schedule.type])}")
    given = [*(schedule.times or ()), schedule.time, schedule.start_time, schedule.end_time]
    if any(text is not None and _TIME.fullmatch(text) is None for text in given) or schedule.times == []:
        raise bad_request("times must have the form HH:mm")
    if schedule.start_time is not None and schedule.end_time is not None and schedule.start_time > schedule.end_time:
        raise bad_request("startTime must not be after endTime")


def _check_days(schedule: DaySchedule | None) -> None:
    if schedule is None:
        return
    by_month = schedule.type == "DAY_OF_MONTH"
    if (schedule.day is not None) != by_month or bool(schedule.days) == by_month:
        raise bad_request("atDays takes day with DAY_OF_MONTH, and days with DAY_OF_WEEK")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def local_time(text: str) -> time:
    """Of `HH:mm`."""
    return time.fromisoformat(text)
