"""Changes to tasks and plans, to when they run and whether they do."""

from typing import Any

import pytest

from tests.providers.talend.vendor import PLANS, TASKS, Vendor

MANUAL = {"type": "MANUAL", "startDate": "2026-03-02", "timeZone": "UTC"}
DAILY = {"type": "DAILY", "interval": 1, "startDate": "2026-03-02", "timeZone": "UTC", "startTime": "04:00"}


def task_body(vendor: Vendor, **changed: Any) -> dict[str, Any]:
    artifact = vendor.artifact("notify_on_call")
    body = {
        "name": "Notify warehouse",
        "workspaceId": vendor.workspace("Production", "Retail Analytics"),
        "environmentId": vendor.environment("Production"),
        "artifact": {"id": artifact, "version": vendor.data.artifacts[artifact]["versions"][-1]},
        "connections": {"mail": vendor.connection("mail_relay")},
        "tags": ["stock"],
        **changed,
    }
    return {key: value for key, value in body.items() if value is not ...}


def step(vendor: Vendor, *names: str, **more: Any) -> dict[str, Any]:
    return {"name": names[0], "condition": "ALL_SUCCEEDED", "taskIds": [vendor.task(name) for name in names], **more}


def plan_body(vendor: Vendor, *steps: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {
        "name": "Stock and clicks",
        "workspaceId": vendor.workspace("Production", "Retail Analytics"),
        "steps": list(steps),
        **changed,
    }


def create_plan(vendor: Vendor, *steps: dict[str, Any], **changed: Any) -> Any:
    answer = vendor.call("POST", PLANS, json=plan_body(vendor, *steps, **changed))
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_task_is_created_and_cannot_run_before_it_is_configured(own_tenant: Vendor) -> None:
    created = own_tenant.call("POST", TASKS, json=task_body(own_tenant))
    task = created.json()["id"]

    assert (created.status_code, created.json()["version"], created.json()["tags"]) == (201, "1.0", ["stock"])
    assert own_tenant.get(f"{TASKS}/{task}") == created.json()
    assert own_tenant.status("GET", f"{TASKS}/{task}/run-config") == 404
    run = own_tenant.http.post("/processing/executions", json={"executable": task})
    assert run.status_code == 501


@pytest.mark.parametrize(
    "change",
    [
        {"workspaceId": "x"},
        {"environmentId": "x"},
        {"environmentId": ...},
        {"artifact": {"id": "x", "version": "1"}},
        {"artifact": ...},
        {"connections": {"mail": "x"}},
        {"resources": {"codes": "x"}},
        {"parameters": {"size": 1}},
        {"name": ""},
    ],
)
def test_a_task_that_refers_to_nothing_is_not_created(tenant: Vendor, change: dict[str, Any]) -> None:
    assert tenant.status("POST", TASKS, json=task_body(tenant, **change)) == 400
    artifact = {"id": tenant.artifact("notify_on_call"), "version": "9.9.9"}
    assert tenant.status("POST", TASKS, json=task_body(tenant, artifact=artifact)) == 400


def test_a_replaced_task_loses_what_the_body_leaves_out(own_tenant: Vendor) -> None:
    path = f"{TASKS}/{own_tenant.task('Clean customer addresses')}"
    before = own_tenant.get(path)
    body = task_body(own_tenant, environmentId=..., connections=..., tags=..., description="Now without CRM")

    replaced = own_tenant.call("PUT", path, json=body).json()

    assert {"tags", "connections", "parameters", "autoUpgradeInfo"} & set(replaced) == set()
    assert (replaced["id"], replaced["name"], replaced["description"]) == (before["id"], "Notify warehouse", "Now without CRM")
    assert replaced["version"] != before["version"]
    assert replaced["taskPauseDetails"] == before["taskPauseDetails"]
    assert own_tenant.get(path) == replaced
    assert own_tenant.status("PUT", path, json=task_body(own_tenant)) == 400  # environmentId is no member here
    assert own_tenant.status("PUT", path, json={**body, "workspaceId": own_tenant.workspace("Staging", "Retail Analytics")}) == 400


def test_a_renamed_task_shows_its_new_name_in_the_charts_of_plans(own_tenant: Vendor) -> None:
    task = own_tenant.task("Load stock levels")
    body = task_body(own_tenant, environmentId=..., name="Load stock", description="")

    assert own_tenant.call("PUT", f"{TASKS}/{task}", json=body).status_code == 200

    chart = own_tenant.get(f"{PLANS}/{own_tenant.plan('Hourly stock')}")["chart"]
    assert [flow["name"] for flow in chart["flows"]] == ["Load stock"]


def test_a_task_takes_the_latest_artifact(own_tenant: Vendor) -> None:
    path = f"{TASKS}/{own_tenant.task('Publish sales mart')}"
    task = own_tenant.get(path)
    newest = own_tenant.get(f"/artifacts/{task['artifact']['id']}")["versions"][-1]

    assert task["artifact"]["version"] != newest
    assert own_tenant.status("PATCH", path, json={"latestArtifact": True}) == 204
    assert own_tenant.get(path)["artifact"]["version"] == newest
    service = f"{TASKS}/{own_tenant.task('Orders API')}"
    assert own_tenant.status("PATCH", service, json={"latestArtifact": True}) == 400


def test_a_task_of_a_plan_is_not_deleted(own_tenant: Vendor) -> None:
    used = own_tenant.task("Notify on-call")  # in error handlers only
    created = own_tenant.call("POST", TASKS, json=task_body(own_tenant)).json()["id"]

    assert own_tenant.status("DELETE", f"{TASKS}/{used}") == 409
    assert [own_tenant.status("DELETE", f"{TASKS}/{created}") for _ in range(2)] == [204, 404]


def test_a_plan_is_created_as_a_list_of_steps_and_shown_as_a_chart(own_tenant: Vendor) -> None:
    handler = {"taskIds": [own_tenant.task("Notify on-call")], "planIds": [own_tenant.plan("Hourly stock")]}
    first = step(own_tenant, "Load stock levels", "Click stream", handlerOnFailure=handler, note="Side by side")
    second = step(own_tenant, "Publish sales mart", condition="ALWAYS_PROCEED_ON")

    created = create_plan(own_tenant, first, second, description="Two steps")

    assert [row["condition"] for row in created["steps"]] == ["ALL_SUCCEEDED", "ALWAYS_PROCEED_ON"]
    assert (created["author"], created["authorType"], created["createDate"]) == ("mreyes", "HUMAN", "2026-03-02T12:00:00.000Z")
    shown = own_tenant.get(f"{PLANS}/{created['id']}")
    chart = shown["chart"]
    assert (shown["executable"], shown["description"], shown["planPauseDetails"]) == (created["id"], "Two steps", {"pause": False})
    assert [flow["name"] for flow in chart["flows"]] == ["Load stock levels", "Click stream"]
    assert [flow["name"] for flow in chart["stepOnException"]["flows"]] == ["Notify on-call", "Hourly stock"]
    assert chart["nextStep"]["name"] == "Publish sales mart"
    assert "nextStep" not in chart["nextStep"]


def test_a_plan_with_a_bad_step_is_not_created(tenant: Vendor) -> None:
    good = step(tenant, "Click stream")
    bad: list[list[dict[str, Any]]] = [
        [],
        [{**good, "taskIds": []}],
        [{**good, "taskIds": ["x"]}],
        [{**good, "taskIds": [tenant.task("Publish sales mart", "Staging")]}],
        [{**good, "condition": "SOMETIMES"}],
        [{**good, "successfulStepCondition": "ALL_SUCCEEDED"}],
        [{**good, "handlerOnFailure": {"planIds": ["x"]}}],
    ]

    assert [tenant.status("POST", PLANS, json=plan_body(tenant, *steps)) for steps in bad] == [400] * len(bad)
    assert tenant.status("POST", PLANS, json=plan_body(tenant, good, workspaceId="x")) == 400


def test_a_replaced_plan_keeps_its_id_and_the_ids_of_its_steps(own_tenant: Vendor) -> None:
    created = create_plan(own_tenant, step(own_tenant, "Click stream"), description="Old")
    path, (kept,) = f"{PLANS}/{created['id']}", created["steps"]
    own_tenant.advance(60)

    replaced = own_tenant.call(
        "PUT", path, json=plan_body(own_tenant, step(own_tenant, "Load stock levels"), kept, name="Other")
    ).json()

    assert (replaced["id"], replaced["name"], replaced["steps"][1]) == (created["id"], "Other", kept)
    assert replaced["updateDate"] == "2026-03-02T12:01:00.000Z"
    assert "description" not in own_tenant.get(path)
    handler = step(own_tenant, "Click stream", handlerOnFailure={"planIds": [created["id"]]})
    assert own_tenant.status("PUT", path, json=plan_body(own_tenant, handler)) == 400


def test_a_plan_that_handles_errors_of_another_is_not_deleted(own_tenant: Vendor) -> None:
    path = f"{PLANS}/{own_tenant.plan('Finance fall-back')}"

    assert own_tenant.status("DELETE", path) == 409
    assert own_tenant.status("DELETE", f"{PLANS}/{own_tenant.plan('Month-end close')}") == 204
    assert own_tenant.status("DELETE", path) == 204
    assert own_tenant.status("GET", path) == 404


@pytest.mark.parametrize("kind", ["task", "plan"])
def test_pausing_answers_202_once_and_204_afterwards(own_tenant: Vendor, kind: str) -> None:
    path = f"{TASKS}/{own_tenant.task('Orders API')}" if kind == "task" else f"{PLANS}/{own_tenant.plan('Smoke test')}"
    details = "taskPauseDetails" if kind == "task" else "planPauseDetails"

    statuses = [own_tenant.status("PUT", f"{path}/pause", json={"pause": True, "pauseContext": "Freeze"}) for _ in range(2)]

    assert statuses == [202, 204]
    assert own_tenant.get(path)[details] == {
        "pause": True, "pauseContext": "Freeze", "user": "mreyes", "userType": "HUMAN", "pauseDate": "2026-03-02T12:00:00.000Z",
    }  # fmt: skip
    assert [own_tenant.status("PUT", f"{path}/pause", json={"pause": False}) for _ in range(2)] == [202, 204]
    assert own_tenant.get(path)[details]["pause"] is False
    assert own_tenant.status("PUT", f"{path}/pause", json={}) == 400


def test_a_paused_task_is_not_run(own_tenant: Vendor) -> None:
    task = own_tenant.task("Load stock levels")
    own_tenant.status("PUT", f"{TASKS}/{task}/pause", json={"pause": True})

    assert own_tenant.http.post("/processing/executions", json={"executable": task}).status_code == 405


def test_a_run_configuration_is_stored_with_its_defaults(own_tenant: Vendor) -> None:
    path = f"{TASKS}/{own_tenant.task('Basket rules experiment', 'Development')}/run-config"

    stored = own_tenant.call("PUT", path, json={"trigger": DAILY, "runtime": {"type": "CLOUD"}, "timeout": 30})

    assert stored.status_code == 200
    assert stored.json() == {
        "trigger": DAILY,
        "runtime": {"type": "CLOUD"},
        "parallelExecutionAllowed": False,
        "logLevel": "WARN",
        "deploymentStrategy": "PARALLEL",
        "timeout": 30,
    }
    assert own_tenant.get(path) == stored.json()


def test_deleting_a_run_configuration_only_stops_the_schedule(own_tenant: Vendor) -> None:
    task, plan = own_tenant.task("Aggregate sessions"), own_tenant.plan("Nightly sales")
    for path in (f"{TASKS}/{task}/run-config", f"{PLANS}/{plan}/run-config"):
        before = own_tenant.get(path)

        assert own_tenant.status("DELETE", path) == 204

        after = own_tenant.get(path)
        assert after["trigger"]["type"] == "MANUAL"
        assert {**after, "trigger": None} == {**before, "trigger": None}
    unset = own_tenant.task("Basket rules experiment", "Development")
    assert own_tenant.status("DELETE", f"{TASKS}/{unset}/run-config") == 404


def test_a_configuration_of_its_own_takes_the_place_of_a_linked_schedule(own_tenant: Vendor) -> None:
    stopped, replaced, kept = (f"{PLANS}/{own_tenant.plan(name)}" for name in ("Hourly stock", "Month-end close", "Smoke test"))
    own_tenant.call("PUT", f"{kept}/schedule", json={"scheduleId": own_tenant.get("/schedules")["items"][4]["id"]})

    assert own_tenant.status("DELETE", f"{stopped}/run-config") == 204
    assert own_tenant.status("PUT", f"{replaced}/run-config", json={"trigger": DAILY}) == 200
    assert own_tenant.status("PUT", f"{kept}/run-config", json={"trigger": {**MANUAL, "type": "MULTIPLE"}}) == 200

    assert [own_tenant.status("GET", f"{plan}/schedule") for plan in (stopped, replaced, kept)] == [404, 404, 200]
    types = [own_tenant.get(f"{plan}/run-config")["trigger"]["type"] for plan in (stopped, replaced, kept)]
    assert types == ["MANUAL", "DAILY", "MULTIPLE"]


@pytest.mark.parametrize(
    "change",
    [
        {"timeout": 0},
        {"logLevel": "DEBUG"},
        {"runtime": ...},
        {"runtime": {"type": "REMOTE_ENGINE", "id": "x"}},
        {"runtime": {"type": "REMOTE_ENGINE"}},
        {"runtime": {"type": "CLOUD", "id": "x"}},
        {"trigger": {**MANUAL, "type": "YEARLY"}},
        {"trigger": {"type": "MANUAL"}},
        {"trigger": {**MANUAL, "startDate": "2026-02-30"}},
        {"trigger": {**MANUAL, "timeZone": "Mars/Olympus"}},
        {"trigger": {**MANUAL, "type": "CRON"}},
        {"trigger": {**MANUAL, "type": "CRON", "cronExpression": "every night"}},
        {"trigger": {**MANUAL, "type": "WEBHOOK"}},
        {"trigger": {**MANUAL, "type": "MULTIPLE"}},
        {"trigger": {**DAILY, "startTime": "25:00"}},
        {"trigger": {**DAILY, "interval": 0}},
        {"trigger": {**DAILY, "atTimes": {"type": "AT_TIME"}}},
        {"trigger": {**DAILY, "atTimes": {"type": "AT_SPECIFIC_TIMES", "times": []}}},
        {"trigger": {**DAILY, "atTimes": {"type": "AT_INTERVALS", "startTime": "10:00", "endTime": "09:00", "interval": 5}}},
        {"trigger": {**DAILY, "type": "MONTHLY", "atDays": {"type": "DAY_OF_MONTH", "day": 32}}},
        {"trigger": {**DAILY, "type": "WEEKLY", "atDays": {"type": "DAY_OF_WEEK", "days": []}}},
        {"trigger": {**DAILY, "type": "ONCE"}},
        {"microservicePort": 9080},
    ],
)
def test_a_bad_run_configuration_is_refused(tenant: Vendor, change: dict[str, Any]) -> None:
    path = f"{TASKS}/{tenant.task('Orders API')}/run-config"
    body = {"trigger": MANUAL, "runtime": {"type": "CLOUD"}, **change}

    assert tenant.status("PUT", path, json={key: value for key, value in body.items() if value is not ...}) == 400


def test_a_webhook_is_a_trigger_of_its_own(own_tenant: Vendor) -> None:
    path = f"{PLANS}/{own_tenant.plan('Smoke test')}/run-config"
    trigger = {**MANUAL, "type": "WEBHOOK", "webhook": {"name": "merged"}}

    assert own_tenant.call("PUT", path, json={"trigger": trigger}).json() == {
        "trigger": trigger, "parallelExecutionAllowed": False,
    }  # fmt: skip
    assert own_tenant.status("PUT", path, json={"trigger": {**DAILY, "webhook": {"name": "merged"}}}) == 400


def test_a_dynamic_run_configuration_lives_beside_the_other(own_tenant: Vendor) -> None:
    path = f"{TASKS}/{own_tenant.task('Returns pipeline')}/de-run-config"

    assert own_tenant.status("GET", path) == 404
    stored = own_tenant.call("PUT", path, json={"trigger": DAILY, "runProfileId": "small"}).json()
    assert (stored["runProfileId"], stored["logLevel"]) == ("small", "WARN")
    assert own_tenant.get(path) == stored
    assert own_tenant.status("DELETE", path) == 204
    assert own_tenant.get(path)["trigger"]["type"] == "MANUAL"
