"""Timetables and run configurations as domain values."""

from gateway.domain.run_configuration import RunConfiguration
from gateway.domain.schedule import DaysOfPeriod, Schedule, ScheduleFrequency, ScheduleTrigger, ScheduleWebhook, TimesOfDay
from gateway.providers.talend import schedule_wire as wire
from gateway.providers.talend.keys import PLAN, TASK, Origin, PipelineWord
from gateway.providers.talend.mapping import minutes, to_runtime

FREQUENCIES: dict[str, ScheduleFrequency] = {
    "ONCE": ScheduleFrequency.ONCE,
    "DAILY": ScheduleFrequency.DAILY,
    "WEEKLY": ScheduleFrequency.WEEKLY,
    "MONTHLY": ScheduleFrequency.MONTHLY,
    "CRON": ScheduleFrequency.CRON,
    "WEBHOOK": ScheduleFrequency.WEBHOOK,
    "MANUAL": ScheduleFrequency.MANUAL,
}
MULTIPLE = "MULTIPLE"
"""The word of a run configuration whose timetable is a linked schedule."""

_EXECUTABLES: dict[str, PipelineWord] = {"task": TASK, "plan": PLAN}


def is_multiple(trigger: wire.Trigger | None) -> bool:
    """Whether the timetable is in a linked schedule. The vendor's prose writes the word otherwise than its list of words."""
    return trigger is not None and (trigger.type or "").upper() == MULTIPLE


def to_schedule(row: wire.Schedule, origin: Origin) -> Schedule:
    kind = _EXECUTABLES.get((row.executable_type or "").lower())
    return Schedule(
        key=origin.schedule(row.id),
        external_id=row.id,
        description=row.description,
        environment=origin.environment(row.environment_id) if row.environment_id else None,
        pipeline=origin.pipeline(kind, row.executable_id) if kind is not None and row.executable_id else None,
        triggers=tuple(to_trigger(trigger) for trigger in row.triggers or ()),
    )


def to_timetable(config: wire.RunConfig, kind: PipelineWord, pipeline_id: str, origin: Origin) -> Schedule | None:
    """The timetable in a run configuration; None for what is started by hand only, or by a linked schedule."""
    trigger = None if config.trigger is None or is_multiple(config.trigger) else to_trigger(config.trigger)
    if trigger is None or trigger.frequency is ScheduleFrequency.MANUAL:
        return None
    return Schedule(
        key=origin.timetable_of(kind, pipeline_id),
        external_id=pipeline_id,
        pipeline=origin.pipeline(kind, pipeline_id),
        triggers=(trigger,),
    )


def to_trigger(trigger: wire.Trigger) -> ScheduleTrigger:
    return ScheduleTrigger(
        name=trigger.name,
        frequency=FREQUENCIES.get((trigger.type or "").upper(), ScheduleFrequency.UNKNOWN),
        native_type=trigger.type,
        interval=trigger.interval,
        start_date=trigger.start_date,
        start_time=trigger.start_time,
        time_zone=trigger.time_zone,
        at_times=_times(trigger.at_times),
        at_days=_days(trigger.at_days),
        cron_expression=trigger.cron_expression,
        webhook=_webhook(trigger.webhook),
        timeout_s=minutes(trigger.timeout),
    )


def to_run_configuration(config: wire.RunConfig) -> RunConfiguration:
    many = is_multiple(config.trigger)
    return RunConfiguration(
        trigger=to_trigger(config.trigger) if config.trigger is not None and not many else None,
        has_many_triggers=many,
        runtime=to_runtime(config.runtime),
        parallel_runs_allowed=config.parallel_execution_allowed,
        log_level=config.log_level,
        run_as=config.remote_run_as_user or None,
        timeout_s=minutes(config.timeout),
        deployment_strategy=config.deployment_strategy,
        lineage=config.lineage,
        microservice_port=config.microservice_port or None,
    )


def _times(times: wire.TimeSchedule | None) -> TimesOfDay | None:
    if times is None:
        return None
    told = [time for time in (times.time, *(times.times or ())) if time]
    return TimesOfDay(
        native_type=times.type,
        times=tuple(dict.fromkeys(told)),
        start_time=times.start_time,
        end_time=times.end_time,
        interval_minutes=times.interval,
    )


def _days(days: wire.DaySchedule | None) -> DaysOfPeriod | None:
    return None if days is None else DaysOfPeriod(native_type=days.type, days=tuple(days.days or ()), day_of_month=days.day)


def _webhook(webhook: wire.Webhook | None) -> ScheduleWebhook | None:
    if webhook is None:
        return None
    return ScheduleWebhook(
        name=webhook.name,
        description=webhook.description,
        trigger_calls=webhook.trigger_calls,
        trigger_timeout=webhook.trigger_timeout,
        run_as=webhook.run_as_user,
        # ASSUMED: in minutes, as every other execution timeout; disproved by a webhook whose runs end after other times.
        execution_timeout_s=minutes(webhook.execution_timeout),
    )
