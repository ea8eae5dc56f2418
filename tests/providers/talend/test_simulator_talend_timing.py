"""When triggers are due."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gateway.providers.talend.simulator.timing.cron import CronError, parse_cron
from gateway.providers.talend.simulator.timing.recurrence import occurrences
from tests.providers.talend.vendor import PLANS, TASKS, Vendor

MARCH = date(2026, 3, 1)  # a Sunday
DAY_MS = 86_400_000


def days(expression: str, first: date = MARCH, count: int = 31) -> list[int]:
    cron = parse_cron(expression)
    return [day.day for day in (first + timedelta(days=n) for n in range(count)) if cron.matches_day(day)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 0 1W * ? *", [2]),  # the first is a Sunday, so Monday the second
        ("0 0 15W * ?", [16]),
        ("0 0 L * ?", [31]),
        ("0 0 LW * ?", [31]),
        ("0 0 ? * MON", [2, 9, 16, 23, 30]),
        ("0 0 ? * 2#3", [16]),
        ("0 0 ? * 1#1", [1]),
        ("0 0 ? * 7#1", [7]),
        ("0 0 ? * 6L", [27]),
        ("0 0 ? * MON-WED/2", [2, 4, 9, 11, 16, 18, 23, 25, 30]),
        ("0 0 1,15 * ?", [1, 15]),
        ("0 0 10/10 * ?", [10, 20, 30]),
        ("0 0 * APR *", []),
        ("0 0 1 MAR ? 2026-2027", [1]),
        ("0 0 1 * ? 2027", []),
    ],
)
def test_quartz_days(expression: str, expected: list[int]) -> None:
    assert days(expression) == expected


def test_the_working_day_nearest_to_the_last_never_leaves_the_month() -> None:
    assert days("0 0 LW * ?", date(2026, 5, 1)) == [29]  # the 31st is a Sunday
    assert days("0 0 31W * ?", date(2026, 4, 1), 30) == []


def test_quartz_minutes_and_hours() -> None:
    cron = parse_cron("*/20 8-10,22 * * ?")

    assert (cron.minutes, cron.hours) == ((0, 20, 40), (8, 9, 10, 22))


@pytest.mark.parametrize(
    "expression",
    ["", "* * * *", "60 0 * * ?", "0 24 * * ?", "0 0 ? * ?", "0 0 1 * MON", "0 0 0 * ?", "0 0 * 13 ?", "5-1 0 * * ?", "*/0 0 * * ?",
     "0 0 0 1W * ? *", "a 0 * * ?", "0 0 ? * 8#1", "0 0 ? * MON#6"],
)  # fmt: skip
def test_what_is_no_quartz_expression_is_refused(expression: str) -> None:
    with pytest.raises(CronError):
        parse_cron(expression)


def due(trigger: dict[str, Any], first: datetime = datetime(2026, 3, 1, tzinfo=UTC), count: float = 31) -> list[str]:
    moments = occurrences(trigger, first, first + timedelta(days=count))
    return [moment.strftime("%m-%d %H:%M") for moment in moments]


START = {"startDate": "2026-03-04", "timeZone": "UTC"}
AT_SIX = {"atTimes": {"type": "AT_TIME", "time": "06:00"}}


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ({"type": "ONCE", **START, "startTime": "07:15"}, ["03-04 07:15"]),
        ({"type": "DAILY", "interval": 10, **START, **AT_SIX}, ["03-04 06:00", "03-14 06:00", "03-24 06:00"]),
        (
            {"type": "WEEKLY", "interval": 2, **START, **AT_SIX, "atDays": {"type": "DAY_OF_WEEK", "days": ["MONDAY", "FRIDAY"]}},
            ["03-06 06:00", "03-16 06:00", "03-20 06:00", "03-30 06:00"],
        ),
        ({"type": "MONTHLY", "interval": 1, **START, **AT_SIX, "atDays": {"type": "DAY_OF_MONTH", "day": 20}}, ["03-20 06:00"]),
        ({"type": "MONTHLY", "interval": 1, "startDate": "2026-01-31", "timeZone": "UTC"}, ["03-31 00:00"]),
        ({"type": "CRON", **START, "cronExpression": "30 4 ? * SUN"}, ["03-08 04:30", "03-15 04:30", "03-22 04:30", "03-29 04:30"]),
        ({"type": "MANUAL", **START}, []),
        ({"type": "WEBHOOK", **START}, []),
        ({"type": "MULTIPLE", **START}, []),
    ],
)
def test_occurrences(trigger: dict[str, Any], expected: list[str]) -> None:
    assert due(trigger) == expected


def test_months_are_counted_from_the_start() -> None:
    trigger = {"type": "MONTHLY", "interval": 2, **START, **AT_SIX}

    assert due(trigger, count=126) == ["03-04 06:00", "05-04 06:00", "07-04 06:00"]


def test_times_within_a_day() -> None:
    every = {"type": "AT_INTERVALS", "startTime": "08:00", "endTime": "09:30", "interval": 45}
    some = {"type": "AT_SPECIFIC_TIMES", "times": ["18:00", "06:00"]}

    first = datetime(2026, 3, 4, tzinfo=UTC)
    assert due({"type": "DAILY", **START, "atTimes": every}, first, 0.99) == ["03-04 08:00", "03-04 08:45", "03-04 09:30"]
    assert due({"type": "DAILY", **START, "atTimes": some}, first, 0.99) == ["03-04 06:00", "03-04 18:00"]


def test_local_time_moves_with_the_summer() -> None:
    trigger = {"type": "DAILY", "startDate": "2026-03-28", "timeZone": "Europe/Paris", **AT_SIX}

    assert due(trigger, datetime(2026, 3, 28, tzinfo=UTC), 2) == ["03-28 05:00", "03-29 04:00"]


def window(tenant: Vendor, days: float) -> dict[str, int]:
    start = int(tenant.data.now().timestamp() * 1_000)
    return {"from": start, "to": start + int(days * DAY_MS)}


def test_events_of_a_run_configuration(tenant: Vendor) -> None:
    task = tenant.task("Import bank statements")  # 02:15 in Paris, every day

    page = tenant.get(f"{TASKS}/{task}/run-config/events", **window(tenant, 10), limit=2, offset=1)

    assert page == {
        "items": ["2026-03-04T01:15:00.000Z", "2026-03-05T01:15:00.000Z"], "limit": 2, "offset": 1, "total": 10,
    }  # fmt: skip


def test_events_of_a_plan_that_a_schedule_drives_are_those_of_its_triggers(tenant: Vendor) -> None:
    plan, schedule = tenant.plan("Hourly stock"), tenant.schedule("Stock counts, fifteen a day")
    asked = {"to": window(tenant, 1)["to"]}

    events = tenant.get(f"/schedules/{schedule}/events", **asked)

    assert [event["datetime"] for event in events] == tenant.get(f"{PLANS}/{plan}/run-config/events", **asked)["items"]
    assert len(events) == 15
    assert events[0] == {"datetime": "2026-03-02T12:20:00.000Z", "sourceTriggerName": "slot-13"}
    assert tenant.get(f"/schedules/{schedule}/events", **asked, offset=14) == events[14:]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"from": "1"},
        {"to": "soon"},
        {"to": "1"},
        {"to": "-1", "from": "-2"},
        {"to": "9" * 18},
        {"from": "0", "to": "253402300799000"},
    ],
)
def test_events_need_a_sensible_window(tenant: Vendor, query: dict[str, str]) -> None:
    task, schedule = tenant.task("Import bank statements"), tenant.schedule("Month-end")

    assert tenant.status("GET", f"{TASKS}/{task}/run-config/events", params=query) == 400
    assert tenant.status("GET", f"/schedules/{schedule}/events", params=query) == 400


def test_events_of_what_was_never_configured_are_not_found(tenant: Vendor) -> None:
    task = tenant.task("Basket rules experiment", "Development")

    assert tenant.status("GET", f"{TASKS}/{task}/run-config/events", params=window(tenant, 1)) == 404


def test_a_search_finds_events_of_tasks_and_plans(tenant: Vendor) -> None:
    def found(**body: Any) -> Any:
        everything = {"environmentId": tenant.environment("Production"), **window(tenant, 1), **body}
        answer = tenant.call("POST", "/executables/events/search", json=everything)
        assert answer.status_code == 200, answer.text
        return answer.json()

    page = found()
    dates = [event["date"] for event in page["items"]]
    assert dates == sorted(dates)
    assert {event["type"] for event in page["items"]} == {"TASK", "PLAN"}
    assert page["total"] == len(page["items"])
    finance = found(workspaceIds=[tenant.workspace("Production", "Finance")])
    assert {event["id"] for event in finance["items"]} == {
        tenant.task("Import bank statements"), tenant.task("Download exchange rates"),
    }  # fmt: skip
    assert {event["id"] for event in found(tags=["stock"])["items"]} == {tenant.task("Load stock levels")}
    on_engine = found(runtime={"type": "REMOTE_ENGINE"})["items"]
    assert tenant.task("Load stock levels") in {event["id"] for event in on_engine}
    assert tenant.task("Download exchange rates") not in {event["id"] for event in on_engine}


@pytest.mark.parametrize(("change", "status"), [({"environmentId": "x"}, 404), ({"limit": 0}, 400), ({"to": 1}, 400)])
def test_a_search_for_events_is_checked(tenant: Vendor, change: dict[str, Any], status: int) -> None:
    body = {"environmentId": tenant.environment("Production"), **window(tenant, 1), **change}

    assert tenant.status("POST", "/executables/events/search", json=body) == status
