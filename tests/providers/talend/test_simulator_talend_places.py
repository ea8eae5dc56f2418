"""Changes to environments, workspaces and projects."""

from typing import Any

import pytest

from tests.providers.talend.vendor import PLANS, PROMOTIONS, TASKS, Vendor


def create_environment(vendor: Vendor, **body: Any) -> Any:
    answer = vendor.call("POST", "/environments", json={"name": "Sandbox", "workspaceName": "Play", **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_new_environment_comes_with_one_custom_workspace(own_tenant: Vendor) -> None:
    created = create_environment(own_tenant, description="Short-lived", maxCloudContainers=1)

    assert created | {"id": ""} == {
        "id": "", "name": "Sandbox", "description": "Short-lived", "maxCloudContainers": 1, "default": False,
    }  # fmt: skip
    assert created in own_tenant.get("/environments")
    (workspace,) = own_tenant.get("/workspaces", query=f"environment.id=={created['id']}")
    assert (workspace["name"], workspace["type"], workspace["owner"]) == ("Play", "custom", "mreyes")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "Staging", "workspaceName": "Play"}, 409),
        ({"name": "Sandbox"}, 400),
        ({"name": "", "workspaceName": "Play"}, 400),
        ({"name": " ", "workspaceName": "Play"}, 400),
        ({"name": "Sandbox", "workspaceName": "Play", "maxCloudContainers": -1}, 400),
    ],
)
def test_an_environment_is_not_created(tenant: Vendor, body: dict[str, Any], status: int) -> None:
    assert tenant.status("POST", "/environments", json=body) == status
    assert len(tenant.get("/environments")) == 3


def test_renaming_an_environment_shows_wherever_it_is_named(own_tenant: Vendor) -> None:
    staging = own_tenant.environment("Staging")

    assert own_tenant.status("PUT", f"/environments/{staging}", json={"name": "Rehearsal"}) == 204

    found = own_tenant.get("/environments", query="name==Rehearsal")
    assert found[0]["description"] == "Rehearsals with last week's data"
    task = own_tenant.get(TASKS, environmentId=staging)["items"][0]
    assert task["workspace"]["environment"]["name"] == "Rehearsal"
    assert own_tenant.get(PROMOTIONS, _s="sourceEnvironment.name==Rehearsal")


def test_an_environment_keeps_its_own_name_but_takes_no_others(own_tenant: Vendor) -> None:
    path = f"/environments/{own_tenant.environment('Staging')}"

    assert own_tenant.status("PUT", path, json={"name": "Staging", "maxCloudContainers": 9}) == 204
    assert own_tenant.status("PUT", path, json={"name": "Production"}) == 409
    assert own_tenant.status("PUT", "/environments/x", json={"name": "Anything"}) == 404
    assert own_tenant.get("/environments", query="name==Staging")[0]["maxCloudContainers"] == 9


def test_an_environment_in_use_is_not_deleted(own_tenant: Vendor) -> None:
    path = f"/environments/{own_tenant.environment('Staging')}"

    refused = own_tenant.call("DELETE", path)

    assert refused.status_code == 400
    assert "promotion Staging to Production" in refused.json()["detail"]
    own_tenant.settings.environment_refusal = "403"
    assert own_tenant.status("DELETE", path) == 403
    own_tenant.settings.environment_refusal = "403 usage details"
    other = own_tenant.call("DELETE", f"/environments/{own_tenant.environment('Development')}")
    assert (other.status_code, list(other.json())) == (403, ["Usage Details"])
    assert "engine dev-engine" in other.json()["Usage Details"]


def test_deleting_an_environment_takes_everything_in_it_along(own_tenant: Vendor) -> None:
    staging = own_tenant.environment("Staging")
    (plan,) = [found["executable"] for found in own_tenant.get(PLANS, environmentId=staging)["items"]]
    for promotion in own_tenant.get(PROMOTIONS, _s=f"sourceEnvironment.id=={staging},targetEnvironment.id=={staging}"):
        assert own_tenant.status("DELETE", f"{PROMOTIONS}/{promotion['executable']}") == 204

    assert own_tenant.status("DELETE", f"/environments/{staging}") == 204

    assert [found["name"] for found in own_tenant.get("/environments")] == ["Development", "Production"]
    assert own_tenant.get("/workspaces", query=f"environment.id=={staging}") == []
    assert own_tenant.get(TASKS, environmentId=staging)["total"] == 0
    assert own_tenant.status("GET", f"{PLANS}/{plan}") == 404
    assert own_tenant.status("DELETE", f"/environments/{staging}") == 404


def test_names_of_workspaces_are_unique_within_an_environment(own_tenant: Vendor) -> None:
    body = {"name": "Finance", "environmentId": own_tenant.environment("Production")}

    assert own_tenant.status("POST", "/workspaces", json=body) == 409
    assert own_tenant.status("POST", "/workspaces", json={**body, "environmentId": own_tenant.environment("Staging")}) == 201
    assert own_tenant.status("POST", "/workspaces", json={**body, "environmentId": "x"}) == 400
    path = f"/workspaces/{own_tenant.workspace('Production', 'Retail Analytics')}"
    assert own_tenant.status("PUT", path, json={"name": "Finance"}) == 400
    assert own_tenant.status("PUT", "/workspaces/x", json={"name": "Finance"}) == 404


def test_an_update_of_a_workspace_shows_in_what_it_holds(own_tenant: Vendor) -> None:
    finance = own_tenant.workspace("Production", "Finance")
    body = {"name": "Controlling", "owner": "skimura", "protectedArtifactUpdate": True}

    assert own_tenant.status("PUT", f"/workspaces/{finance}", json=body) == 204

    task = own_tenant.get(TASKS, workspaceId=finance)["items"][0]
    shown = task["workspace"]
    assert (shown["name"], shown["owner"], shown["protectedArtifactUpdate"]) == ("Controlling", "skimura", True)
    assert own_tenant.get("/workspaces", query="name==Controlling") == [shown]


def test_only_custom_workspaces_are_deleted(own_tenant: Vendor) -> None:
    shared = own_tenant.workspace("Development", "Common Components")
    personal = own_tenant.workspace("Development", "Maria Reyes")
    custom = own_tenant.workspace("Development", "Retail Analytics")

    assert [own_tenant.status("DELETE", f"/workspaces/{key}") for key in (shared, personal, custom)] == [400, 400, 204]
    assert own_tenant.get(TASKS, workspaceId=custom)["total"] == 0
    assert own_tenant.status("DELETE", f"/workspaces/{custom}") == 404


def test_a_workspace_whose_things_another_one_uses_stays(own_tenant: Vendor) -> None:
    retail, finance = (own_tenant.workspace("Production", name) for name in ("Retail Analytics", "Finance"))
    step = {"name": "Load", "condition": "ALL_SUCCEEDED", "taskIds": [own_tenant.task("Orders API")]}
    plan = {"name": "Across", "workspaceId": finance, "steps": [step]}
    created = own_tenant.call("POST", PLANS, json=plan).json()["id"]

    refused = own_tenant.call("DELETE", f"/workspaces/{retail}")

    assert refused.status_code == 409
    assert "Across" in refused.json()["detail"]
    assert own_tenant.status("DELETE", f"{PLANS}/{created}") == 204
    assert own_tenant.status("DELETE", f"/workspaces/{retail}") == 204


def test_projects_are_created_updated_and_deleted(own_tenant: Vendor) -> None:
    body = {"name": "Price Lists", "owner": "tokafor", "url": "https://git.acme.example/data/prices.git"}

    created = own_tenant.call("POST", "/projects", json=body)
    project = created.json()
    updated = own_tenant.call("PUT", f"/projects/{project['id']}", json={"description": "From suppliers"})

    assert (created.status_code, project["technicalLabel"], project["author"]) == (201, "PRICE_LISTS", "mreyes")
    assert updated.json() == {**project, "description": "From suppliers"}
    assert own_tenant.get(f"/projects/{project['id']}") == updated.json()
    assert own_tenant.status("DELETE", f"/projects/{project['id']}") == 204
    assert own_tenant.status("GET", f"/projects/{project['id']}") == 404


def test_a_name_or_repository_of_another_project_is_a_conflict(tenant: Vendor) -> None:
    first, second = tenant.get("/projects", limit=2)["items"]
    body = {"name": first["name"], "owner": "tokafor", "url": "https://git.acme.example/new.git"}

    assert tenant.status("POST", "/projects", json=body) == 409
    assert tenant.status("POST", "/projects", json={**body, "name": "New", "url": first["url"]}) == 409
    assert tenant.status("PUT", f"/projects/{second['id']}", json={"url": first["url"]}) == 409
    assert tenant.status("POST", "/projects", json={"name": "New", "owner": "tokafor"}) == 400


@pytest.mark.parametrize(("kind", "key"), [("users", "userIds"), ("groups", "groupIds")])
def test_members_of_a_project_come_and_go_once(own_tenant: Vendor, kind: str, key: str) -> None:
    path = f"/projects/{next(iter(own_tenant.data.projects))}/{kind}"
    before = own_tenant.get(path)[key]

    assert [own_tenant.status("PUT", f"{path}/new-one") for _ in range(2)] == [204, 409]
    assert own_tenant.get(path)[key] == [*before, "new-one"]
    assert [own_tenant.status("DELETE", f"{path}/new-one") for _ in range(2)] == [204, 404]
    assert own_tenant.get(path)[key] == before
