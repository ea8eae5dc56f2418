"""Schedules: when pipelines start by themselves."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import EnvironmentKey, PipelineKey, ScheduleKey
from gateway.domain.page import Chunk, Mark, Want


class ScheduleFrequency(Enum):
    """What kind of timetable it is."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    CRON = "cron"
    WEBHOOK = "webhook"
    MANUAL = "manual"
    UNKNOWN = "unknown"


class TimesOfDay(msgspec.Struct, frozen=True, kw_only=True):
    """At which times of a day, `HH:mm` in the trigger's time zone: at `times`, or every `interval_minutes` from start to end."""

    native_type: str | None = None
    times: tuple[str, ...] = ()
    start_time: str | None = None
    end_time: str | None = None
    interval_minutes: int | None = None


class DaysOfPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """On which days: `days` of the week (MONDAY to SUNDAY), or `day_of_month`."""

    native_type: str | None = None
    days: tuple[str, ...] = ()
    day_of_month: int | None = None


class ScheduleWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """A call from outside that starts the pipeline. Its address is a secret and is not read. Times in seconds."""

    name: str | None = None
    description: str | None = None
    trigger_calls: int | None = None
    trigger_timeout: int | None = None
    run_as: str | None = None
    execution_timeout_s: float | None = None


class ScheduleTrigger(msgspec.Struct, frozen=True, kw_only=True):
    """One timetable. `interval` counts days, weeks or months by `frequency`; `start_date` is `YYYY-MM-DD` and `start_time`
    `HH:mm`, both in `time_zone`; `timeout_s` overrides the pipeline's own, in seconds.
    """

    name: str | None = None
    frequency: ScheduleFrequency
    native_type: str | None = None
    interval: int | None = None
    start_date: str | None = None
    start_time: str | None = None
    time_zone: str | None = None
    at_times: TimesOfDay | None = None
    at_days: DaysOfPeriod | None = None
    cron_expression: str | None = None
    webhook: ScheduleWebhook | None = None
    timeout_s: float | None = None


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When a pipeline starts: its triggers together. `pipeline` is None for one that is not in use."""

    key: ScheduleKey
    external_id: str
    description: str | None = None
    environment: EnvironmentKey | None = None
    pipeline: PipelineKey | None = None
    triggers: tuple[ScheduleTrigger, ...] = ()


class ScheduledRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that will start. `trigger` is the name of the trigger that will start it, where there are several."""

    at: datetime
    trigger: str | None = None


class ScheduleQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which schedules. None means any; `description_contains` is partial and ignores case."""

    environments: tuple[EnvironmentKey, ...] | None = None
    in_use: bool | None = None
    description_contains: str | None = None


class ScheduleReader(Protocol):
    """Reads schedules of one provider."""

    async def get_schedules(self, keys: Sequence[ScheduleKey], want: Want) -> Sequence[Schedule | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value."""
        ...

    def stream_schedules(
        self, query: ScheduleQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncIterator[Chunk[Schedule]]:
        """Schedules in the vendor's order, with marks, from behind `after` on."""
        ...

    async def schedules_of(self, pipelines: Sequence[PipelineKey], want: Want) -> Sequence[Schedule | GatewayError | None]:
        """When each pipeline starts by itself; None when it never does."""
        ...

    async def next_runs(
        self, schedules: Sequence[Schedule], first: int, until: datetime | None
    ) -> Sequence[tuple[ScheduledRun, ...] | GatewayError]:
        """The next `first` starts of each, soonest first, up to `until` (the port's own horizon when None)."""
        ...
