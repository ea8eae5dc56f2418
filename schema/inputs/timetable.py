"""When a pipeline is to start by itself."""

from schema.types.enums import ScheduleFrequency
from schema.types.view import argument, input_type, optional


@input_type
class TimesOfDayInput:
    """At which times of a day: at `times`, or every `intervalMinutes` from `startTime` to `endTime`."""

    times: list[str] | None = optional("The times, as `HH:mm`.")
    start_time: str | None = optional("The first time, as `HH:mm`.")
    end_time: str | None = optional("After this none follows, as `HH:mm`.")
    interval_minutes: int | None = optional("How many minutes apart, from 1.")


@input_type
class TimetableInput:
    """One trigger of a schedule. Its dates and times are those of its time zone."""

    frequency: ScheduleFrequency = argument(
        "What kind of timetable it is. MANUAL alone means never by itself; UNKNOWN is no choice."
    )
    time_zone: str = argument("IANA name, like `Europe/Berlin` or `UTC`.")
    name: str | None = optional("Its name in the schedule. Where there are several, each has its own.")
    interval: int | None = optional("Every how many days, weeks or months, as `frequency` says, from 1.")
    start_date: str | None = optional("The first day, as `YYYY-MM-DD`.")
    start_time: str | None = optional("The time of the day, as `HH:mm`.")
    at_times: TimesOfDayInput | None = optional("At which times of a day, where there are several.")
    days: list[str] | None = optional("Days of the week from `MONDAY` to `SUNDAY`, for WEEKLY.")
    day_of_month: int | None = optional("From 1 to 31, for MONTHLY.")
    cron_expression: str | None = optional("The timetable as the vendor writes it, for CRON.")
    timeout_seconds: float | None = optional("How long its runs may take. Vendors round it up to their own units.")
