"""Commands about when pipelines start by themselves."""

from typing import ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from gateway.domain.commands.command import Command
from gateway.domain.keys import PipelineKey
from gateway.domain.schedule import ScheduleFrequency


class TimesOfDayDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """At which times of a day, `HH:mm`: at `times`, or every `interval_minutes` from `start_time` to `end_time`."""

    times: tuple[str, ...] = ()
    start_time: str | None = None
    end_time: str | None = None
    interval_minutes: int | None = None


class Timetable(msgspec.Struct, frozen=True, kw_only=True):
    """One trigger of a schedule. `interval` counts days, weeks or months; `start_date` is `YYYY-MM-DD`, `start_time` `HH:mm`, both
    in `time_zone` (a name of the IANA database). `days` are MONDAY to SUNDAY, for WEEKLY; `day_of_month` for MONTHLY.
    """

    frequency: ScheduleFrequency
    time_zone: str
    name: str | None = None
    interval: int | None = None
    start_date: str | None = None
    start_time: str | None = None
    at_times: TimesOfDayDefinition | None = None
    days: tuple[str, ...] = ()
    day_of_month: int | None = None
    cron_expression: str | None = None
    timeout_s: float | None = None


class RuntimeChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Where runs are executed. `type` is the vendor's word, the others its ids."""

    type: str
    external_id: str | None = None
    engine_id: str | None = None
    cluster_id: str | None = None
    run_profile_id: str | None = None


class SchedulePipeline(Command, frozen=True, kw_only=True):
    """Makes a pipeline start at given times, in place of the times it has; and, beside, how its runs are executed.

    With MANUAL as the only frequency it starts by hand alone. What of the second kind is UNSET stays as it is.
    """

    mutation: ClassVar[str] = "schedulePipeline"
    subject_field: ClassVar[str] = "pipeline"

    pipeline: PipelineKey
    triggers: tuple[Timetable, ...]
    description: str | None = None
    runtime: RuntimeChoice | UnsetType = UNSET
    parallel_runs_allowed: bool | UnsetType = UNSET
    log_level: str | UnsetType = UNSET
    timeout_s: float | UnsetType | None = UNSET
    run_as: str | UnsetType | None = UNSET


class UnschedulePipeline(Command, frozen=True, kw_only=True):
    """Makes a pipeline start by hand alone. Unscheduling one that has no schedule is a conflict."""

    mutation: ClassVar[str] = "unschedulePipeline"
    subject_field: ClassVar[str] = "pipeline"

    pipeline: PipelineKey
