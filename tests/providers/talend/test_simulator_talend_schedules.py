"""Changes to schedules, and what they drive."""

from typing import Any

import pytest

from tests.providers.talend.vendor import PLANS, TASKS, Vendor


def daily(name: str, time: str, **more: Any) -> dict[str, Any]:
    at_times = {"type": "AT_TIME", "time": time}
    return {"name": name, "type": "DAILY", "interval": 1, "startDate": "2026-03-01", "timeZone": "UTC", "atTimes": at_times, **more}


def create(vendor: Vendor, *triggers: dict[str, Any], environment: str = "Production") -> str:
    """The path of a schedule."""
    first, *others = triggers or (daily("night", "01:00"),)
    body = {"environmentId": vendor.environment(environment), "trigger": first, "description": "New"}
    answer = vendor.call("POST", "/schedules", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json().keys() == {"id"}
    path = f"/schedules/{answer.json()['id']}"
    for trigger in others:
        assert vendor.status("POST", f"{path}/triggers", json=trigger) == 200
    return path


def names(vendor: Vendor, path: str) -> list[str]:
    return [trigger["name"] for trigger in vendor.get(path)["triggers"]]


def test_a_schedule_grows_changes_and_shrinks_by_triggers(own_tenant: Vendor) -> None:
    path = create(own_tenant, daily("night", "01:00"), daily("noon", "12:00"))

    assert own_tenant.status("PUT", f"{path}/triggers", json=daily("noon", "12:30")) == 200
    assert own_tenant.get(path)["triggers"] == [daily("night", "01:00"), daily("noon", "12:30")]
    assert own_tenant.status("DELETE", f"{path}/triggers", params={"name": "night"}) == 204
    assert names(own_tenant, path) == ["noon"]
    assert own_tenant.status("DELETE", f"{path}/triggers", params={"name": "night"}) == 404
    assert own_tenant.status("DELETE", f"{path}/triggers") == 400
    assert own_tenant.status("PUT", f"{path}/triggers", json=daily("night", "02:00")) == 404


@pytest.mark.parametrize(
    ("trigger", "status"),
    [
        (daily("night", "05:00"), 409),
        (daily("soon", "01:04"), 409),
        (daily("same", "01:00"), 409),
        (daily("fine", "01:05"), 200),
        ({"name": "cron", "type": "CRON", "cronExpression": "2 1 1 * ? *"}, 409),
        (daily("dense", "05:00", atTimes={"type": "AT_INTERVALS", "startTime": "05:00", "endTime": "06:00", "interval": 4}), 409),
        (daily("with space", "05:00"), 400),
        (daily("a-b_c#1", "05:00"), 200),
        ({"name": "x", "type": "DAILY"}, 400),
        ({"name": "x", "type": "WEBHOOK"}, 400),
        ({"type": "ONCE"}, 400),
    ],
)
def test_a_trigger_is_checked_against_the_others(own_tenant: Vendor, trigger: dict[str, Any], status: int) -> None:
    path = create(own_tenant)

    assert own_tenant.status("POST", f"{path}/triggers", json=trigger) == status
    assert len(names(own_tenant, path)) == (2 if status == 200 else 1)


def test_a_schedule_holds_fifteen_triggers(own_tenant: Vendor) -> None:
    path = create(own_tenant, *(daily(f"t{hour}", f"{hour:02d}:00") for hour in range(15)))

    assert own_tenant.status("POST", f"{path}/triggers", json=daily("t15", "15:00")) == 400
    assert len(names(own_tenant, path)) == 15


def test_a_schedule_is_described_cloned_and_deleted(own_tenant: Vendor) -> None:
    used, path = f"/schedules/{own_tenant.schedule('Month-end')}", create(own_tenant)

    assert own_tenant.status("PATCH", path, json={"description": "Renamed"}) == 204
    cloned = own_tenant.call("POST", used, json={"description": "Copy"})
    copy = own_tenant.get(f"/schedules/{cloned.json()['id']}")

    assert own_tenant.get(path)["description"] == "Renamed"
    assert (cloned.status_code, copy["description"], "executableId" in copy) == (201, "Copy", False)
    assert copy["triggers"] == own_tenant.get(used)["triggers"]
    assert own_tenant.status("DELETE", used) == 409
    assert [own_tenant.status("DELETE", path) for _ in range(2)] == [204, 404]


def test_a_linked_schedule_drives_one_task_only(own_tenant: Vendor) -> None:
    path = create(own_tenant)
    schedule = path.rpartition("/")[2]
    first, second = (f"{TASKS}/{own_tenant.task(name)}" for name in ("Load stock levels", "Publish sales mart"))

    assert own_tenant.status("GET", f"{first}/schedule") == 404
    assert own_tenant.status("PUT", f"{first}/schedule", json={"scheduleId": schedule}) == 200
    linked = own_tenant.get(f"{first}/schedule")

    assert (linked["id"], linked["executableType"], linked["executableId"]) == (schedule, "Task", first.rpartition("/")[2])
    assert own_tenant.get(f"{first}/run-config")["trigger"]["type"] == "MULTIPLE"
    assert own_tenant.status("PUT", f"{second}/schedule", json={"scheduleId": schedule}) == 403
    assert own_tenant.status("PUT", f"{first}/schedule", json={"scheduleId": schedule}) == 200
    assert [own_tenant.status("DELETE", f"{first}/schedule") for _ in range(2)] == [204, 404]
    assert own_tenant.get(f"{first}/run-config")["trigger"]["type"] == "MANUAL"
    assert own_tenant.status("PUT", f"{second}/schedule", json={"scheduleId": schedule}) == 200


def test_a_plan_changes_schedules_and_the_old_one_is_free(own_tenant: Vendor) -> None:
    plan = f"{PLANS}/{own_tenant.plan('Month-end close')}"
    old = own_tenant.get(f"{plan}/schedule")["id"]

    assert own_tenant.status("PUT", f"{plan}/schedule", json={"scheduleId": create(own_tenant).rpartition("/")[2]}) == 200

    assert own_tenant.get(f"{plan}/schedule")["description"] == "New"
    assert "executableId" not in own_tenant.get(f"/schedules/{old}")
    foreign = create(own_tenant, environment="Staging").rpartition("/")[2]
    assert own_tenant.status("PUT", f"{plan}/schedule", json={"scheduleId": foreign}) == 400
    assert own_tenant.status("PUT", f"{plan}/schedule", json={"scheduleId": "0" * 24}) == 404


def test_deleting_a_task_frees_its_schedule(own_tenant: Vendor) -> None:
    schedule = create(own_tenant)
    task = own_tenant.task("Click stream")
    own_tenant.call("PUT", f"{TASKS}/{task}/schedule", json={"scheduleId": schedule.rpartition("/")[2]})

    assert own_tenant.status("DELETE", f"{TASKS}/{task}") == 204

    assert "executableId" not in own_tenant.get(schedule)
