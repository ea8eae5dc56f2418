"""Runs as the vendor sends them become executions."""

from datetime import UTC, datetime

import msgspec
import pytest

from gateway.domain.errors import MalformedResponseError
from gateway.domain.execution import Execution, ExecutionKind, ExecutionMetrics
from gateway.domain.keys import ExecutionKey, PipelineKey, PromotionKey, WorkspaceKey
from gateway.domain.page import RowFault
from gateway.domain.run import Actor, RunFailure, RunStatus, RunTrigger, TriggerKind
from gateway.domain.runtime import Runtime
from gateway.providers.talend import promotion_wire, runs_wire
from gateway.providers.talend.execution_mapping import (
    to_listed_task_run,
    to_plan_run,
    to_promotion_run,
    to_row,
    to_step,
    to_task_run,
    to_whole_step,
)
from gateway.providers.talend.keys import Origin

ORIGIN = Origin("talend-eu", "https://cloud.talend.com")
RUN = "b2a4c8de-1f02-4c3b-8a55-90a1b2c3d4e5"
PLAN_RUN = "6a1d58f2-0b4e-4a07-9c4d-1f6a2f6c7e11"
TASK = "65a1f0c2d3e4b5a697887766"
PLAN = "c41e2b90-5a3c-4c2d-8d11-7b6f00aa1122"
ENGINE = "65a1f0c2d3e4b5a6978800aa"
WORKSPACE = "65a1f0c2d3e4b5a697880001"
TRIGGERED = datetime(2026, 2, 3, 4, 0, tzinfo=UTC)
STARTED = datetime(2026, 2, 3, 4, 0, 4, 120_000, tzinfo=UTC)
FINISHED = datetime(2026, 2, 3, 4, 0, 31, 907_000, tzinfo=UTC)
TIMES = {
    "triggerTimestamp": "2026-02-03T04:00:00.000Z",
    "startTimestamp": "2026-02-03T04:00:04.120Z",
    "finishTimestamp": "2026-02-03T04:00:31.907Z",
}


def task_run(**members: object) -> Execution:
    document = {"executionId": RUN, "jobId": TASK, "executionStatus": "EXECUTION_SUCCESS", **TIMES, **members}
    return to_task_run(msgspec.convert(document, runs_wire.TaskRun), ORIGIN)


def listed(**members: object) -> Execution:
    document = {"executionId": RUN, "taskId": TASK, "executionStatus": "EXECUTION_SUCCESS", **TIMES, **members}
    return to_listed_task_run(msgspec.convert(document, runs_wire.ListedTaskRun), ORIGIN)


def plan_run(**members: object) -> Execution:
    document = {"executionId": PLAN_RUN, "planId": PLAN, "startTimestamp": TIMES["startTimestamp"], **members}
    return to_plan_run(msgspec.convert(document, runs_wire.PlanRun), ORIGIN)


def test_a_row_of_a_list():
    run = listed(
        taskVersion="3.1",
        executionType="SCHEDULED",
        status="execution_failed",
        executionStatus="EXECUTION_FAILED",
        errorMessage="tDBInput_1: connection refused",
        runtime={"type": "REMOTE_ENGINE", "id": ENGINE},
        userId="fupton",
        userType="HUMAN",
        parallelExecutionAllowed=False,
        timeout=30,
    )

    assert run == Execution(
        key=ExecutionKey("talend-eu", ("task", RUN)),
        external_id=RUN,
        kind=ExecutionKind.TASK,
        pipeline=PipelineKey("talend-eu", ("task", TASK)),
        status=RunStatus.FAILED,
        native_status="EXECUTION_FAILED",
        created_at=TRIGGERED,
        started_at=STARTED,
        finished_at=FINISHED,
        trigger=RunTrigger(TriggerKind.SCHEDULE, "SCHEDULED"),
        actor=Actor(username="fupton", external_id="fupton", type="HUMAN"),
        failure=RunFailure("tDBInput_1: connection refused"),
        version="3.1",
        runtime=Runtime(type="REMOTE_ENGINE", external_id=ENGINE),
        timeout_s=1800.0,
        whole=False,
    )
    assert run.duration_s == pytest.approx(27.787)


def test_a_task_run_asked_for_by_id():
    run = task_run(
        jobVersion="3.1",
        environmentVersion="1.3",
        accountId="0f6b2a51-77a0-4d0e-9d63-2b6a5b1e7c10",
        workspaceId=WORKSPACE,
        userId="gWTm3bxEcRbhM1n0wVtX9Kq5sYz2PdLa",
        userType="SERVICE",
        executionType="PLAN",
        executionDestination="REMOTE_ENGINE_CLUSTER",
        remoteEngineId=ENGINE,
        remoteEngineClusterId="65a1f0c2d3e4b5a6978800bb",
        planId=PLAN_RUN,
        numberOfProcessedRows=1000,
        numberOfRejectedRows=7,
    )

    assert run.whole
    assert run.workspace == WorkspaceKey("talend-eu", (WORKSPACE,))
    assert run.parent == ExecutionKey("talend-eu", ("plan", PLAN_RUN))
    assert run.metrics == ExecutionMetrics(total_rows=1000, error_rows=7)
    assert run.trigger == RunTrigger(TriggerKind.UPSTREAM_RUN, "PLAN")
    assert run.runtime == Runtime(
        type="REMOTE_ENGINE_CLUSTER",
        external_id="65a1f0c2d3e4b5a6978800bb",
        engine_id=ENGINE,
        cluster_id="65a1f0c2d3e4b5a6978800bb",
    )
    assert run.actor is not None
    assert (run.actor.external_id, run.actor.type) == ("gWTm3bxEcRbhM1n0wVtX9Kq5sYz2PdLa", "SERVICE")
    assert (run.failure, run.warning) == (None, None)


def test_a_run_that_has_hardly_any_member_is_still_a_run():
    run = to_task_run(
        msgspec.json.decode(f'{{"executionId":"{RUN}","startTimestamp":"{TIMES["startTimestamp"]}"}}', type=runs_wire.TaskRun),
        ORIGIN,
    )

    assert (run.status, run.native_status) == (RunStatus.UNKNOWN, None)
    assert run.created_at == STARTED
    assert run.trigger == RunTrigger(TriggerKind.UNKNOWN)
    assert (run.pipeline, run.actor, run.runtime, run.metrics, run.timeout_s) == (None, None, None, None, None)


@pytest.mark.parametrize(
    ("told", "created"),
    [
        (("triggerTimestamp", "startTimestamp", "finishTimestamp"), TRIGGERED),
        (("startTimestamp", "finishTimestamp"), STARTED),
        (("finishTimestamp",), FINISHED),
    ],
)
def test_a_run_stands_where_the_first_known_of_its_times_is(told, created):
    document = {"executionId": RUN, **{name: TIMES[name] for name in told}}

    assert to_task_run(msgspec.convert(document, runs_wire.TaskRun), ORIGIN).created_at == created


def test_a_run_without_any_time_fails_alone():
    for shape in (runs_wire.ListedTaskRun, runs_wire.TaskRun, runs_wire.PlanRun):
        row = to_row(msgspec.convert({"executionId": RUN, "status": "executing"}, shape), ORIGIN)

        assert isinstance(row, RowFault)
        assert (row.id, row.created_at) == (RUN, None)
        assert isinstance(row.error, MalformedResponseError)
        assert row.error.provider == "talend-eu"


def test_rejected_rows_are_a_warning():
    assert listed(executionStatus="EXECUTION_REJECTED").warning == "Rows were rejected."
    assert listed(executionStatus=None, status="execution_rejected").warning == "Rows were rejected."
    run = task_run(executionStatus="EXECUTION_REJECTED", numberOfProcessedRows=90, numberOfRejectedRows=12)
    assert (run.status, run.warning, run.failure) == (RunStatus.SUCCEEDED, "12 rows were rejected.", None)


@pytest.mark.parametrize(
    ("members", "status", "failure"),
    [
        (
            {"executionStatus": "EXECUTION_FAILED", "errorType": "java.lang.NullPointerException", "errorMessage": "tMap_3: null"},
            RunStatus.FAILED,
            RunFailure("tMap_3: null", "java.lang.NullPointerException"),
        ),
        ({"executionStatus": "EXECUTION_FAILED"}, RunStatus.FAILED, None),
        (
            {"executionStatus": "DEPLOY_FAILED"},
            RunStatus.FAILED,
            RunFailure("The run never reached an engine.", "DEPLOY_FAILED"),
        ),
        (
            {"executionStatus": "EXECUTION_FAILED", "misfiredExecutionReason": "TASK_IS_PAUSED"},
            RunStatus.SKIPPED,
            RunFailure("The run did not begin: task is paused.", "TASK_IS_PAUSED", False),
        ),
        (
            {
                "executionStatus": "EXECUTION_FAILED",
                "misfiredExecutionReason": "REMOTE_ENGINE_UNAVAILABLE",
                "errorMessage": "No engine",
            },
            RunStatus.FAILED,
            RunFailure("No engine", "REMOTE_ENGINE_UNAVAILABLE", True),
        ),
        (
            {"executionStatus": "EXECUTION_FAILED", "misfiredExecutionReason": "SOMETHING_NEW"},
            RunStatus.FAILED,
            RunFailure("The run did not begin: something new.", "SOMETHING_NEW", None),
        ),
        (
            {"executionStatus": "EXECUTION_TERMINATED", "status": "terminated_timeout"},
            RunStatus.CANCELED,
            RunFailure("The run was stopped at its time limit.", "TIMEOUT"),
        ),
        (
            {"executionStatus": "EXECUTION_TERMINATED_SHUTDOWN"},
            RunStatus.CANCELED,
            RunFailure("The run was stopped because the system shut down.", "SHUTDOWN", True),
        ),
        ({"executionStatus": "EXECUTION_TERMINATED"}, RunStatus.CANCELED, None),
    ],
    ids=lambda value: value.get("misfiredExecutionReason", value["executionStatus"]) if isinstance(value, dict) else None,
)
def test_how_a_run_failed(members, status, failure):
    run = task_run(**members)

    assert (run.status, run.failure) == (status, failure)


def test_a_manual_run_of_an_api_version_was_started_through_the_api():
    assert task_run(executionType="MANUAL", apiVersion="2026-01").trigger == RunTrigger(TriggerKind.API, "MANUAL")
    assert task_run(executionType="MANUAL").trigger == RunTrigger(TriggerKind.MANUAL, "MANUAL")
    assert task_run(executionType="WEBHOOK").trigger == RunTrigger(TriggerKind.WEBHOOK, "WEBHOOK")
    assert task_run(executionType="TELEPATHY").trigger == RunTrigger(TriggerKind.UNKNOWN, "TELEPATHY")


def test_a_plan_run():
    run = plan_run(
        executionStatus="STARTED",
        status="executing",
        userId="fupton",
        userType="HUMAN",
        executionType="MANUAL",
        plannedExecutableCount=3,
        doneExecutableCount=1,
    )

    assert run.key == ExecutionKey("talend-eu", ("plan", PLAN_RUN))
    assert run.pipeline == PipelineKey("talend-eu", ("plan", PLAN))
    assert (run.status, run.created_at, run.planned_count, run.done_count) == (RunStatus.RUNNING, STARTED, 3, 1)
    assert run.whole
    assert run.parent is None


def test_a_plan_run_that_misfired_says_why():
    run = plan_run(executionStatus="EXECUTION_MISFIRED", misfiredExecutionReason="PLAN_EXECUTIONS_PAUSED")

    assert run.status is RunStatus.SKIPPED
    assert run.failure == RunFailure("The run did not begin: plan executions paused.", "PLAN_EXECUTIONS_PAUSED", False)


@pytest.mark.parametrize(
    ("native", "status", "warning", "failure"),
    [
        ("ANALIZED", RunStatus.SUCCEEDED, None, None),
        ("ANALYZED", RunStatus.SUCCEEDED, None, None),
        ("PROMOTION_STARTED", RunStatus.RUNNING, None, None),
        ("PROMOTION_WARNING", RunStatus.SUCCEEDED, "Two of 40.", None),
        ("PROMOTION_FAILED", RunStatus.FAILED, None, RunFailure("Two of 40.")),
        ("PROMOTED", RunStatus.SUCCEEDED, None, None),
        ("SHIPPED", RunStatus.UNKNOWN, None, None),
    ],
)
def test_a_promotion_run(native, status, warning, failure):
    document = {"status": native, "statusMessage": "Two of 40.", "triggerTimestamp": TIMES["triggerTimestamp"], "pipelineId": TASK}
    run = to_promotion_run(msgspec.convert(document, promotion_wire.PromotionExecution), RUN, ORIGIN)

    assert run.key == ExecutionKey("talend-eu", ("promotion", RUN))
    assert run.promotion == PromotionKey("talend-eu", (TASK,))
    assert (run.status, run.native_status, run.warning, run.failure) == (status, native, warning, failure)
    assert run.promotion_report is not None
    assert run.pipeline is None


def test_a_promotion_run_without_any_time_cannot_be_read():
    with pytest.raises(MalformedResponseError):
        to_promotion_run(promotion_wire.PromotionExecution(status="PROMOTED"), RUN, ORIGIN)


def test_a_step_in_a_list_and_by_itself():
    told = {"id": "step-1", "executionId": RUN, "executionStatus": "EXECUTION_FAILED", **TIMES}
    row = to_step(msgspec.convert(told, runs_wire.StepRun), PLAN_RUN, ORIGIN)
    told |= {
        "plannedExecutableCount": 2,
        "doneExecutableCount": 2,
        "doneTaskExecutableDetails": [{"executionId": "t1", "status": 5}],
        "donePlanExecutableDetails": [{"executionId": "p1"}],
    }
    whole = to_whole_step(msgspec.convert(told, runs_wire.StepRunDetails), PLAN_RUN, RUN, "step", ORIGIN)
    handler = to_whole_step(
        msgspec.convert(told | {"executionId": "h1"}, runs_wire.StepRunDetails), PLAN_RUN, RUN, "handler", ORIGIN
    )

    assert (row.key, row.whole, row.executions) == (whole.key, False, None)
    assert (row.status, row.step_id, row.started_at, row.finished_at) == (RunStatus.FAILED, "step-1", STARTED, FINISHED)
    assert whole.executions == (ExecutionKey("talend-eu", ("task", "t1")), ExecutionKey("talend-eu", ("plan", "p1")))
    assert (whole.planned_count, whole.done_count, whole.whole) == (2, 2, True)
    assert handler.key.parts == (PLAN_RUN, RUN, "handler")
    assert handler.external_id == "h1"
