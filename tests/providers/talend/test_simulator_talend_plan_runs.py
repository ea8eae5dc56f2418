from collections.abc import Iterator
from typing import Any

import pytest

from gateway.providers.talend.simulator.runs.ending import Ending
from tests.providers.talend.run_client import PLAN_RUNS, TASK_RUNS, RunClient, run_client

GOOD = Ending(received_s=1, dispatching_s=1, running_s=8)  # over after 10 s
BAD = Ending(status="EXECUTION_FAILED", received_s=1, dispatching_s=1, running_s=8, error_message="tMap_1: no")
STEP_S = 10


@pytest.fixture
def vendor() -> Iterator[RunClient]:
    """Every task takes ten seconds and goes well, unless a test says otherwise."""
    with run_client("even") as opened:
        for task_id in opened.tasks:
            opened.runs.script_always(task_id, GOOD)
        yield opened


def children(vendor: RunClient, run_id: str) -> list[dict[str, Any]]:
    return [row for row in vendor.get(TASK_RUNS)["items"] if row.get("planId") == run_id]


def test_steps_run_one_after_the_other_and_their_tasks_at_once(vendor: RunClient) -> None:
    a, b, c = vendor.tasks[:3]
    run_id = vendor.run_plan(vendor.add_plan({"taskIds": [a, b]}, {"taskIds": [c]}))

    first = vendor.plan_run(run_id)
    first_children = {row["taskId"] for row in children(vendor, run_id)}
    vendor.advance(STEP_S)
    second = vendor.plan_run(run_id)
    vendor.advance(STEP_S)
    last = vendor.plan_run(run_id)

    assert (first["executionStatus"], first["status"]) == ("STARTED", "executing")
    assert (first["plannedExecutableCount"], first["doneExecutableCount"]) == (3, 0)
    assert first_children == {a, b}
    assert second["doneExecutableCount"] == 2
    assert {row["jobId"] for row in second["doneExecutableDetails"]} == {a, b}
    assert (last["executionStatus"], last["status"], last["doneExecutableCount"]) == (
        "EXECUTION_SUCCESS",
        "execution_successful",
        3,
    )
    assert last["finishTimestamp"] == "2026-03-02T12:00:20.000Z"


def test_the_task_runs_of_a_plan_name_the_plan_run(vendor: RunClient) -> None:
    run_id = vendor.run_plan(vendor.add_plan({"taskIds": [vendor.tasks[0]]}))

    (row,) = children(vendor, run_id)

    assert row["executionType"] == "PLAN"
    assert vendor.task_run(row["executionId"])["planId"] == run_id


def test_time_that_passes_in_one_leap_gives_the_same_history(vendor: RunClient) -> None:
    plan_id = vendor.add_plan(*({"taskIds": [task_id]} for task_id in vendor.tasks[:4]))
    run_id = vendor.run_plan(plan_id)
    vendor.advance(86_400)

    assert vendor.plan_run(run_id)["finishTimestamp"] == "2026-03-02T12:00:40.000Z"
    assert [step["startTimestamp"] for step in vendor.steps(run_id)] == [
        f"2026-03-02T12:00:{second}.000Z" for second in ("00", "10", "20", "30")
    ]


def test_steps_appear_as_they_begin_in_the_order_of_the_design(vendor: RunClient) -> None:
    run_id = vendor.run_plan(vendor.add_plan({"taskIds": [vendor.tasks[0]]}, {"taskIds": [vendor.tasks[1]]}))

    before = vendor.steps(run_id)
    vendor.advance(STEP_S)
    after = vendor.steps(run_id)

    assert [(step["id"], step["executionStatus"]) for step in before] == [("step-1", "STARTED")]
    assert [(step["id"], step["executionStatus"]) for step in after] == [("step-1", "EXECUTION_SUCCESS"), ("step-2", "STARTED")]
    detail = vendor.get(f"/processing/executions/plans/{run_id}/steps/{after[0]['executionId']}")
    assert (detail["plannedExecutableCount"], detail["doneExecutableCount"]) == (1, 1)
    assert [row["jobId"] for row in detail["doneTaskExecutableDetails"]] == [vendor.tasks[0]]


@pytest.mark.parametrize(
    ("condition", "failing", "expected"),
    [
        ("ALL_SUCCEEDED", 1, ("EXECUTION_FAILED", 1)),
        ("AT_LEAST_ONE_SUCCEEDED", 1, ("EXECUTION_SUCCESS", 2)),
        ("AT_LEAST_ONE_SUCCEEDED", 2, ("EXECUTION_FAILED", 1)),
        ("ALWAYS_PROCEED_ON", 2, ("EXECUTION_SUCCESS", 2)),
    ],
)
def test_the_condition_decides_whether_the_plan_goes_on(
    vendor: RunClient, condition: str, failing: int, expected: tuple[str, int]
) -> None:
    a, b, c = vendor.tasks[:3]
    for task_id in (a, b)[:failing]:
        vendor.runs.script(task_id, BAD)
    run_id = vendor.run_plan(vendor.add_plan({"taskIds": [a, b], "condition": condition}, {"taskIds": [c]}))
    vendor.advance(60)

    assert (vendor.plan_run(run_id)["executionStatus"], len(vendor.steps(run_id))) == expected


def test_an_error_handler_runs_after_a_failed_step_and_then_the_plan_has_failed(vendor: RunClient) -> None:
    work, tidy, never = vendor.tasks[:3]
    vendor.runs.script(work, BAD)
    plan_id = vendor.add_plan({"taskIds": [work], "handlerOnFailure": {"taskIds": [tidy]}}, {"taskIds": [never]})
    run_id = vendor.run_plan(plan_id)
    vendor.advance(STEP_S)
    handling = vendor.plan_run(run_id)["status"]
    vendor.advance(STEP_S)
    (step,) = vendor.steps(run_id)
    handler = vendor.get(f"/processing/executions/plans/{run_id}/steps/{step['executionId']}/error-handler")

    assert handling == "executing"
    assert vendor.plan_run(run_id)["executionStatus"] == "EXECUTION_FAILED"
    assert [row["jobId"] for row in handler["doneTaskExecutableDetails"]] == [tidy]
    assert handler["executionStatus"] == "EXECUTION_SUCCESS"
    assert step["executionStatus"] == "EXECUTION_FAILED"


def test_a_handler_can_be_a_plan(vendor: RunClient) -> None:
    vendor.runs.script(vendor.tasks[0], BAD)
    fallback = vendor.add_plan({"taskIds": [vendor.tasks[1]]}, name="Fall-back")
    run_id = vendor.run_plan(vendor.add_plan({"taskIds": [vendor.tasks[0]], "handlerOnFailure": {"planIds": [fallback]}}))
    vendor.advance(60)
    (step,) = vendor.steps(run_id)

    handler = vendor.get(f"/processing/executions/plans/{run_id}/steps/{step['executionId']}/error-handler")

    assert [row["planId"] for row in handler["donePlanExecutableDetails"]] == [fallback]
    assert vendor.get(f"/processing/executables/plans/{fallback}/executions")["items"][0]["executionType"] == "PLAN"
    assert vendor.plan_run(run_id)["finishTimestamp"] == "2026-03-02T12:00:20.000Z"


def test_what_has_not_happened_is_not_found(vendor: RunClient) -> None:
    run_id = vendor.run_plan(vendor.add_plan({"taskIds": [vendor.tasks[0]]}))
    step_id = vendor.steps(run_id)[0]["executionId"]

    assert vendor.status_of(f"/processing/executions/plans/{run_id}/steps/{step_id}/error-handler") == 404
    assert vendor.status_of(f"/processing/executions/plans/{run_id}/steps/step-1") == 404
    assert vendor.status_of("/processing/executions/plans/nothing") == 404
    assert vendor.status_of(f"/processing/executions/{run_id}") == 404
    assert vendor.http.delete(f"/processing/executions/plans/{run_id}").status_code == 404
    assert vendor.http.delete(f"/processing/executions/{run_id}").status_code == 404


def test_stopping_its_task_runs_ends_a_plan_run(vendor: RunClient) -> None:
    a, b = vendor.tasks[:2]
    run_id = vendor.run_plan(vendor.add_plan({"taskIds": [a]}, {"taskIds": [b]}))
    vendor.advance(5)
    (row,) = children(vendor, run_id)

    vendor.http.delete(f"/processing/executions/{row['executionId']}")
    vendor.advance(3)

    assert vendor.plan_run(run_id)["executionStatus"] == "EXECUTION_FAILED"
    assert vendor.plan_run(run_id)["finishTimestamp"] == "2026-03-02T12:00:08.000Z"
    assert len(vendor.steps(run_id)) == 1


def failed_run(vendor: RunClient) -> tuple[str, str, list[dict[str, Any]]]:
    """(plan, plan run, its step runs): the first of three steps went well, one task of two of the second failed."""
    a, b, c, d = vendor.tasks[:4]
    vendor.runs.script(b, BAD)
    plan_id = vendor.add_plan({"taskIds": [a]}, {"taskIds": [b, c]}, {"taskIds": [d]})
    run_id = vendor.run_plan(plan_id)
    vendor.advance(60)
    return plan_id, run_id, vendor.steps(run_id)


@pytest.mark.parametrize("only_failed", [False, True])
def test_a_failed_run_is_done_again_from_a_step_on(vendor: RunClient, only_failed: bool) -> None:
    plan_id, run_id, steps = failed_run(vendor)

    again = vendor.run_plan(plan_id, executionPlanId=run_id, stepId=steps[1]["executionId"], rerunOnlyFailedTasks=only_failed)
    vendor.advance(60)

    b, c, d = vendor.tasks[1:4]
    assert again != run_id
    assert [step["id"] for step in vendor.steps(again)] == ["step-2", "step-3"]
    assert {row["taskId"] for row in children(vendor, again)} == ({b, d} if only_failed else {b, c, d})
    assert vendor.plan_run(again)["executionStatus"] == "EXECUTION_SUCCESS"
    assert vendor.plan_run(run_id)["executionStatus"] == "EXECUTION_FAILED"


def test_a_rerun_that_makes_no_sense_is_refused(vendor: RunClient) -> None:
    plan_id, run_id, steps = failed_run(vendor)
    other = vendor.add_plan({"taskIds": [vendor.tasks[0]]})
    good = vendor.run_plan(other)
    vendor.advance(60)
    good_step = vendor.steps(good)[0]["executionId"]
    step_id = steps[1]["executionId"]

    def status(plan: str, **body: Any) -> int:
        return vendor.http.post("/processing/executions/plans", json={"executable": plan, **body}).status_code

    assert status(plan_id, executionPlanId=run_id) == 400
    assert status(plan_id, executionPlanId=run_id, stepId="step-2") == 400
    assert status(plan_id, stepId=step_id) == 400
    assert status(plan_id, rerunOnlyFailedTasks=True) == 400
    assert status(other, executionPlanId=run_id, stepId=step_id) == 400
    assert status(plan_id, executionPlanId="nothing", stepId=step_id) == 404
    assert status(other, executionPlanId=good, stepId=good_step) == 422
    vendor.advance(61 * 86_400)
    assert status(plan_id, executionPlanId=run_id, stepId=step_id) == 422


def test_unknown_paused_and_unconfigured_plans_cannot_be_run(vendor: RunClient) -> None:
    paused = vendor.add_plan({"taskIds": [vendor.tasks[0]]})
    unconfigured = vendor.add_plan({"taskIds": [vendor.tasks[1]]})
    empty = vendor.add_plan()
    vendor.tenant.pauses[paused] = True
    del vendor.tenant.run_configs[vendor.tasks[1]]

    statuses = [
        vendor.http.post("/processing/executions/plans", json={"executable": each}).status_code
        for each in ("nothing", paused, unconfigured, empty)
    ]

    assert statuses == [404, 405, 501, 501]
    assert vendor.get(PLAN_RUNS)["total"] == 0


def test_a_paused_task_in_a_plan_misfires(vendor: RunClient) -> None:
    vendor.tenant.pauses[vendor.tasks[0]] = True
    run_id = vendor.run_plan(vendor.add_plan({"taskIds": [vendor.tasks[0]]}))
    vendor.advance(60)

    (row,) = children(vendor, run_id)

    assert row["misfiredExecutionReason"] == "TASK_IS_PAUSED"
    assert vendor.plan_run(run_id)["status"] == "execution_failed"


def test_a_second_run_of_a_plan_misfires_unless_parallel_runs_are_allowed(vendor: RunClient) -> None:
    plan_id = vendor.add_plan({"taskIds": [vendor.tasks[0]]})
    vendor.run_plan(plan_id)
    second = vendor.plan_run(vendor.run_plan(plan_id))
    vendor.tenant.run_configs[plan_id] = {"trigger": {"type": "MANUAL"}, "parallelExecutionAllowed": True}
    third = vendor.plan_run(vendor.run_plan(plan_id))

    assert (second["status"], second["misfiredExecutionReason"]) == ("execution_misfired", "PARALLEL_EXECUTIONS_FORBIDDEN")
    assert third["status"] == "executing"


def test_the_queue_of_a_plan_is_limited(vendor: RunClient) -> None:
    plan_id = vendor.add_plan({"taskIds": [vendor.tasks[0]]})
    vendor.tenant.run_configs[plan_id] = {"trigger": {"type": "MANUAL"}, "parallelExecutionAllowed": True}
    vendor.settings.queue_limit = 3

    runs = [vendor.plan_run(vendor.run_plan(plan_id)) for _ in range(4)]

    assert [run["status"] for run in runs] == ["executing"] * 3 + ["execution_misfired"]
    assert runs[3]["misfiredExecutionReason"] == "SIMULTANEOUS_EXECUTIONS_LIMIT_REACHED"


def test_a_scheduled_run_of_a_paused_plan_misfires(vendor: RunClient) -> None:
    plan_id = vendor.add_plan({"taskIds": [vendor.tasks[0]]})
    vendor.tenant.pauses[plan_id] = True

    found = vendor.plan_run(vendor.runs.insert_plan_run(plan_id))

    assert (found["misfiredExecutionReason"], found["executionType"]) == ("PLAN_EXECUTIONS_PAUSED", "SCHEDULED")


def test_success_can_be_called_finished(vendor: RunClient) -> None:
    vendor.settings.plan_success_word = "FINISHED"
    run_id = vendor.run_plan(vendor.add_plan({"taskIds": [vendor.tasks[0]]}))
    vendor.advance(60)

    assert (vendor.plan_run(run_id)["executionStatus"], vendor.plan_run(run_id)["status"]) == ("FINISHED", "execution_successful")


def test_required_members_of_plan_runs_can_be_missing(vendor: RunClient) -> None:
    run_id = vendor.run_plan(vendor.add_plan({"taskIds": [vendor.tasks[0]]}))
    assert vendor.plan_run(run_id)["userId"] == "mreyes"

    vendor.settings.omit_required_fields = True

    assert not {"userId", "userType"} & vendor.plan_run(run_id).keys()


def test_the_definition_shows_the_status_of_the_latest_run(vendor: RunClient) -> None:
    plan_id = vendor.add_plan({"taskIds": [vendor.tasks[0]]})
    path = f"/orchestration/executables/plans/{plan_id}"
    before = vendor.get(path)
    vendor.run_plan(plan_id)
    during = vendor.get(path)["status"]
    vendor.runs.script(vendor.tasks[0], BAD)
    vendor.advance(60)
    after = vendor.get(path)["status"]

    assert "status" not in before
    assert (during, after) == ("executing", "execution_successful")
