"""When tasks and plans start: what is sent, in which order, what is kept, and what is refused before anything is sent."""

from typing import Any

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.schedules import (
    RuntimeChoice,
    SchedulePipeline,
    TimesOfDayDefinition,
    Timetable,
    UnschedulePipeline,
)
from gateway.domain.keys import PipelineKey
from gateway.domain.schedule import Schedule, ScheduledRun, ScheduleFrequency
from gateway.providers.talend.commands.schedule_cron import CronError, check_cron
from gateway.simulation.control import Fault
from tests.contract.commands.example import Stage
from tests.contract.commands.examples import talend_work as made
from tests.contract.commands.examples.talend_schedules import DAILY, WEEKLY, schedule_of
from tests.providers.talend.definitions_told import reads, refused, sent, writes
from tests.providers.talend.opened import app_of

pytestmark = pytest.mark.anyio

TASKS, SCHEDULES = "/orchestration/executables/tasks", "/orchestration/schedules"
TODAY = "2026-03-02"
ONCE, CRON, MONTHLY = ScheduleFrequency.ONCE, ScheduleFrequency.CRON, ScheduleFrequency.MONTHLY
MANUAL = Timetable(frequency=ScheduleFrequency.MANUAL, time_zone="UTC")
AT_SIX = TimesOfDayDefinition(times=("06:00",))


def timetable(frequency: ScheduleFrequency = ScheduleFrequency.DAILY, zone: str = "UTC", **fields: Any) -> Timetable:
    return Timetable(frequency=frequency, time_zone=zone, **fields)


def config_of(stage: Stage, pipeline: PipelineKey) -> Any:
    return app_of(stage.simulator).tenant.run_configs.get(pipeline.parts[1])


def linked(stage: Stage, pipeline: PipelineKey) -> list[str]:
    found = app_of(stage.simulator).tenant.schedules.values()
    return [each["id"] for each in found if each.get("executableId") == pipeline.parts[1]]


async def next_runs(stage: Stage, pipeline: PipelineKey, first: int) -> list[str]:
    schedule = await schedule_of(stage, pipeline)
    assert isinstance(schedule, Schedule)
    assert stage.provider.schedules is not None
    [starts] = await stage.provider.schedules.next_runs([schedule], first, None)
    assert isinstance(starts, tuple)
    assert all(isinstance(each, ScheduledRun) for each in starts)
    return [each.at.strftime("%m-%d %H:%M") for each in starts]


@pytest.mark.parametrize(
    ("given", "body", "starts"),
    [
        (
            timetable(ONCE, start_date="2026-03-05", start_time="06:30"),
            {"type": "ONCE", "timeZone": "UTC", "startDate": "2026-03-05", "startTime": "06:30"},
            ["03-05 06:30"],
        ),
        (
            timetable(at_times=AT_SIX, interval=2),
            {
                "type": "DAILY",
                "timeZone": "UTC",
                "startDate": TODAY,
                "interval": 2,
                "atTimes": {"type": "AT_TIME", "time": "06:00"},
            },
            ["03-04 06:00", "03-06 06:00"],
        ),
        (
            timetable(zone="Pacific/Auckland", start_time="12:00"),
            {"type": "DAILY", "timeZone": "Pacific/Auckland", "startDate": "2026-03-03", "startTime": "12:00", "interval": 1},
            ["03-02 23:00", "03-03 23:00"],
        ),
        (
            timetable(at_times=TimesOfDayDefinition(times=("18:00", "06:00", "18:00"))),
            {
                "type": "DAILY",
                "timeZone": "UTC",
                "startDate": TODAY,
                "interval": 1,
                "atTimes": {"type": "AT_SPECIFIC_TIMES", "times": ["06:00", "18:00"]},
            },
            ["03-02 18:00", "03-03 06:00"],
        ),
        (
            timetable(at_times=TimesOfDayDefinition(start_time="20:00", end_time="21:00", interval_minutes=30)),
            {
                "type": "DAILY",
                "timeZone": "UTC",
                "startDate": TODAY,
                "interval": 1,
                "atTimes": {"type": "AT_INTERVALS", "startTime": "20:00", "endTime": "21:00", "interval": 30},
            },
            ["03-02 20:00", "03-02 20:30"],
        ),
        (
            timetable(ScheduleFrequency.WEEKLY, days=("FRIDAY", "TUESDAY"), start_time="06:00"),
            {
                "type": "WEEKLY",
                "timeZone": "UTC",
                "startDate": TODAY,
                "startTime": "06:00",
                "interval": 1,
                "atDays": {"type": "DAY_OF_WEEK", "days": ["FRIDAY", "TUESDAY"]},
            },
            ["03-03 06:00", "03-06 06:00"],
        ),
        (
            timetable(MONTHLY, day_of_month=15, at_times=AT_SIX),
            {
                "type": "MONTHLY",
                "timeZone": "UTC",
                "startDate": TODAY,
                "interval": 1,
                "atTimes": {"type": "AT_TIME", "time": "06:00"},
                "atDays": {"type": "DAY_OF_MONTH", "day": 15},
            },
            ["03-15 06:00", "04-15 06:00"],
        ),
        (
            timetable(CRON, cron_expression="0  6 L * ?", zone="Europe/Berlin"),
            {"type": "CRON", "timeZone": "Europe/Berlin", "startDate": TODAY, "cronExpression": "0 6 L * ?"},
            ["03-31 04:00", "04-30 04:00"],
        ),
    ],
)
async def test_one_trigger_goes_into_the_run_configuration_beside_all_that_is_there(
    work: Stage, given: Timetable, body: dict[str, Any], starts: list[str]
) -> None:
    task = await made.new_task(work)
    before = dict(config_of(work, task))

    calls = await sent(work, SchedulePipeline(pipeline=task, triggers=(given,)))

    assert calls == [("PUT", f"{TASKS}/{task.parts[1]}/run-config", before | {"trigger": body})]
    assert (await next_runs(work, task, 2))[: len(starts)] == starts


async def test_settings_are_changed_and_emptied_one_by_one(work: Stage) -> None:
    task = await made.new_task(work)
    config = config_of(work, task)
    config |= {"remoteRunAsUser": "etl", "lineage": True}
    command = SchedulePipeline(
        pipeline=task,
        triggers=(MANUAL,),
        parallel_runs_allowed=False,
        log_level="ERROR",
        timeout_s=None,
        run_as=None,
    )

    [(_, _, body)] = await sent(work, command)

    kept = {"runtime": {"type": "CLOUD"}, "deploymentStrategy": "PARALLEL", "lineage": True}
    changed = {"parallelExecutionAllowed": False, "logLevel": "ERROR"}
    assert body == {"trigger": {"type": "MANUAL", "startDate": TODAY, "timeZone": "UTC"}} | kept | changed


async def test_a_runtime_is_sent_in_the_vendors_words(work: Stage) -> None:
    task = await made.new_task(work)
    choice = RuntimeChoice(type="REMOTE_ENGINE", external_id="e1", engine_id="e1", run_profile_id="p1")

    await refused(work, SchedulePipeline(pipeline=task, triggers=(DAILY,), runtime=choice, timeout_s=61, run_as="etl"))

    [(_, _, body)] = writes(work)  # there is no such engine
    assert body["runtime"] == {"type": "REMOTE_ENGINE", "id": "e1", "engineId": "e1", "runProfileId": "p1"}
    assert (body["timeout"], body["remoteRunAsUser"]) == (2, "etl")


async def test_the_same_schedule_again_sends_nothing(work: Stage) -> None:
    task = await made.new_task(work)
    command = SchedulePipeline(pipeline=task, triggers=(DAILY,))
    await work.done(command)

    assert await sent(work, command) == []


async def test_a_task_without_a_configuration_needs_a_runtime(work: Stage) -> None:
    task = await made.new_task(work, configured=False)

    for triggers in ((DAILY,), (DAILY, WEEKLY)):
        problem = await refused(work, SchedulePipeline(pipeline=task, triggers=triggers))

        assert (type(problem), problem.path) == (mutation_errors.InvalidInputError, ("input", "runtime"))
        assert writes(work) == []


async def test_several_triggers_become_a_schedule_that_is_linked_last(work: Stage) -> None:
    task = await made.new_task(work)
    environment = app_of(work.simulator).tenant.tasks[task.parts[1]]["workspace"]["environment"]["id"]
    command = SchedulePipeline(pipeline=task, triggers=(DAILY, WEEKLY), description="Both", log_level="INFO")
    before = dict(config_of(work, task))

    calls = await sent(work, command)

    [schedule] = linked(work, task)
    where = f"{TASKS}/{task.parts[1]}"
    assert [(method, path) for method, path, _ in calls] == [
        ("PUT", f"{where}/run-config"),
        ("POST", SCHEDULES),
        ("POST", f"{SCHEDULES}/{schedule}/triggers"),
        ("PUT", f"{where}/schedule"),
    ]
    assert calls[0][2] == before | {"logLevel": "INFO"}
    first = {
        "name": "trigger-1",
        "type": "DAILY",
        "timeZone": "Europe/Berlin",
        "interval": 1,
        "startDate": TODAY,
        "atTimes": {"type": "AT_SPECIFIC_TIMES", "times": ["06:30", "18:30"]},
    }
    assert calls[1][2] == {"environmentId": environment, "description": "Both", "trigger": first}
    assert (calls[2][2]["name"], calls[2][2]["timeout"]) == ("weekly", 10)
    assert calls[3][2] == {"scheduleId": schedule}


async def test_a_task_is_configured_and_linked_in_one_go(work: Stage) -> None:
    task = await made.new_task(work, configured=False)
    command = SchedulePipeline(pipeline=task, triggers=(DAILY, WEEKLY), runtime=RuntimeChoice(type="CLOUD"))

    calls = await sent(work, command)

    assert calls[0][2] == {"trigger": {"type": "MANUAL", "startDate": TODAY, "timeZone": "UTC"}, "runtime": {"type": "CLOUD"}}
    assert len(await next_runs(work, task, 3)) == 3


async def test_names_that_are_made_up_keep_clear_of_those_that_are_given(work: Stage) -> None:
    task = await made.new_task(work)
    triggers = (timetable(start_time="01:00"), timetable(start_time="02:00", name="trigger-1"), timetable(start_time="03:00"))

    await work.done(SchedulePipeline(pipeline=task, triggers=triggers))

    schedule = await schedule_of(work, task)
    assert schedule is not None
    assert [trigger.name for trigger in schedule.triggers] == ["trigger-2", "trigger-1", "trigger-3"]


async def test_a_new_schedule_takes_the_place_of_the_old_one_which_stays_unused(work: Stage) -> None:
    plan = await made.new_plan(work)
    await work.done(SchedulePipeline(pipeline=plan, triggers=(DAILY, WEEKLY)))
    [old] = linked(work, plan)

    await work.done(SchedulePipeline(pipeline=plan, triggers=(WEEKLY,)))

    [new] = linked(work, plan)
    assert new != old
    assert old in app_of(work.simulator).tenant.schedules


@pytest.mark.parametrize("stays", [False, True])
async def test_one_trigger_takes_the_place_of_a_linked_schedule(work: Stage, stays: bool) -> None:
    task = await made.new_task(work)
    await work.done(SchedulePipeline(pipeline=task, triggers=(DAILY, WEEKLY)))
    where = f"{TASKS}/{task.parts[1]}"
    if stays:  # as a vendor would do it whose trigger leaves the link
        work.simulator.control.add_fault(Fault("/run-config$", method="PUT", status=200, body="{}", times=1))

    calls = await sent(work, SchedulePipeline(pipeline=task, triggers=(DAILY,)))

    put = ("PUT", f"{where}/run-config")
    changed = [put, ("DELETE", f"{where}/schedule"), put] if stays else [put]
    assert [(method, path) for method, path, _ in calls] == changed
    assert linked(work, task) == []
    assert config_of(work, task)["trigger"]["type"] == "DAILY"


async def test_a_trigger_that_is_refused_leaves_the_times_as_they_were_and_nothing_behind(work: Stage) -> None:
    task = await made.new_task(work)
    await work.done(SchedulePipeline(pipeline=task, triggers=(DAILY,)))
    before, schedules = config_of(work, task), set(app_of(work.simulator).tenant.schedules)
    same = timetable(start_time="06:00")

    problem = await refused(work, SchedulePipeline(pipeline=task, triggers=(same, same)))

    assert isinstance(problem, mutation_errors.UnknownOutcomeError)
    assert "less than five minutes apart" in problem.message
    assert "was removed again: the pipeline starts as before" in problem.message
    assert config_of(work, task) == before
    assert set(app_of(work.simulator).tenant.schedules) == schedules


async def test_a_schedule_that_is_left_behind_is_named(work: Stage) -> None:
    task = await made.new_task(work)
    work.simulator.control.add_fault(Fault("/schedule$", method="PUT", status=403))
    work.simulator.control.add_fault(Fault("^/orchestration/schedules/", method="DELETE", status=500))

    problem = await refused(work, SchedulePipeline(pipeline=task, triggers=(DAILY, WEEKLY)))

    assert isinstance(problem, mutation_errors.UnknownOutcomeError)
    left = list(app_of(work.simulator).tenant.schedules)[-1]
    assert f"The schedule made for it, {left}, could not be removed" in problem.message


async def test_a_link_that_is_in_doubt_is_not_taken_back(work: Stage) -> None:
    task = await made.new_task(work)
    work.simulator.control.add_fault(Fault("/schedule$", kind="drop_after_read", method="PUT"))

    problem = await refused(work, SchedulePipeline(pipeline=task, triggers=(DAILY, WEEKLY)))

    assert isinstance(problem, mutation_errors.UnknownOutcomeError)
    [schedule] = linked(work, task)
    assert f"{schedule}, could not be removed: it starts nothing, unless it was linked after all" in problem.message


async def test_a_plan_takes_no_settings_of_tasks(work: Stage) -> None:
    plan = made.no_pipeline(work, "plan")
    settings: dict[str, Any] = {"runtime": RuntimeChoice(type="CLOUD"), "logLevel": "INFO", "timeoutSeconds": None, "runAs": "x"}
    names = {"logLevel": "log_level", "timeoutSeconds": "timeout_s", "runAs": "run_as"}
    for shown, value in settings.items():
        command = SchedulePipeline(pipeline=plan, triggers=(DAILY,), **{names.get(shown, shown): value})

        problem = await refused(work, command)

        assert (type(problem), problem.path) == (mutation_errors.NotSupportedError, ("input", shown))
    assert work.simulator.control.calls_total == 0


@pytest.mark.parametrize(
    ("triggers", "path"),
    [
        ((), ["triggers"]),
        (tuple(timetable(start_time="06:00") for _ in range(16)), ["triggers"]),
        ((timetable(),), ["triggers", "0", "atTimes"]),
        ((timetable(start_time="06:00", at_times=AT_SIX),), ["triggers", "0", "atTimes"]),
        ((timetable(at_times=TimesOfDayDefinition()),), ["triggers", "0", "atTimes"]),
        ((timetable(at_times=TimesOfDayDefinition(start_time="06:00", end_time="07:00")),), ["triggers", "0", "atTimes"]),
        ((timetable(at_times=TimesOfDayDefinition(times=("06:00",), interval_minutes=9)),), ["triggers", "0", "atTimes"]),
        (
            (timetable(at_times=TimesOfDayDefinition(start_time="08:00", end_time="07:00", interval_minutes=30)),),
            ["triggers", "0", "atTimes", "endTime"],
        ),
        ((timetable(start_time="06:00", days=("MONDAY",)),), ["triggers", "0", "days"]),
        ((timetable(start_time="06:00", start_date="2026-02-31"),), ["triggers", "0", "startDate"]),
        ((timetable(ONCE, start_time="06:00"),), ["triggers", "0", "startDate"]),
        ((timetable(ONCE, start_date=TODAY),), ["triggers", "0", "startTime"]),
        ((timetable(ONCE, start_date=TODAY, start_time="06:00", interval=1),), ["triggers", "0", "interval"]),
        ((timetable(MONTHLY, start_time="06:00", days=("MONDAY",)),), ["triggers", "0", "days"]),
        ((timetable(CRON),), ["triggers", "0", "cronExpression"]),
        ((timetable(CRON, cron_expression="0 6 * * *"),), ["triggers", "0", "cronExpression"]),
        ((timetable(CRON, cron_expression="0 6 * * ?", interval=1),), ["triggers", "0", "interval"]),
        ((timetable(start_time="06:00", cron_expression="0 6 * * ?"),), ["triggers", "0", "cronExpression"]),
        ((DAILY, MANUAL), ["triggers", "1", "frequency"]),
        ((Timetable(frequency=ScheduleFrequency.MANUAL, time_zone="UTC", name="x"),), ["triggers", "0", "frequency"]),
        ((Timetable(frequency=ScheduleFrequency.MANUAL, time_zone="UTC", start_time="06:00"),), ["triggers", "0", "startTime"]),
        ((DAILY, timetable(start_time="07:00", name="no name")), ["triggers", "1", "name"]),
        ((WEEKLY, WEEKLY), ["triggers", "1", "name"]),
        ((DAILY, timetable(at_times=TimesOfDayDefinition(times=("06:00", "06:04")))), ["triggers", "1", "atTimes"]),
        (
            (DAILY, timetable(at_times=TimesOfDayDefinition(start_time="06:00", end_time="07:00", interval_minutes=4))),
            ["triggers", "1", "atTimes"],
        ),
    ],
)
async def test_what_cannot_be_meant_is_refused_by_name(work: Stage, triggers: tuple[Timetable, ...], path: list[str]) -> None:
    problem = await refused(work, SchedulePipeline(pipeline=await made.new_task(work), triggers=triggers))

    assert (type(problem), problem.path) == (mutation_errors.InvalidInputError, ("input", *path)), problem
    assert writes(work) == []


async def test_what_is_made_on_the_vendors_pages_only_is_not_supported(work: Stage) -> None:
    webhook = timetable(ScheduleFrequency.WEBHOOK)

    problem = await refused(work, SchedulePipeline(pipeline=made.no_pipeline(work), triggers=(webhook,)))

    assert (type(problem), problem.path) == (mutation_errors.NotSupportedError, ("input", "triggers", "0", "frequency"))
    assert work.simulator.control.calls_total == 0


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"runtime": RuntimeChoice(type="MAINFRAME")}, ["runtime", "type"]),
        ({"log_level": "DEBUG"}, ["logLevel"]),
        ({"timeout_s": 1e12}, ["timeoutSeconds"]),
    ],
)
async def test_settings_that_the_vendor_has_not_are_refused_by_name(work: Stage, fields: dict[str, Any], path: list[str]) -> None:
    problem = await refused(work, SchedulePipeline(pipeline=made.no_pipeline(work), triggers=(DAILY,), **fields))

    assert (type(problem), problem.path) == (mutation_errors.InvalidInputError, ("input", *path))
    assert work.simulator.control.calls_total == 0


async def test_unscheduling_keeps_the_rest_of_the_configuration(work: Stage) -> None:
    task = await made.new_task(work)
    await work.done(SchedulePipeline(pipeline=task, triggers=(DAILY,)))
    before = dict(config_of(work, task))

    calls = await sent(work, UnschedulePipeline(pipeline=task))

    assert calls == [("DELETE", f"{TASKS}/{task.parts[1]}/run-config", None)]
    assert config_of(work, task) | {"trigger": None} == before | {"trigger": None}
    assert reads(work) == [f"{TASKS}/{task.parts[1]}/run-config"]


async def test_what_starts_by_hand_alone_is_a_conflict_and_nothing_is_sent(work: Stage) -> None:
    for task in (await made.new_task(work), await made.new_task(work, configured=False)):
        problem = await refused(work, UnschedulePipeline(pipeline=task))

        assert isinstance(problem, mutation_errors.ConflictError)
        assert writes(work) == []


async def test_a_link_that_went_at_that_moment_is_a_conflict(work: Stage) -> None:
    plan = await made.new_plan(work)
    await work.done(SchedulePipeline(pipeline=plan, triggers=(DAILY, WEEKLY)))
    work.simulator.control.add_fault(Fault("/schedule$", method="DELETE", status=404))

    problem = await refused(work, UnschedulePipeline(pipeline=plan))

    assert isinstance(problem, mutation_errors.ConflictError)


@pytest.mark.parametrize(
    "text",
    [
        "0 6 * * ?",
        "*/15 8-18 ? * MON-FRI",
        "0 0 1W * ? *",
        "0 0 LW * ?",
        "0 0 L-3 * ?",
        "0 0 ? * 6L",
        "0 0 ? * FRI#3 2026-2030",
        "5,10/20 0 ? JAN,jul SUN",
        "0 22-2 * * ?",
        "0 0 ? * L",
        "0 0 1,15,31 */2 ?",
    ],
)
def test_expressions_that_quartz_takes(text: str) -> None:
    check_cron(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "0 fields"),
        ("0 0 0 6 * * ?", "7 fields"),
        ("0 6 * * *", "`\\?` for either"),
        ("0 6 ? * ?", "`\\?` for either"),
        ("0 0 12 * * ?", "`\\?` for either"),
        ("60 6 * * ?", "minute: '60' is not 0 to 59"),
        ("0 24 * * ?", "hour"),
        ("0 6 0 * ?", "day of month"),
        ("0 6 32W * ?", "day of month"),
        ("0 6 L-31 * ?", "day of month"),
        ("0 6 L,5 * ?", "day of month"),
        ("0 6 * 13 ?", "month: '13' is not 1 to 12 or JAN"),
        ("0 6 ? * 0", "day of week"),
        ("0 6 ? * FUN", "day of week"),
        ("0 6 ? * FRI#6", "day of week"),
        ("0 6 ? * 8L", "day of week"),
        ("0 6 * * ? 1969", "year"),
        ("*/0 6 * * ?", "step 0"),
        ("*-5 6 * * ?", "neither a value"),
        ("1- 6 * * ?", "neither a value"),
        ("1,,2 6 * * ?", "neither a value"),
        ("² 6 * * ?", "minute"),
    ],
)
def test_expressions_that_it_does_not_take_and_why(text: str, said: str) -> None:
    with pytest.raises(CronError, match=said):
        check_cron(text)


async def test_the_address_of_a_webhook_is_sent_back_and_not_told(work: Stage) -> None:
    task = await made.new_task(work)
    webhook = {"name": "Arrived", "url": "https://webhooks.acme.example/hush-hush"}
    config_of(work, task)["trigger"] = {"type": "WEBHOOK", "startDate": TODAY, "timeZone": "UTC", "webhook": webhook}
    told = '{"message":"https://webhooks.acme.example/hush-hush is taken"}'
    fault = Fault("/run-config$", method="PUT", status=400, body=told, perform=True)
    work.simulator.control.add_fault(fault)

    problem = await refused(work, SchedulePipeline(pipeline=task, triggers=(DAILY, WEEKLY), log_level="INFO"))

    [(_, _, body)] = writes(work)
    assert body["trigger"]["webhook"] == webhook
    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert "hush" not in repr(problem)
