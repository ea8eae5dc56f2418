"""When pipelines start by themselves, and how they are run."""

from datetime import UTC, datetime

import pytest

from gateway.domain.keys import EnvironmentKey, PipelineKey, ScheduleKey
from gateway.domain.pipeline import Pipeline, PipelineKind
from gateway.domain.run_configuration import RunConfiguration
from gateway.domain.runtime import Runtime
from gateway.domain.schedule import (
    DaysOfPeriod,
    Schedule,
    ScheduledRun,
    ScheduleFrequency,
    ScheduleTrigger,
    ScheduleWebhook,
    TimesOfDay,
)
from tests.schema.data_vendor import Port, ask, codes, data, down, key, vendor

pytestmark = pytest.mark.anyio

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def pipeline(name):
    return Pipeline(key=key(PipelineKey, "plan", name), external_id=name, kind=PipelineKind.PLAN, name=name)


def schedule(name, **more):
    return Schedule(key=key(ScheduleKey, "schedule", name), external_id=name, environment=key(EnvironmentKey, "dev"), **more)


A, B, C = pipeline("a"), pipeline("b"), pipeline("c")
DAILY = schedule("daily", pipeline=A.key)


async def test_schedules_of_many_pipelines_are_read_in_one_go_and_null_is_never():
    port = Port("schedules", schedules_of={A.key: DAILY, B.key: None})
    provider = vendor(pipelines=Port("pipelines", [A, B]), schedules=port)

    answer = await data(provider, "{ pipelines { nodes { schedule { externalId pipeline { name } } } } }")

    assert answer["pipelines"]["nodes"] == [{"schedule": {"externalId": "daily", "pipeline": {"name": "a"}}}, {"schedule": None}]
    assert port.calls("schedules_of") == [(A.key, B.key)]


async def test_a_schedule_that_fails_fails_alone():
    port = Port("schedules", schedules_of={A.key: DAILY, B.key: down(), C.key: DAILY})
    provider = vendor(pipelines=Port("pipelines", [A, B, C]), schedules=port)

    answer = await ask(provider, "{ pipelines { nodes { schedule { externalId } } } }")

    assert [each["schedule"] for each in answer.data["pipelines"]["nodes"]] == [
        {"externalId": "daily"},
        None,
        {"externalId": "daily"},
    ]
    assert codes(answer) == [(["pipelines", "nodes", 1, "schedule"], "UPSTREAM_UNAVAILABLE")]


async def test_a_provider_without_schedules_gives_null_and_says_why():
    answer = await ask(
        vendor(pipelines=Port("pipelines", [A])),
        "{ pipelines { nodes { schedule { externalId } runConfiguration { logLevel } } } }",
    )

    assert not answer.errors
    assert answer.data["pipelines"]["nodes"] == [{"schedule": None, "runConfiguration": None}]
    assert [(row["path"][-1], row["code"]) for row in answer.extensions["outcomes"]] == [
        ("schedule", "NOT_SUPPORTED"),
        ("runConfiguration", "NOT_SUPPORTED"),
    ]


async def test_next_runs_are_asked_for_by_count_and_end():
    runs = (ScheduledRun(at=NINE, trigger="morning"), ScheduledRun(at=NINE.replace(hour=17)))
    port = Port("schedules", [DAILY, schedule("other")], next_runs={DAILY.key: runs, key(ScheduleKey, "schedule", "other"): ()})

    answer = await data(
        vendor(schedules=port), '{ schedules { nodes { nextRuns(first: 2, until: "2026-03-03T01:00:00+01:00") { at trigger } } } }'
    )

    assert answer["schedules"]["nodes"] == [
        {"nextRuns": [{"at": "2026-03-02T09:00:00Z", "trigger": "morning"}, {"at": "2026-03-02T17:00:00Z", "trigger": None}]},
        {"nextRuns": []},
    ]
    ((asked, first),) = port.calls("next_runs")
    assert [each.external_id for each in asked] == ["daily", "other"]
    assert first == 2


async def test_next_runs_hand_on_the_end_that_was_asked_for():
    seen = []

    class Reader(Port):
        async def next_runs(self, schedules, first, until):
            seen.append((first, until))
            return [()] * len(schedules)

    provider = vendor(schedules=Reader("schedules", [DAILY]))

    await data(provider, '{ schedules { nodes { nextRuns(until: "2026-03-03T01:00:00+01:00") { at } open: nextRuns { at } } } }')

    assert sorted(seen, key=repr) == [(10, None), (10, datetime(2026, 3, 3, tzinfo=UTC))]


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_next_runs_beyond_the_limit_are_refused_without_a_call(first):
    port = Port("schedules", [DAILY], next_runs={})

    answer = await ask(
        vendor(schedules=port), "query($first: Int!) { schedules { nodes { nextRuns(first: $first) { at } } } }", first=first
    )

    assert codes(answer) == [(["schedules", "nodes", 0, "nextRuns"], "BAD_USER_INPUT")]
    assert answer.errors[0].extensions["field"] == "first"
    assert port.calls("next_runs") == []


@pytest.mark.parametrize("first", [1, 100])
async def test_next_runs_within_the_limit_are_given(first):
    port = Port("schedules", [DAILY], next_runs={DAILY.key: (ScheduledRun(at=NINE),)})

    answer = await data(
        vendor(schedules=port), "query($first: Int!) { schedules { nodes { nextRuns(first: $first) { at } } } }", first=first
    )

    assert answer["schedules"]["nodes"] == [{"nextRuns": [{"at": "2026-03-02T09:00:00Z"}]}]


async def test_a_trigger_shows_its_whole_timetable_with_times_in_seconds():
    trigger = ScheduleTrigger(
        name="morning",
        frequency=ScheduleFrequency.WEEKLY,
        native_type="WEEKLY",
        interval=2,
        start_date="2026-03-02",
        time_zone="Europe/Paris",
        at_times=TimesOfDay(native_type="AT_INTERVALS", start_time="09:00", end_time="17:00", interval_minutes=30),
        at_days=DaysOfPeriod(native_type="DAY_OF_WEEK", days=("MONDAY", "FRIDAY")),
        webhook=ScheduleWebhook(name="hook", trigger_calls=2**40, trigger_timeout=60, execution_timeout_s=90.0),
        timeout_s=3600.0,
    )

    answer = await data(
        vendor(schedules=Port("schedules", [schedule("s", triggers=(trigger,))])),
        """{ schedules { nodes { triggers {
            name frequency interval startDate timeZone timeoutSeconds
            atTimes { times startTime endTime intervalMinutes } atDays { days dayOfMonth }
            webhook { name triggerCalls triggerTimeoutSeconds executionTimeoutSeconds } } } } }""",
    )

    assert answer["schedules"]["nodes"][0]["triggers"] == [
        {
            "name": "morning",
            "frequency": "WEEKLY",
            "interval": 2,
            "startDate": "2026-03-02",
            "timeZone": "Europe/Paris",
            "timeoutSeconds": 3600.0,
            "atTimes": {"times": [], "startTime": "09:00", "endTime": "17:00", "intervalMinutes": 30},
            "atDays": {"days": ["MONDAY", "FRIDAY"], "dayOfMonth": None},
            "webhook": {"name": "hook", "triggerCalls": 2.0**40, "triggerTimeoutSeconds": 60, "executionTimeoutSeconds": 90.0},
        }
    ]


async def test_run_configurations_of_many_pipelines_are_read_in_one_go():
    configured = RunConfiguration(
        trigger=ScheduleTrigger(frequency=ScheduleFrequency.MANUAL),
        runtime=Runtime(type="REMOTE_ENGINE", engine_id="e1"),
        parallel_runs_allowed=False,
        log_level="WARN",
        timeout_s=120.0,
    )
    port = Port("run_configurations", run_configurations_of={A.key: configured, B.key: None})
    provider = vendor(pipelines=Port("pipelines", [A, B]), run_configurations=port)

    answer = await data(
        provider,
        """{ pipelines { nodes { runConfiguration { hasManyTriggers trigger { frequency } runtime { type engineId }
            parallelRunsAllowed logLevel timeoutSeconds } } } }""",
    )

    assert answer["pipelines"]["nodes"] == [
        {
            "runConfiguration": {
                "hasManyTriggers": False,
                "trigger": {"frequency": "MANUAL"},
                "runtime": {"type": "REMOTE_ENGINE", "engineId": "e1"},
                "parallelRunsAllowed": False,
                "logLevel": "WARN",
                "timeoutSeconds": 120.0,
            }
        },
        {"runConfiguration": None},
    ]
    assert port.calls("run_configurations_of") == [(A.key, B.key)]
