from collections.abc import Iterator
from typing import Any

import pytest

from gateway.providers.talend.simulator.credentials import ONE_ENVIRONMENT_TOKEN
from gateway.providers.talend.simulator.runs.promotion_run import FAILED, FINAL, PROMOTED, PromotionOptions
from tests.providers.talend.run_client import RunClient, connected, run_client

RUNS = "/processing/executions/promotions"


@pytest.fixture
def vendor() -> Iterator[RunClient]:
    with run_client("uneven") as opened:
        yield opened


@pytest.fixture(scope="module")
def calm() -> Iterator[RunClient]:
    """For requests that change nothing."""
    with run_client("uneven") as opened:
        yield opened


def promotion(vendor: RunClient, *, defective: bool) -> str:
    report = vendor.runs.promotions.report
    return next(key for key in vendor.tenant.promotions if report(key, PromotionOptions())["defective"] is defective)


def execute(vendor: RunClient, promotion_id: str, **body: Any) -> Any:
    answer = vendor.http.post(RUNS, json={"executable": promotion_id, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def levels(value: Any) -> set[str]:
    if isinstance(value, list):
        return {level for each in value for level in levels(each)}
    if not isinstance(value, dict):
        return set()
    return {level for each in value.values() for level in levels(each)} | ({value["level"]} if "level" in value else set())


def test_an_analysis_is_over_at_once_and_changes_nothing(vendor: RunClient) -> None:
    promotion_id = promotion(vendor, defective=True)
    tasks, versions = len(vendor.tenant.tasks), {key: list(each["versions"]) for key, each in vendor.tenant.artifacts.items()}

    answer = vendor.http.post(f"/orchestration/executables/promotions/{promotion_id}", json={"context": "change 1"})
    found = answer.json()
    vendor.advance(60)

    assert (answer.status_code, found["status"], found["defective"]) == (200, "ANALIZED", True)
    assert (found["promotionId"], found["pipelineId"], found["context"]) == (promotion_id, promotion_id, "change 1")
    assert "ERROR" in levels(found["workspaces"])
    assert vendor.get(f"{RUNS}/{found['executionId']}") == found
    assert len(vendor.tenant.tasks) == tasks
    assert {key: each["versions"] for key, each in vendor.tenant.artifacts.items()} == versions


def test_an_execution_starts_and_ends_with_a_report(vendor: RunClient) -> None:
    promotion_id = promotion(vendor, defective=False)

    begun = execute(vendor, promotion_id, keepTargetResources=True)
    started = vendor.get(f"{RUNS}/{begun['executionId']}")
    vendor.advance(25)
    ended = vendor.get(f"{RUNS}/{begun['executionId']}")

    assert begun["executionReport"] == started
    assert (started["status"], started["keepTargetResources"], started["workspaces"]) == ("PROMOTION_STARTED", True, [])
    assert "finishTimestamp" not in started
    assert ended["status"] == ("PROMOTION_WARNING" if "WARN" in levels(ended) else "PROMOTED")
    assert ended["finishTimestamp"] == "2026-03-02T12:00:25.000Z"
    assert ended["workspaces"]
    assert all(workspace["promotionReport"] for workspace in ended["workspaces"])


def test_the_target_changes_when_the_execution_is_over(vendor: RunClient) -> None:
    promotion_id = promotion(vendor, defective=False)
    target_id = vendor.tenant.promotions[promotion_id]["targetEnvironment"]["id"]

    def inside() -> dict[str, str]:
        tasks = vendor.tenant.tasks.items()
        return {key: task["version"] for key, task in tasks if vendor.tenant.environment_of(task)["id"] == target_id}

    before = inside()
    run_id = execute(vendor, promotion_id)["executionId"]
    vendor.get(f"{RUNS}/{run_id}")
    during = inside()
    vendor.advance(25)
    vendor.get(f"{RUNS}/{run_id}")
    after = inside()

    assert before == during
    changed = [task_id for task_id, version in after.items() if before.get(task_id) != version]
    assert changed
    assert before.keys() <= after.keys()
    for task_id in changed:
        assert vendor.get(f"/orchestration/executables/tasks/{task_id}")["version"] == after[task_id]


def test_a_failed_execution_changes_nothing(vendor: RunClient) -> None:
    promotion_id = promotion(vendor, defective=False)
    tasks = set(vendor.tenant.tasks)
    vendor.runs.promotions.script(promotion_id, FAILED)

    run_id = execute(vendor, promotion_id)["executionId"]
    vendor.advance(25)

    assert vendor.get(f"{RUNS}/{run_id}")["status"] == "PROMOTION_FAILED"
    assert set(vendor.tenant.tasks) == tasks


def test_a_promotion_with_errors_is_not_executed(calm: RunClient) -> None:
    answer = calm.http.post(RUNS, json={"executable": promotion(calm, defective=True)})

    assert answer.status_code == 501
    assert "errors" in answer.json()["detail"]


def test_one_object_can_be_promoted_alone(vendor: RunClient) -> None:
    promotion_id = promotion(vendor, defective=False)
    source_id = vendor.tenant.promotions[promotion_id]["sourceEnvironment"]["id"]
    task_id = next(key for key, task in vendor.tenant.tasks.items() if vendor.tenant.environment_of(task)["id"] == source_id)

    run_id = execute(vendor, promotion_id, advanced={"artifactId": task_id, "artifactType": "FLOW"})["executionId"]
    vendor.advance(25)
    found = vendor.get(f"{RUNS}/{run_id}")

    assert found["advanced"] == {"artifactId": task_id, "artifactType": "FLOW"}
    assert [flow["id"] for workspace in found["workspaces"] for flow in workspace["flows"]] == [task_id]
    assert isinstance(found["workspaces"][0]["flows"][0]["version"], int)


def test_an_execution_can_be_accepted_without_a_word(vendor: RunClient) -> None:
    vendor.settings.promotion_execution = "accepted"

    answer = vendor.http.post(RUNS, json={"executable": promotion(vendor, defective=False)})

    assert (answer.status_code, answer.content) == (202, b"")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"executable": "f" * 24}, 404),
        ({"context": "x" * 256}, 400),
        ({"advanced": {"artifactId": "x"}}, 400),
        ({"advanced": {"artifactId": "x", "artifactType": "CONNECTION"}}, 400),
        ({"advanced": {"artifactId": "f" * 24, "artifactType": "FLOW"}}, 400),
        ({"promotionAdvancedInfo": {}}, 400),
    ],
)
def test_an_execution_that_does_not_fit_is_refused(calm: RunClient, body: dict[str, Any], status: int) -> None:
    asked = {"executable": promotion(calm, defective=False)} | body if body else {}

    assert calm.http.post(RUNS, json=asked).status_code == status


def test_only_those_assigned_execute(vendor: RunClient) -> None:
    promotion_id = promotion(vendor, defective=False)
    vendor.tenant.promotion_users[promotion_id]["userIds"] = []

    with connected(vendor.simulator, ONE_ENVIRONMENT_TOKEN.value) as stranger:
        assert stranger.post(RUNS, json={"executable": promotion_id}).status_code == 403


def test_there_are_past_runs_of_every_status(calm: RunClient) -> None:
    found = [calm.get(f"{RUNS}/{run_id}") for run_id in calm.runs.promotions.past]

    assert [run["status"] for run in found] == [
        "ANALIZED",
        "PROMOTION_WARNING",
        "PROMOTION_FAILED",
        "PROMOTED",
        "PROMOTION_STARTED",
    ]
    assert calm.status_of(f"{RUNS}/nothing") == 404


def test_a_script_names_a_final_status(calm: RunClient) -> None:
    assert PROMOTED in FINAL
    with pytest.raises(ValueError, match="final"):
        calm.runs.promotions.script("x", "PROMOTION_STARTED")
