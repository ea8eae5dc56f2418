"""Which operations the simulator knows, and that their answers have the documented members."""

from typing import Any

import httpx
import pytest

from gateway.providers.talend.simulator import SIMULATOR
from gateway.providers.talend.simulator.credentials import FULL_TOKEN, RUNNER_ACCOUNT
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.vendor import PLANS, PROMOTIONS, TASKS, Vendor

# Method, path below the host: what the product promises to cover.
PROMISED = """
GET /orchestration/artifacts
GET /orchestration/artifacts/{artifactId}
DELETE /orchestration/artifacts/{artifactId}
GET /orchestration/artifacts/{artifactId}/versions/{version}
DELETE /orchestration/artifacts/{artifactId}/versions/{version}
GET /orchestration/connections
POST /orchestration/connections
GET /orchestration/connections/{connectionId}
PUT /orchestration/connections/{connectionId}
DELETE /orchestration/connections/{connectionId}
GET /orchestration/environments
POST /orchestration/environments
PUT /orchestration/environments/{Id}
DELETE /orchestration/environments/{Id}
GET /orchestration/workspaces
POST /orchestration/workspaces
PUT /orchestration/workspaces/{id}
DELETE /orchestration/workspaces/{id}
GET /orchestration/executables/plans
POST /orchestration/executables/plans
GET /orchestration/executables/plans/{planId}
PUT /orchestration/executables/plans/{planId}
DELETE /orchestration/executables/plans/{planId}
GET /orchestration/executables/plans/{planId}/run-config
PUT /orchestration/executables/plans/{planId}/run-config
DELETE /orchestration/executables/plans/{planId}/run-config
GET /orchestration/executables/plans/{planId}/run-config/events
PUT /orchestration/executables/plans/{planId}/pause
GET /orchestration/projects
POST /orchestration/projects
GET /orchestration/projects/{projectId}
PUT /orchestration/projects/{projectId}
DELETE /orchestration/projects/{projectId}
GET /orchestration/executables/promotions
POST /orchestration/executables/promotions
GET /orchestration/executables/promotions/{promotionId}
POST /orchestration/executables/promotions/{promotionId}
PATCH /orchestration/executables/promotions/{promotionId}
DELETE /orchestration/executables/promotions/{promotionId}
GET /orchestration/executables/promotions/{promotionId}/users
PUT /orchestration/executables/promotions/{promotionId}/users/{userId}
DELETE /orchestration/executables/promotions/{promotionId}/users/{userId}
"""
# The rest of the documented ones.
FURTHER = """
PUT /orchestration/connections/{connectionId}/move/{targetWorkspaceId}
GET /orchestration/projects/{projectId}/groups
PUT /orchestration/projects/{projectId}/groups/{groupId}
DELETE /orchestration/projects/{projectId}/groups/{groupId}
GET /orchestration/projects/{projectId}/users
PUT /orchestration/projects/{projectId}/users/{userId}
DELETE /orchestration/projects/{projectId}/users/{userId}
PUT /orchestration/executables/promotions/{promotionId}/service-accounts/{serviceAccountId}
DELETE /orchestration/executables/promotions/{promotionId}/service-accounts/{serviceAccountId}
GET /orchestration/resources
POST /orchestration/resources
GET /orchestration/resources/{resourceId}
PATCH /orchestration/resources/{resourceId}
DELETE /orchestration/resources/{resourceId}
PUT /orchestration/resources/{resourceId}/upload
PUT /orchestration/resources/{resourceId}/move/{targetWorkspaceId}
GET /orchestration/schedules
POST /orchestration/schedules
GET /orchestration/schedules/{scheduleId}
POST /orchestration/schedules/{scheduleId}
PATCH /orchestration/schedules/{scheduleId}
DELETE /orchestration/schedules/{scheduleId}
POST /orchestration/schedules/{scheduleId}/triggers
PUT /orchestration/schedules/{scheduleId}/triggers
DELETE /orchestration/schedules/{scheduleId}/triggers
GET /orchestration/schedules/{scheduleId}/events
GET /orchestration/executables/tasks/{taskId}/schedule
PUT /orchestration/executables/tasks/{taskId}/schedule
DELETE /orchestration/executables/tasks/{taskId}/schedule
GET /orchestration/executables/plans/{planId}/schedule
PUT /orchestration/executables/plans/{planId}/schedule
DELETE /orchestration/executables/plans/{planId}/schedule
GET /orchestration/executables/tasks
POST /orchestration/executables/tasks
POST /orchestration/executables/tasks/search
GET /orchestration/executables/tasks/{taskId}
PUT /orchestration/executables/tasks/{taskId}
PATCH /orchestration/executables/tasks/{taskId}
DELETE /orchestration/executables/tasks/{taskId}
GET /orchestration/executables/tasks/{taskId}/run-config
PUT /orchestration/executables/tasks/{taskId}/run-config
DELETE /orchestration/executables/tasks/{taskId}/run-config
GET /orchestration/executables/tasks/{taskId}/de-run-config
PUT /orchestration/executables/tasks/{taskId}/de-run-config
DELETE /orchestration/executables/tasks/{taskId}/de-run-config
GET /orchestration/executables/tasks/{taskId}/run-config/events
POST /orchestration/executables/events/search
PUT /orchestration/executables/tasks/{taskId}/pause
GET /processing/runtimes/remote-engines
"""


def operations(text: str) -> list[tuple[str, str]]:
    return [(method, path) for method, path in (line.split() for line in text.strip().splitlines())]


def documented(required: str, optional: str = "") -> tuple[set[str], set[str]]:
    return set(required.split()), set(required.split()) | set(optional.split())


ENVIRONMENT = documented("id name", "description maxCloudContainers default")
WORKSPACE_INFO = documented("id name", "description owner type environment protectedArtifactUpdate")
PROJECT = documented("id name", "technicalLabel description url author owner projectType repoType createDate updateDate")
ARTIFACT = documented("id name type versions workspace")
VERSION = documented(
    "id version type publisher marketplaceProduct parameters workspace createDate", "name description repository publisherType"
)
CONNECTION = documented("id name app createDate parameters workspace", "updateDate")
RESOURCE = documented("id name workspaceInfo file", "description")
TASK_EXTRACT = documented("executable name", "workspace artifactId runtime")
TASK = documented(
    "id name version artifact",
    "description workspace tags connections parameters resources autoUpgradeInfo taskPauseDetails",
)
PLAN = documented("executable name", "workspace description chart status planPauseDetails")
PROMOTION = documented("executable name", "sourceEnvironment targetEnvironment description")
SCHEDULE = documented("id environmentId", "description triggers executableId executableType")
RUN_CONFIG = documented(
    "trigger runtime",
    "parallelExecutionAllowed logLevel remoteRunAsUser timeout deploymentStrategy lineage microservicePort",
)
PLAN_RUN_CONFIG = documented("trigger", "parallelExecutionAllowed")


def check(document: Any, shape: tuple[set[str], set[str]]) -> None:
    required, allowed = shape
    assert required <= set(document) <= allowed


def test_forty_two_operations_are_promised() -> None:
    assert len(set(operations(PROMISED))) == 42
    assert not set(operations(PROMISED)) & set(operations(FURTHER))


@pytest.mark.parametrize(("method", "path"), [*operations(PROMISED), *operations(FURTHER)])
def test_every_operation_is_known(tenant: Vendor, method: str, path: str) -> None:
    """A broken query refuses every operation before it acts; an unknown operation is 404 first."""
    answer = tenant.http.request(method, path.replace("{", "").replace("}", ""), params={"noSuchParameter": "1"})

    assert (answer.status_code, answer.json()["detail"]) == (400, "Unknown query parameter: noSuchParameter")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/orchestration/nothing"),
        ("PATCH", "/orchestration/environments"),
        ("GET", "/tmc/v2.6/environments"),
        ("GET", "/orchestration/environments/"),
        ("DELETE", "/processing/executions/plans/x"),
    ],
)
def test_what_the_vendor_does_not_have_is_not_found(tenant: Vendor, method: str, path: str) -> None:
    answer = tenant.http.request(method, path)

    assert answer.status_code == 404
    assert answer.json().keys() == {"status", "message", "detail", "requestId"}


def test_the_definition_names_kind_port_and_token() -> None:
    assert (SIMULATOR.kind, SIMULATOR.default_port, SIMULATOR.base_path) == ("talend", 4003, "")
    assert SIMULATOR.token == FULL_TOKEN.value


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/artifacts", ARTIFACT),
        ("/connections", CONNECTION),
        ("/resources", RESOURCE),
        ("/projects", PROJECT),
        ("/schedules", SCHEDULE),
        (TASKS, TASK_EXTRACT),
        (PLANS, PLAN),
    ],
)
def test_paged_lists_tell_total_limit_and_offset(tenant: Vendor, path: str, shape: tuple[set[str], set[str]]) -> None:
    found = tenant.get(path)

    assert (found["limit"], found["offset"], found["total"]) == (100, 0, len(found["items"]))
    assert found["items"]
    for item in found["items"]:
        check(item, shape)


@pytest.mark.parametrize(
    ("path", "shape"), [("/environments", ENVIRONMENT), ("/workspaces", WORKSPACE_INFO), (PROMOTIONS, PROMOTION)]
)
def test_some_lists_are_bare_arrays(tenant: Vendor, path: str, shape: tuple[set[str], set[str]]) -> None:
    found = tenant.get(path)

    assert len(found) >= 3
    for item in found:
        check(item, shape)


def test_single_documents_have_the_documented_members(tenant: Vendor) -> None:
    artifact, task, plan = tenant.artifact("publish_sales_mart"), tenant.task("Orders API"), tenant.plan("Nightly sales")
    version = tenant.get(f"/artifacts/{artifact}")["versions"][-1]

    check(tenant.get(f"/artifacts/{artifact}"), ARTIFACT)
    check(tenant.get(f"/artifacts/{artifact}/versions/{version}"), VERSION)
    check(tenant.get(f"/connections/{tenant.connection('crm')}"), CONNECTION)
    check(tenant.get(f"/resources/{tenant.resource('country_codes.csv')}"), RESOURCE)
    check(tenant.get(f"/projects/{next(iter(tenant.data.projects))}"), PROJECT)
    check(tenant.get(f"{TASKS}/{task}"), TASK)
    check(tenant.get(f"{TASKS}/{task}/run-config"), RUN_CONFIG)
    check(tenant.get(f"{PLANS}/{plan}"), PLAN)
    check(tenant.get(f"{PLANS}/{plan}/run-config"), PLAN_RUN_CONFIG)
    check(tenant.get(f"/schedules/{tenant.schedule('Month-end')}"), SCHEDULE)
    check(tenant.get(f"{PROMOTIONS}/{tenant.promotion('Staging to Production')}"), PROMOTION)


def test_the_type_of_a_workspace_is_lower_case_in_lists_and_capitalised_where_it_is_created(own_tenant: Vendor) -> None:
    environment = own_tenant.environment("Staging")

    created = own_tenant.call("POST", "/workspaces", json={"name": "Logistics", "environmentId": environment})

    check(created.json(), documented("id name createDate updateDate ownerFullName environmentId type", "description owner"))
    assert (created.status_code, created.json()["type"]) == (201, "Custom")
    assert {row["type"] for row in own_tenant.get("/workspaces")} == {"shared", "personal", "custom"}


def test_the_same_seed_gives_the_same_tenant_and_another_seed_other_ids(uneven: RunningSimulator) -> None:
    from gateway.providers.talend.simulator.profiles import make_tenant

    same, other = (make_tenant("uneven", seed, uneven.clock) for seed in (1, 2))

    assert same.tasks.keys() == uneven.app.tenant.tasks.keys()  # type: ignore[attr-defined]
    assert not same.tasks.keys() & other.tasks.keys()
    assert [task["name"] for task in same.tasks.values()] == [task["name"] for task in other.tasks.values()]


def test_the_even_tenant_has_fifty_tasks_and_little_else(even: RunningSimulator) -> None:
    with httpx.Client(base_url=even.base_url, headers={"Authorization": f"Bearer {even.token}"}, trust_env=False) as http:
        tasks, plans = (http.get(f"/orchestration{path}").json()["total"] for path in (TASKS, PLANS))

    assert (tasks, plans) == (50, 1)


def test_the_uneven_tenant_has_the_named_variety(tenant: Vendor) -> None:
    data = tenant.data

    sizes = [len(part) for part in (data.environments, data.workspaces, data.projects, data.tasks, data.plans)]
    assert sizes == [3, 6, 8, 25, 8]
    assert (len(data.artifacts), len(data.connections)) == (30, 12)
    assert {trigger["type"] for schedule in data.schedules.values() for trigger in schedule["triggers"]} == {
        "ONCE", "DAILY", "WEEKLY", "MONTHLY", "CRON",
    }  # fmt: skip
    assert {config["trigger"]["type"] for config in data.run_configs.values()} == {
        "ONCE", "DAILY", "WEEKLY", "MONTHLY", "CRON", "WEBHOOK", "MANUAL", "MULTIPLE",
    }  # fmt: skip
    assert {config["runtime"]["type"] for key, config in data.run_configs.items() if key in data.tasks} == {
        "CLOUD", "REMOTE_ENGINE", "REMOTE_ENGINE_CLUSTER", "CLOUD_EXCLUSIVE", "PIPELINE_ENGINE",
    }  # fmt: skip
    assert RUNNER_ACCOUNT.client_id in str(data.promotion_users)
