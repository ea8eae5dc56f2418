"""Paging, filters, FIQL."""

from typing import Any

import pytest

from gateway.providers.talend.simulator.errors import VendorError
from gateway.providers.talend.simulator.fiql import parse
from tests.providers.talend.vendor import PLANS, PROMOTIONS, TASKS, Vendor

PAGED = ["/artifacts", "/connections", "/resources", "/projects", "/schedules", TASKS, PLANS]
PLACES: list[dict[str, Any]] = [
    {"name": "Development", "description": "for eu teams", "default": True},
    {"name": "Dev", "description": "x"},
    {"name": "dev", "environment": {"name": "A"}},
    {"name": "A", "description": "eu"},
    {"name": "B"},
]
SELECTORS = {"name", "description", "default", "environment.name"}


@pytest.mark.parametrize("path", PAGED)
def test_pages_hold_each_item_once(tenant: Vendor, path: str) -> None:
    whole = tenant.get(path)["items"]
    pages, offset = [], 0
    while offset < len(whole):
        found = tenant.get(path, offset=offset, limit=4)
        assert (found["offset"], found["limit"], found["total"]) == (offset, 4, len(whole))
        pages += found["items"]
        offset += len(found["items"])

    assert pages == whole
    assert tenant.get(path, offset=len(whole))["items"] == []


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"offset": -1}, {"limit": "ten"}, {"offset": "1.5"}, {"limit": ""}, {"page": 1}]
)
def test_what_is_out_of_range_or_unknown_is_a_bad_request(tenant: Vendor, path: str, query: dict[str, object]) -> None:
    assert tenant.status("GET", path, params=query) == 400


def test_a_parameter_given_twice_is_refused_unless_it_repeats(tenant: Vendor) -> None:
    types = [item["type"] for item in tenant.get("/artifacts", types=["route", "data_service"])["items"]]

    assert sorted(types) == ["data_service", "data_service", "route", "route"]
    assert tenant.status("GET", "/artifacts", params={"name": ["a", "b"]}) == 400
    assert tenant.status("GET", "/artifacts", params={"types": "ROUTE"}) == 400


def test_lists_are_filtered_by_place_and_name(tenant: Vendor) -> None:
    staging, finance = tenant.environment("Staging"), tenant.workspace("Production", "Finance")

    def names(path: str, **query: str) -> list[str]:
        return [item["name"] for item in tenant.get(path, **query)["items"]]

    assert names(TASKS, environmentId=staging) == ["Load orders from shop", "Publish sales mart"]
    assert names(PLANS, environmentId=staging) == ["Release rehearsal"]
    assert names("/connections", workspaceId=finance) == ["bank_sftp", "ledger", "rates_service"]
    assert names("/resources", workspaceId=finance) == ["chart_of_accounts.xlsx"]
    assert names("/artifacts", workspaceId=finance, name="check") == ["check_trial_balance"]
    assert names("/projects", projectName="Stock") == ["Stock Feeds"]
    assert names(TASKS, environmentId=staging, workspaceId=finance) == []


@pytest.mark.parametrize(
    ("path", "status"), [("/artifacts", 404), ("/connections", 404), ("/resources", 404), (TASKS, 200), (PLANS, 200)]
)
def test_an_unknown_place_is_404_where_that_is_documented(tenant: Vendor, path: str, status: int) -> None:
    assert tenant.status("GET", path, params={"environmentId": "0" * 24}) == status
    assert tenant.status("GET", path, params={"workspaceId": "0" * 24}) == status


def test_the_name_filter_can_mean_a_prefix(own_tenant: Vendor) -> None:
    contained = own_tenant.get(TASKS, name="orders")["total"]
    own_tenant.settings.name_filter = "prefix"

    assert (contained, own_tenant.get(TASKS, name="orders")["total"]) == (4, 0)
    assert own_tenant.get(TASKS, name="Load orders")["total"] == 3


def test_tasks_are_filtered_by_artifact_and_runtime(tenant: Vendor) -> None:
    artifact = tenant.artifact("orders_api")
    cluster = next(iter(tenant.data.clusters))
    exclusive = tenant.get(TASKS, runtimeType="CLOUD_EXCLUSIVE")["items"]

    assert [task["name"] for task in tenant.get(TASKS, artifactId=artifact)["items"]] == ["Orders API"]
    assert [task["name"] for task in exclusive] == ["Alert finance team"]
    assert tenant.get(TASKS, runtimeId=cluster)["total"] == 5
    assert tenant.get(TASKS, runtimeType="REMOTE_ENGINE", runtimeId=cluster)["total"] == 0
    assert tenant.status("GET", TASKS, params={"runtimeType": "cloud"}) == 400


def test_a_search_of_tasks_takes_tags_and_the_type_of_trigger(tenant: Vendor) -> None:
    def found(**body: object) -> list[str]:
        answer = tenant.call("POST", f"{TASKS}/search", json=body)
        assert answer.status_code == 200
        return [item["name"] for item in answer.json()["items"]]

    production = tenant.environment("Production")
    assert found(tags=["sales", "nightly"], environmentId=production) == ["Load orders from shop", "Publish sales mart"]
    assert found(triggerType="webhook") == ["Returns pipeline"]
    assert found(name="mart", workspaceId=tenant.workspace("Staging", "Retail Analytics")) == ["Publish sales mart"]
    assert found(limit=0) == []
    assert len(found(offset=20)) == 5


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 101},
        {"limit": -1},
        {"offset": -1},
        {"environmentId": "a", "workspaceId": "b"},
        {"runtimeRunProfileId": "a"},
        {"runtimeType": "ENGINE"},
        {"triggerType": "DAILY"},
    ],
)
def test_a_contradictory_search_is_a_bad_request(tenant: Vendor, body: dict[str, object]) -> None:
    assert tenant.status("POST", f"{TASKS}/search", json=body) == 400


def test_plans_are_filtered_by_a_task_of_theirs_even_in_an_error_handler(tenant: Vendor) -> None:
    names = [plan["name"] for plan in tenant.get(PLANS, taskId=tenant.task("Notify on-call"))["items"]]

    assert names == ["Nightly sales", "Weekly customer refresh"]
    assert tenant.get(PLANS, planId=tenant.plan("Hourly stock"))["items"][0]["name"] == "Hourly stock"


def test_schedules_are_filtered_by_description_place_and_use(tenant: Vendor) -> None:
    def count(**query: str) -> int:
        total: int = tenant.get("/schedules", **query)["total"]
        return total

    assert (count(), count(onlyBound="true"), count(onlyBound="false")) == (6, 3, 6)
    assert count(environmentId=tenant.environment("Development")) == 1
    assert count(descriptionFilter="^(Shop|Month)") == 2
    assert tenant.status("GET", "/schedules", params={"descriptionFilter": "("}) == 400
    assert tenant.status("GET", "/schedules", params={"onlyBound": "yes"}) == 400


def test_rows_leave_out_what_only_details_show(tenant: Vendor) -> None:
    promotion = tenant.promotion("Staging to Production")

    assert all("description" not in row for row in tenant.get(PROMOTIONS))
    assert tenant.get(f"{PROMOTIONS}/{promotion}")["description"] == "Release"
    assert all("chart" not in row for row in tenant.get(PLANS)["items"])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name==Dev", ["Dev"]),
        ("name==Dev*", ["Development", "Dev"]),
        ("name==*e*v*", ["Development", "Dev", "dev"]),
        ("name==Dev*;description==*eu*", ["Development"]),
        ("name==A,name==B", ["A", "B"]),
        ("name==B,name==Dev*;default==true", ["Development", "B"]),
        ("(name==B,name==Dev*);default==true", ["Development"]),
        ("name!=Dev*", ["dev", "A", "B"]),
        ("environment.name==A", ["dev"]),
        ("description==*", ["Development", "Dev", "dev", "A", "B"]),
    ],
)
def test_fiql_selects(query: str, names: list[str]) -> None:
    matches = parse(query, SELECTORS)

    assert [place["name"] for place in PLACES if matches(place)] == names


@pytest.mark.parametrize(
    "query",
    [
        "",
        "name",
        "name=Dev",
        "name==",
        "name==Dev;",
        "(name==Dev",
        "name==Dev)",
        "colour==red",
        "name=gt=A",
        ";",
        "a.b==c",
        "(" * 30,
    ],
)
def test_unreadable_fiql_is_a_bad_request(query: str) -> None:
    with pytest.raises(VendorError) as refused:
        parse(query, SELECTORS)

    assert refused.value.status == 400


def test_fiql_filters_the_bare_lists(tenant: Vendor) -> None:
    def names(path: str, **query: str) -> list[str]:
        return [found["name"] for found in tenant.get(path, **query)]

    assert names("/environments", query="name==*ing;default==false") == ["Staging"]
    assert names("/workspaces", query="environment.name==Production;owner==jlindgren") == ["Finance"]
    assert names(PROMOTIONS, _s="targetEnvironment.name==Production") == ["Staging to Production", "Development to Production"]
    assert tenant.status("GET", "/workspaces", params={"query": "colour==red"}) == 400
    engines = tenant.http.get("/processing/runtimes/remote-engines", params={"query": "availability==RETIRED"}).json()
    assert [engine["name"] for engine in engines] == ["warehouse-engine-old"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/artifacts/x", 404),
        ("/connections/x", 404),
        ("/resources/x", 404),
        ("/projects/x", 404),
        (f"{TASKS}/x", 404),
        (f"{TASKS}/x/run-config", 404),
        (f"{PLANS}/x", 404),
        (f"{PROMOTIONS}/x", 404),
        (f"{PROMOTIONS}/x/users", 404),
        (f"/schedules/{'0' * 24}", 404),
        ("/projects/x/users", 400),
    ],
)
def test_an_unknown_id_is_not_found(tenant: Vendor, path: str, status: int) -> None:
    assert tenant.status("GET", path) == status


def test_a_malformed_schedule_id_is_400_without_a_body(tenant: Vendor) -> None:
    answer = tenant.call("GET", "/schedules/nightly")

    assert (answer.status_code, answer.content) == (400, b"")


def test_a_version_is_found_by_its_full_string_only(tenant: Vendor) -> None:
    artifact = tenant.artifact("publish_sales_mart")
    versions = tenant.get(f"/artifacts/{artifact}")["versions"]

    assert len(versions) == 6
    assert tenant.get(f"/artifacts/{artifact}/versions/{versions[2]}")["version"] == versions[2]
    assert tenant.status("GET", f"/artifacts/{artifact}/versions/{versions[2][:5]}") == 404
