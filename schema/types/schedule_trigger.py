"""ScheduleTrigger: one timetable."""

import strawberry

from gateway.domain import schedule as domain
from schema.types.enums import ScheduleFrequency
from schema.types.view import field, view


@view(domain.TimesOfDay)
class TimesOfDay:
    """At which times of a day: at `times`, or every so many minutes. Times are `HH:mm` in the trigger's time zone."""

    native_type: str | None = field("The vendor's word for the sort.")
    times: list[str] = field("The times; empty where it starts at intervals.")
    start_time: str | None = field("The first time, where it starts at intervals.")
    end_time: str | None = field("After this none follows, where it starts at intervals.")
    interval_minutes: int | None = field("How far apart.")


@view(domain.DaysOfPeriod)
class DaysOfPeriod:
    """On which days of a week or month."""

    native_type: str | None = field("The vendor's word for the sort.")
    days: list[str] = field("Days of the week, from `MONDAY` to `SUNDAY`.")
    day_of_month: int | None = field("The day of the month, from 1.")


def trigger_timeout_seconds(webhook: strawberry.Parent[domain.ScheduleWebhook]) -> float | None:
    return webhook.trigger_timeout


def execution_timeout_seconds(webhook: strawberry.Parent[domain.ScheduleWebhook]) -> float | None:
    return webhook.execution_timeout_s


@view(domain.ScheduleWebhook)
class ScheduleWebhook:
    """Calls from outside that start the pipeline. Their address is a secret and is never read."""

    name: str | None = field("For people.")
    description: str | None = field("What it is for.")
    trigger_calls: float | None = field(
        "How many calls start one run. A Float, since the vendor's number can be larger than an Int."
    )
    trigger_timeout_seconds: float | None = field("How long it waits for that many calls.", trigger_timeout_seconds)
    run_as: str | None = field("Who the runs count as started by.")
    execution_timeout_seconds: float | None = field("How long a run may take.", execution_timeout_seconds)


def timeout_seconds(trigger: strawberry.Parent[domain.ScheduleTrigger]) -> float | None:
    return trigger.timeout_s


@view(domain.ScheduleTrigger)
class ScheduleTrigger:
    """One timetable of a schedule."""

    name: str | None = field("Its name in the schedule.")
    frequency: ScheduleFrequency = field("What kind of timetable it is.")
    native_type: str | None = field("In the vendor's word.")
    interval: int | None = field("Every how many days, weeks or months, as `frequency` says.")
    start_date: str | None = field("The first day, as `YYYY-MM-DD` in its time zone.")
    start_time: str | None = field("The time of the day, as `HH:mm` in its time zone.")
    time_zone: str | None = field("Its time zone, by IANA name.")
    at_times: TimesOfDay | None = field("At which times of a day.")
    at_days: DaysOfPeriod | None = field("On which days.")
    cron_expression: str | None = field("The timetable as the vendor writes it.")
    webhook: ScheduleWebhook | None = field("The calls that start it.")
    timeout_seconds: float | None = field("How long its runs may take, where that differs from the pipeline's.", timeout_seconds)
