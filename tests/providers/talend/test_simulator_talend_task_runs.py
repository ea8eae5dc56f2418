from collections.abc import Iterator
from typing import Any

import pytest

from gateway.providers.talend.simulator.credentials import ONE_ENVIRONMENT_TOKEN, READ_ONLY_TOKEN
from gateway.providers.talend.simulator.runs.ending import Ending
from gateway.providers.talend.simulator.runs.statuses import TASK_STATUS
from tests.providers.talend.run_client import RunClient, connected, run_client

QUICK = Ending(received_s=1, dispatching_s=2, running_s=30, processed_rows=1_200)


@pytest.fixture
def vendor() -> Iterator[RunClient]:
    """Fifty tasks in the cloud that may run in parallel."""
    with run_client("even") as opened:
        yield opened


def forbid_parallel_runs(vendor: RunClient, task_id: str) -> None:
    vendor.tenant.run_configs[task_id]["parallelExecutionAllowed"] = False


def make_service(vendor: RunClient, task_id: str) -> None:
    artifact_id = vendor.tenant.tasks[task_id]["artifact"]["id"]
    vendor.tenant.artifacts[artifact_id]["type"] = "data_service"


def test_a_run_goes_through_its_states_as_the_clock_goes_on(vendor: RunClient) -> None:
    vendor.runs.script(vendor.tasks[0], QUICK)
    run_id = vendor.run_task(vendor.tasks[0])

    seen = []
    for seconds in (0, 1, 2, 29, 1):
        vendor.advance(seconds)
        found = vendor.task_run(run_id)
        seen.append((found["executionStatus"], found["status"], "startTimestamp" in found, "finishTimestamp" in found))

    assert seen == [
        ("EXECUTION_EVENT_RECEIVED", "dispatching", False, False),
        ("DISPATCHING_FLOW", "dispatching", False, False),
        ("STARTING_FLOW_EXECUTION", "executing", True, False),
        ("STARTING_FLOW_EXECUTION", "executing", True, False),
        ("EXECUTION_SUCCESS", "execution_successful", True, True),
    ]


def test_a_finished_run_tells_who_asked_for_it_and_what_it_did(vendor: RunClient) -> None:
    vendor.runs.script(vendor.tasks[0], QUICK)
    run_id = vendor.run_task(vendor.tasks[0], parameters={"run_date": "2026-03-01"}, logLevel="INFO", timeout=30)
    vendor.advance(40)

    found = vendor.task_run(run_id)

    assert found["jobId"] == vendor.tasks[0]
    assert (found["userId"], found["userType"], found["executionType"]) == ("mreyes", "HUMAN", "MANUAL")
    assert (found["executionDestination"], found["timeout"]) == ("CLOUD", 30)
    assert (found["numberOfProcessedRows"], found["numberOfRejectedRows"]) == (1_200, 0)
    assert found["triggerTimestamp"] == "2026-03-02T12:00:00.000Z"
    assert found["startTimestamp"] == "2026-03-02T12:00:03.000Z"
    assert found["finishTimestamp"] == "2026-03-02T12:00:33.000Z"


@pytest.mark.parametrize("status", ["EXECUTION_FAILED", "EXECUTION_REJECTED", "DEPLOY_FAILED", "EXECUTION_TERMINATED_SHUTDOWN"])
def test_a_run_ends_as_scripted(vendor: RunClient, status: str) -> None:
    vendor.runs.script(vendor.tasks[0], Ending(status=status, error_type="java.lang.Error", error_message="tMap_1: no"))
    run_id = vendor.run_task(vendor.tasks[0])
    vendor.advance(600)

    found = vendor.task_run(run_id)

    assert (found["executionStatus"], found["status"]) == (status, TASK_STATUS[status])
    assert ("errorMessage" in found) == ("FAILED" in status)


def test_a_run_beyond_its_time_limit_is_terminated(vendor: RunClient) -> None:
    vendor.runs.script(vendor.tasks[0], Ending(running_s=600))
    run_id = vendor.run_task(vendor.tasks[0], timeout=2)
    vendor.advance(130)

    found = vendor.task_run(run_id)

    assert (found["executionStatus"], found["status"]) == ("EXECUTION_TERMINATED_TIMEOUT", "terminated_timeout")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"executable": 7},
        {"executable": "x", "timeout": 0},
        {"executable": "x", "logLevel": "DEBUG"},
        {"executable": "x", "parameters": {"rows": 7}},
        {"executable": "x", "taskId": "x"},
    ],
)
def test_a_body_that_does_not_fit_is_refused(vendor: RunClient, body: dict[str, Any]) -> None:
    answer = vendor.http.post("/processing/executions", json=body)

    assert answer.status_code == 400
    assert answer.json()["status"] == 400


def test_unknown_paused_and_unconfigured_tasks_cannot_be_run(vendor: RunClient) -> None:
    paused, unconfigured = vendor.tasks[:2]
    vendor.tenant.pauses[paused] = True
    del vendor.tenant.run_configs[unconfigured]

    answers = [vendor.http.post("/processing/executions", json={"executable": each}) for each in ("f" * 24, paused, unconfigured)]

    assert [answer.status_code for answer in answers] == [404, 405, 501]
    assert "paused" in answers[1].json()["detail"]
    assert vendor.runs_of(paused)["total"] == 10


def test_a_caller_without_permission_reads_but_does_not_run(vendor: RunClient) -> None:
    run_id = vendor.run_task(vendor.tasks[0])

    with connected(vendor.simulator, READ_ONLY_TOKEN.value) as reader:
        assert reader.get(f"/processing/executions/{run_id}").status_code == 200
        assert reader.post("/processing/executions", json={"executable": vendor.tasks[0]}).status_code == 403
        assert reader.delete(f"/processing/executions/{run_id}").status_code == 403


def test_runs_of_another_environment_are_hidden(vendor: RunClient) -> None:
    run_id = vendor.run_task(vendor.tasks[0])

    with connected(vendor.simulator, ONE_ENVIRONMENT_TOKEN.value) as stranger:
        assert stranger.get(f"/processing/executions/{run_id}").status_code == 403
        assert stranger.get("/processing/executables/tasks/executions").json()["total"] == 0
        assert stranger.post("/processing/executions", json={"executable": vendor.tasks[0]}).status_code == 403


def test_a_running_run_is_stopped_in_two_phases(vendor: RunClient) -> None:
    vendor.runs.script(vendor.tasks[0], Ending(running_s=None))
    run_id = vendor.run_task(vendor.tasks[0])
    vendor.advance(60)

    answer = vendor.http.delete(f"/processing/executions/{run_id}")
    stopping = vendor.task_run(run_id)
    vendor.advance(3)
    stopped = vendor.task_run(run_id)

    assert (answer.status_code, answer.content) == (204, b"")
    assert (stopping["executionStatus"], stopping["status"]) == ("STOPPING_FLOW_EXECUTION", "executing")
    assert (stopped["executionStatus"], stopped["status"]) == ("EXECUTION_TERMINATED", "terminated")


def test_a_run_that_has_not_started_is_terminated_at_once(vendor: RunClient) -> None:
    run_id = vendor.run_task(vendor.tasks[0])

    vendor.http.delete(f"/processing/executions/{run_id}")

    found = vendor.task_run(run_id)
    assert found["executionStatus"] == "EXECUTION_TERMINATED"
    assert "startTimestamp" not in found


def test_terminating_twice_or_too_late_changes_nothing(vendor: RunClient) -> None:
    vendor.runs.script(vendor.tasks[0], QUICK)
    run_id = vendor.run_task(vendor.tasks[0])
    vendor.advance(40)

    assert vendor.http.delete(f"/processing/executions/{run_id}").status_code == 204
    assert vendor.task_run(run_id)["executionStatus"] == "EXECUTION_SUCCESS"
    assert vendor.http.delete("/processing/executions/6a1d3a52-0000-4000-8000-000000000000").status_code == 404


def test_terminating_a_finished_run_can_be_refused(vendor: RunClient) -> None:
    vendor.settings.terminate_finished = 400
    vendor.runs.script(vendor.tasks[0], QUICK)
    run_id = vendor.run_task(vendor.tasks[0])
    vendor.advance(40)

    assert vendor.http.delete(f"/processing/executions/{run_id}").status_code == 400


def test_a_forbidden_parallel_run_is_accepted_and_misfires(vendor: RunClient) -> None:
    forbid_parallel_runs(vendor, vendor.tasks[0])
    first, second = vendor.run_task(vendor.tasks[0]), vendor.run_task(vendor.tasks[0])
    vendor.advance(1)

    found = vendor.task_run(second)

    assert (found["executionStatus"], found["misfiredExecutionReason"]) == ("EXECUTION_FAILED", "PARALLEL_EXECUTION_FORBIDDEN")
    assert "startTimestamp" not in found
    assert "misfiredExecutionReason" not in vendor.task_run(first)


def test_a_forbidden_parallel_run_can_be_refused(vendor: RunClient) -> None:
    vendor.settings.parallel_forbidden = "refuse"
    forbid_parallel_runs(vendor, vendor.tasks[0])
    vendor.run_task(vendor.tasks[0])

    assert vendor.http.post("/processing/executions", json={"executable": vendor.tasks[0]}).status_code == 400


def test_an_engine_that_is_away_makes_the_run_misfire(vendor: RunClient) -> None:
    vendor.tenant.engines["e1"] = {"id": "e1", "name": "away", "availability": "NOT_AVAILABLE"}
    vendor.tenant.run_configs[vendor.tasks[0]]["runtime"] = {"type": "REMOTE_ENGINE", "id": "e1", "engineId": "e1"}
    run_id = vendor.run_task(vendor.tasks[0])
    vendor.advance(1)

    found = vendor.task_run(run_id)

    assert found["misfiredExecutionReason"] == "REMOTE_ENGINE_UNAVAILABLE"
    assert (found["executionDestination"], found["remoteEngineId"]) == ("REMOTE_ENGINE", "e1")


def test_the_queue_takes_fifty_runs_of_a_task_within_an_hour(vendor: RunClient) -> None:
    vendor.runs.script_always(vendor.tasks[0], Ending(running_s=None))

    runs = [vendor.run_task(vendor.tasks[0]) for _ in range(51)]
    other = vendor.run_task(vendor.tasks[1])
    vendor.advance(30)

    assert vendor.task_run(runs[49])["status"] == "executing"
    assert vendor.task_run(runs[50])["misfiredExecutionReason"] == "MAX_PARALLEL_TASKS_LIMIT_REACHED"
    assert "misfiredExecutionReason" not in vendor.task_run(other)
    vendor.advance(3_600)
    assert "misfiredExecutionReason" not in vendor.task_run(vendor.run_task(vendor.tasks[0]))


def test_the_id_of_a_service_run_is_only_a_receipt(vendor: RunClient) -> None:
    make_service(vendor, vendor.tasks[0])

    receipt = vendor.run_task(vendor.tasks[0])
    vendor.advance(19)
    early = vendor.runs_of(vendor.tasks[0], status="executing")
    vendor.advance(1)
    found = vendor.runs_of(vendor.tasks[0], status="executing")

    assert vendor.status_of(f"/processing/executions/{receipt}") == 404
    assert (early["total"], found["total"]) == (0, 1)
    assert found["items"][0]["executionId"] != receipt
    assert found["items"][0]["triggerTimestamp"] >= "2026-03-02T12:00:00.000Z"


def test_a_service_on_a_cluster_runs_once_on_each_engine(vendor: RunClient) -> None:
    make_service(vendor, vendor.tasks[0])
    vendor.tenant.clusters["c1"] = {"id": "c1", "name": "pair", "engines": ["e1", "e2"]}
    vendor.tenant.run_configs[vendor.tasks[0]]["runtime"] = {"type": "REMOTE_ENGINE_CLUSTER", "id": "c1", "clusterId": "c1"}

    vendor.run_task(vendor.tasks[0])
    vendor.advance(20)

    assert vendor.runs_of(vendor.tasks[0], status="executing")["total"] == 2


def test_a_stopped_service_ends_as_successful(vendor: RunClient) -> None:
    vendor.settings.service_receipts = False
    make_service(vendor, vendor.tasks[0])
    run_id = vendor.run_task(vendor.tasks[0])
    vendor.advance(86_400)

    vendor.http.delete(f"/processing/executions/{run_id}")
    vendor.advance(3)

    assert vendor.task_run(run_id)["executionStatus"] == "EXECUTION_SUCCESS"


def test_services_that_run_for_long_can_leave_the_lists(vendor: RunClient) -> None:
    vendor.settings.service_receipts = False
    make_service(vendor, vendor.tasks[0])
    run_id = vendor.run_task(vendor.tasks[0])
    vendor.advance(8 * 86_400)

    before = vendor.runs_of(vendor.tasks[0], status="executing")["total"]
    vendor.settings.services_vanish_after_days = 7

    assert (before, vendor.runs_of(vendor.tasks[0], status="executing")["total"]) == (1, 0)
    assert vendor.task_run(run_id)["status"] == "executing"


def test_the_version_of_the_api_is_shown_from_2026_on(vendor: RunClient) -> None:
    run_id = vendor.run_task(vendor.tasks[0])
    newer = vendor.http.get(f"/processing/executions/{run_id}", headers={"talend-version": "2026-01"}).json()

    assert "apiVersion" not in vendor.task_run(run_id)
    assert newer["apiVersion"] == "2021-03"
    scheduled = vendor.runs.insert(vendor.tasks[0])[0]
    assert "apiVersion" not in vendor.http.get(f"/processing/executions/{scheduled}", headers={"talend-version": "2026-01"}).json()


def test_reads_of_one_run_are_limited(vendor: RunClient) -> None:
    run_id = vendor.run_task(vendor.tasks[0])
    vendor.settings.run_status_limit = 3
    vendor.simulator.control.rate_limit_enabled = True

    statuses = [vendor.status_of(f"/processing/executions/{run_id}") for _ in range(4)]
    refused = vendor.http.get(f"/processing/executions/{run_id}")

    assert statuses == [200, 200, 200, 429]
    assert int(refused.headers["retry-after"]) > 0
    assert vendor.status_of("/processing/executables/tasks/executions") == 200
    vendor.settings.retry_after_header = False
    assert "retry-after" not in vendor.http.get(f"/processing/executions/{run_id}").headers
    vendor.advance(60)
    assert vendor.status_of(f"/processing/executions/{run_id}") == 200


def test_the_time_limit_can_be_shown_as_plain_termination(vendor: RunClient) -> None:
    vendor.settings.sub_status_as_terminated = True
    vendor.runs.script(vendor.tasks[0], Ending(status="EXECUTION_TERMINATED_SHUTDOWN"))
    run_id = vendor.run_task(vendor.tasks[0])
    vendor.advance(120)

    found = vendor.task_run(run_id)

    assert (found["executionStatus"], found["status"]) == ("EXECUTION_TERMINATED", "terminated_shutdown")


def test_required_members_can_be_missing(vendor: RunClient) -> None:
    run_id = vendor.run_task(vendor.tasks[0])
    assert vendor.task_run(run_id)["userId"] == "mreyes"

    vendor.settings.omit_required_fields = True

    assert not {"userId", "userType"} & vendor.task_run(run_id).keys()


def test_runs_of_a_deleted_environment_are_gone(vendor: RunClient) -> None:
    run_id = vendor.run_task(vendor.tasks[0])

    vendor.tenant.environments.clear()

    assert vendor.status_of(f"/processing/executions/{run_id}") == 404
    assert vendor.get("/processing/executables/tasks/executions")["total"] == 0


def test_a_script_names_a_final_status_and_a_known_reason() -> None:
    with pytest.raises(ValueError, match="final"):
        Ending(status="STARTING_FLOW_EXECUTION")
    with pytest.raises(ValueError, match="misfire"):
        Ending(status="EXECUTION_FAILED", misfire="TOO_TIRED")
