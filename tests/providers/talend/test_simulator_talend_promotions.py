"""Changes to promotions, what they would do, and what they do."""

from typing import Any

import pytest

from tests.providers.talend.vendor import PLANS, PROMOTIONS, TASKS, Vendor


def test_promotions_are_unique_for_each_pair_of_environments(own_tenant: Vendor) -> None:
    development, staging = own_tenant.environment("Development"), own_tenant.environment("Staging")
    backwards = {"sourceEnvironmentId": staging, "targetEnvironmentId": development, "description": "Back"}

    created = own_tenant.call("POST", PROMOTIONS, json=backwards)

    assert (created.status_code, created.json()["name"]) == (201, "Staging to Development")
    assert own_tenant.get(f"{PROMOTIONS}/{created.json()['executable']}") == created.json()
    assert own_tenant.status("POST", PROMOTIONS, json=backwards) == 409
    assert own_tenant.status("POST", PROMOTIONS, json={**backwards, "sourceEnvironmentId": development}) == 400
    assert own_tenant.status("POST", PROMOTIONS, json={**backwards, "sourceEnvironmentId": "x"}) == 404


def test_a_promotion_is_described_and_deleted(own_tenant: Vendor) -> None:
    path = f"{PROMOTIONS}/{own_tenant.promotion('Development to Production')}"

    assert own_tenant.status("PATCH", path, json={"description": "Emergency only"}) == 204
    assert own_tenant.get(path)["description"] == "Emergency only"
    assert own_tenant.status("PATCH", path, json={}) == 400
    assert [own_tenant.status("DELETE", path) for _ in range(2)] == [204, 404]


def test_users_of_a_promotion_come_and_go(own_tenant: Vendor) -> None:
    path = f"{PROMOTIONS}/{own_tenant.promotion('Staging to Production')}"

    assert own_tenant.get(f"{path}/users")["userIds"] == ["mreyes"]
    assert [own_tenant.status("PUT", f"{path}/users/skimura") for _ in range(2)] == [204, 409]
    assert [own_tenant.status("PUT", f"{path}/service-accounts/abc") for _ in range(2)] == [204, 204]
    assert own_tenant.get(f"{path}/users") == {
        "executable": path.rpartition("/")[2], "userIds": ["mreyes", "skimura"], "serviceAccountIds": ["abc"],
    }  # fmt: skip
    assert [own_tenant.status("DELETE", f"{path}/users/skimura") for _ in range(2)] == [204, 404]
    assert [own_tenant.status("DELETE", f"{path}/service-accounts/abc") for _ in range(2)] == [204, 404]


def analysis(vendor: Vendor, name: str, **body: Any) -> Any:
    answer = vendor.call("POST", f"{PROMOTIONS}/{vendor.promotion(name)}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_analysis_tells_what_would_come_of_a_promotion(tenant: Vendor) -> None:
    report = analysis(tenant, "Staging to Production")

    (workspace,) = report["workspaces"]
    statuses = {row["name"]: row["analyzeReport"]["status"] for row in (*workspace["actions"], *workspace["plans"])}
    assert (report["status"], report["defective"]) == ("ANALIZED", False)
    assert (workspace["name"], workspace["analyzeReport"]["status"]) == ("Retail Analytics", "REUSED")
    assert statuses == {
        "load_orders_from_shop": "REPLACED", "publish_sales_mart": "REPLACED", "orders_api": "REPLACED",
        "Release rehearsal": "CREATED",
    }  # fmt: skip


def test_protected_artifacts_make_a_promotion_defective(own_tenant: Vendor) -> None:
    before = analysis(own_tenant, "Development to Staging")
    staging = own_tenant.workspace("Staging", "Retail Analytics")

    own_tenant.call("PUT", f"/workspaces/{staging}", json={"name": "Retail Analytics", "protectedArtifactUpdate": False})

    assert (before["defective"], analysis(own_tenant, "Development to Staging")["defective"]) == (True, False)
    failed = [
        row["analyzeReport"]["messages"][0]["level"]
        for workspace in before["workspaces"]
        for row in workspace["actions"]
        if row["analyzeReport"]["status"] == "FAILED"
    ]
    assert failed == ["ERROR", "ERROR"]


def test_an_executed_promotion_changes_the_target(own_tenant: Vendor) -> None:
    promotion = own_tenant.promotion("Development to Production")
    production = own_tenant.environment("Production")
    before = own_tenant.get(TASKS, environmentId=production)["total"]

    answer = own_tenant.http.post("/processing/executions/promotions", json={"executable": promotion})
    own_tenant.advance(60)

    assert answer.status_code == 201
    names = [task["name"] for task in own_tenant.get(TASKS, environmentId=production)["items"]]
    assert len(names) == before + 2
    assert {"Basket rules experiment", "Archive old files"} <= set(names)
    smoke = own_tenant.get(PLANS, environmentId=production, name="Smoke test")["items"][0]
    chart = own_tenant.get(f"{PLANS}/{smoke['executable']}")["chart"]
    assert [flow["id"] for flow in chart["flows"]] == [own_tenant.task(n) for n in ("Load orders from shop", "Publish sales mart")]
    workspace = own_tenant.get("/workspaces", query="environment.name==Production;name==Common*")
    assert len(workspace) == 1


def chosen(vendor: Vendor, kind: str, identifier: str) -> dict[str, list[str]]:
    """Names of what an analysis of one thing of Production looks at."""
    report = analysis(vendor, "Production to Staging", promotionAdvancedInfo={"id": identifier, "type": kind})
    parts = ("plans", "flows", "actions", "connections", "resources")
    return {part: [row["name"] for workspace in report["workspaces"] for row in workspace[part]] for part in parts}


def test_one_task_brings_what_it_needs(tenant: Vendor) -> None:
    assert chosen(tenant, "FLOW", tenant.task("Load customers from CRM")) == {
        "plans": [],
        "flows": ["Load customers from CRM"],
        "actions": ["load_customers_from_crm"],
        "connections": ["crm"],
        "resources": ["country_codes.csv"],
    }


def test_one_plan_brings_its_tasks_and_the_plans_that_handle_its_errors(tenant: Vendor) -> None:
    found = chosen(tenant, "PLAN", tenant.plan("Month-end close"))

    assert found["plans"] == ["Finance fall-back", "Month-end close"]
    assert len(found["flows"]) == 6
    assert "alert_finance_team" in found["actions"]


def test_one_workspace_or_artifact_stays_alone(tenant: Vendor) -> None:
    finance = chosen(tenant, "WORKSPACE", tenant.workspace("Production", "Finance"))

    assert (len(finance["actions"]), len(finance["connections"])) == (7, 3)
    assert chosen(tenant, "ACTION", tenant.artifact("orders_api")) == {
        "plans": [], "flows": [], "actions": ["orders_api"], "connections": [], "resources": [],
    }  # fmt: skip


@pytest.mark.parametrize("environment", ["Staging", "Development"])
def test_what_the_source_does_not_hold_cannot_be_chosen(tenant: Vendor, environment: str) -> None:
    body = {"promotionAdvancedInfo": {"id": tenant.artifact("publish_sales_mart", environment), "type": "ACTION"}}

    assert tenant.status("POST", f"{PROMOTIONS}/{tenant.promotion('Production to Staging')}", json=body) == 400


def test_an_environment_that_was_empty_holds_the_same_afterwards(own_tenant: Vendor) -> None:
    environment = own_tenant.call("POST", "/environments", json={"name": "Mirror", "workspaceName": "Finance"}).json()["id"]
    ends = {"sourceEnvironmentId": own_tenant.environment("Production"), "targetEnvironmentId": environment}
    promotion = own_tenant.call("POST", PROMOTIONS, json=ends).json()["executable"]

    own_tenant.http.post("/processing/executions/promotions", json={"executable": promotion})
    own_tenant.advance(60)

    def names(path: str, place: str) -> list[str]:
        return sorted(row["name"] for row in own_tenant.get(path, environmentId=place)["items"])

    for path in (TASKS, PLANS, "/artifacts", "/connections", "/resources"):
        assert names(path, environment) == names(path, ends["sourceEnvironmentId"])
    inside = {row["executable"] for row in own_tenant.get(TASKS, environmentId=environment)["items"]}
    plans = {row["executable"] for row in own_tenant.get(PLANS, environmentId=environment)["items"]}
    steps = [step for plan in plans for step in own_tenant.data.plan_steps[plan]]
    handlers = [step["handlerOnFailure"] for step in steps if "handlerOnFailure" in step]
    assert {task for step in steps for task in step["taskIds"]} <= inside
    assert {task for handler in handlers for task in handler["taskIds"]} <= inside
    assert {plan for handler in handlers for plan in handler["planIds"]} <= plans
    again = own_tenant.call("POST", f"{PROMOTIONS}/{promotion}", json={}).json()
    assert {row["analyzeReport"]["status"] for workspace in again["workspaces"] for row in workspace["actions"]} == {"REUSED"}


def test_a_task_without_its_engine_in_the_target_is_warned_about(tenant: Vendor) -> None:
    report = analysis(tenant, "Production to Staging")

    flows = {row["name"]: row["analyzeReport"] for workspace in report["workspaces"] for row in workspace["flows"]}
    assert flows["Load stock levels"]["messages"] == [
        {"info": "The target environment has no engine named prod-engine-a", "level": "WARN"}
    ]
    assert flows["Sales report by mail"]["messages"] == []
    assert {row["analyzeReport"]["status"] for row in (*report["engines"], *report["clusters"])} == {"SKIPPED"}
