"""Schedules and run configurations as Talend sends them: GET /orchestration/schedules, .../run-config, .../events."""

from msgspec import Struct

from gateway.providers.talend.wire import Id, Moment, Runtime


class TimeSchedule(Struct, frozen=True, kw_only=True, rename="camel"):
    """`time` goes with AT_TIME, `times` with AT_SPECIFIC_TIMES, the rest with AT_INTERVALS, `interval` in minutes."""

    type: str | None = None
    times: list[str] | None = None
    time: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    interval: int | None = None


class DaySchedule(Struct, frozen=True, kw_only=True):
    type: str | None = None
    day: int | None = None
    days: list[str] | None = None


class Webhook(Struct, frozen=True, kw_only=True, rename="camel"):
    """Without `url`: who knows it can start the pipeline."""

    name: str | None = None
    description: str | None = None
    trigger_calls: int | None = None
    trigger_timeout: int | None = None
    run_as_user: str | None = None
    execution_timeout: int | None = None


class Trigger(Struct, frozen=True, kw_only=True, rename="camel"):
    """Of a run configuration, without a name, or of a schedule. Start and zone are missing for manual ones."""

    name: str | None = None
    type: str | None = None
    interval: int | None = None
    start_date: str | None = None
    start_time: str | None = None
    time_zone: str | None = None
    at_times: TimeSchedule | None = None
    at_days: DaySchedule | None = None
    webhook: Webhook | None = None
    cron_expression: str | None = None
    timeout: int | None = None  # minutes


class Schedule(Struct, frozen=True, kw_only=True, rename="camel"):
    """`executable_id` is empty when it is not in use; `executable_type` is Task or Plan."""

    id: Id
    description: str | None = None
    triggers: list[Trigger] | None = None
    environment_id: str | None = None
    executable_id: str | None = None
    executable_type: str | None = None


class RunConfig(Struct, frozen=True, kw_only=True, rename="camel"):
    """Of a task; a plan's has only the first two. `timeout` in minutes; the port is text."""

    trigger: Trigger | None = None
    parallel_execution_allowed: bool | None = None
    runtime: Runtime | None = None
    log_level: str | None = None
    remote_run_as_user: str | None = None
    timeout: int | None = None
    deployment_strategy: str | None = None
    lineage: bool | None = None
    microservice_port: str | None = None


class SimulatedEvent(Struct, frozen=True, kw_only=True, rename="camel"):
    """A coming start of a schedule."""

    datetime: Moment
    source_trigger_name: str | None = None


class Created(Struct, frozen=True):
    """IdResponse: all that the creation of a schedule answers."""

    id: Id
