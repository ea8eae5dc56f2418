"""When Talend's tasks and plans start by themselves."""

from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.schedules import RuntimeChoice, SchedulePipeline, TimesOfDayDefinition, Timetable, UnschedulePipeline
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Want
from gateway.domain.schedule import Schedule, ScheduleFrequency
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples import talend_work as work

ALL: Want = frozenset()
CONFIG = r"^/orchestration/executables/(tasks|plans)/[^/]+/run-config$"
SCHEDULES, LINK = r"^/orchestration/schedules$", r"^/orchestration/executables/(tasks|plans)/[^/]+/schedule$"

DAILY = Timetable(
    frequency=ScheduleFrequency.DAILY, time_zone="Europe/Berlin", at_times=TimesOfDayDefinition(times=("06:30", "18:30"))
)
WEEKLY = Timetable(
    frequency=ScheduleFrequency.WEEKLY, time_zone="UTC", name="weekly", days=("SATURDAY",), start_time="12:00", timeout_s=600
)
EVERY_MINUTE = Timetable(frequency=ScheduleFrequency.CRON, time_zone="UTC", name="often", cron_expression="* * * * ?")


async def schedule_of(stage: Stage, key: object) -> Schedule | None:
    assert isinstance(key, PipelineKey)
    assert stage.provider.schedules is not None
    [found] = await stage.provider.schedules.schedules_of([key], ALL)
    assert found is None or isinstance(found, Schedule)
    return found


async def starts_of(stage: Stage, schedule: Schedule) -> int:
    assert stage.provider.schedules is not None
    [starts] = await stage.provider.schedules.next_runs([schedule], 10, None)
    assert isinstance(starts, tuple)
    return len(starts)


async def schedule_task(stage: Stage) -> Command:
    runtime = RuntimeChoice(type="CLOUD")
    return SchedulePipeline(pipeline=await work.new_task(stage, configured=False), triggers=(DAILY,), runtime=runtime)


async def it_starts_daily(stage: Stage, performed: Performed) -> None:
    schedule = await schedule_of(stage, performed.keys[0])
    assert schedule is not None
    assert [trigger.frequency for trigger in schedule.triggers] == [ScheduleFrequency.DAILY]
    assert await starts_of(stage, schedule) == 10


async def schedule_absent(stage: Stage) -> Command:
    return SchedulePipeline(pipeline=work.no_pipeline(stage), triggers=(DAILY,))


async def schedule_plan(stage: Stage) -> Command:
    return SchedulePipeline(pipeline=await work.new_plan(stage), triggers=(DAILY,), parallel_runs_allowed=True)


async def schedule_absent_plan(stage: Stage) -> Command:
    return SchedulePipeline(pipeline=work.no_pipeline(stage, "plan"), triggers=(DAILY,))


async def schedule_twice(stage: Stage) -> Command:
    return SchedulePipeline(pipeline=await work.new_task(stage), triggers=(DAILY, WEEKLY), description="Both")


async def it_starts_by_both(stage: Stage, performed: Performed) -> None:
    schedule = await schedule_of(stage, performed.keys[0])
    assert schedule is not None
    assert (schedule.description, [trigger.name for trigger in schedule.triggers]) == ("Both", ["trigger-1", "weekly"])
    assert schedule.triggers[1].timeout_s == 600
    assert await starts_of(stage, schedule) == 10


async def schedule_absent_twice(stage: Stage) -> Command:
    return SchedulePipeline(pipeline=work.no_pipeline(stage), triggers=(DAILY, WEEKLY))


async def schedule_too_often(stage: Stage) -> Command:
    return SchedulePipeline(pipeline=await work.new_task(stage), triggers=(EVERY_MINUTE,))


async def unschedule(stage: Stage) -> Command:
    task = await work.new_task(stage)
    await stage.done(SchedulePipeline(pipeline=task, triggers=(DAILY,)))
    return UnschedulePipeline(pipeline=task)


async def it_has_no_schedule(stage: Stage, performed: Performed) -> None:
    assert await schedule_of(stage, performed.keys[0]) is None


async def unschedule_absent(stage: Stage) -> Command:
    return UnschedulePipeline(pipeline=work.no_pipeline(stage))


async def unschedule_unscheduled(stage: Stage) -> Command:
    return UnschedulePipeline(pipeline=await work.new_task(stage))


async def unschedule_linked(stage: Stage) -> Command:
    plan = await work.new_plan(stage)
    await stage.done(SchedulePipeline(pipeline=plan, triggers=(DAILY, WEEKLY)))
    return UnschedulePipeline(pipeline=plan)


async def unschedule_absent_plan(stage: Stage) -> Command:
    return UnschedulePipeline(pipeline=work.no_pipeline(stage, "plan"))


async def unschedule_unscheduled_plan(stage: Stage) -> Command:
    return UnschedulePipeline(pipeline=await work.new_plan(stage))


EXAMPLES = (
    Example(
        command=SchedulePipeline,
        make=schedule_task,
        seen=it_starts_daily,
        method="PUT",
        route=CONFIG,
        missing=schedule_absent,
    ),
    Example(
        command=SchedulePipeline,
        name="schedulePipeline of a plan",
        make=schedule_plan,
        seen=it_starts_daily,
        method="PUT",
        route=CONFIG,
        missing=schedule_absent_plan,
    ),
    Example(
        command=SchedulePipeline,
        name="schedulePipeline by several triggers",
        make=schedule_twice,
        seen=it_starts_by_both,
        method="POST",
        route=SCHEDULES,
        missing=schedule_absent_twice,
        conflict=schedule_too_often,
    ),
    Example(
        command=UnschedulePipeline,
        make=unschedule,
        seen=it_has_no_schedule,
        method="DELETE",
        route=CONFIG,
        missing=unschedule_absent,
        conflict=unschedule_unscheduled,
        answers_nothing=True,
    ),
    Example(
        command=UnschedulePipeline,
        name="unschedulePipeline of a linked schedule",
        make=unschedule_linked,
        seen=it_has_no_schedule,
        method="DELETE",
        route=LINK,
        missing=unschedule_absent_plan,
        conflict=unschedule_unscheduled_plan,
        answers_nothing=True,
    ),
)
