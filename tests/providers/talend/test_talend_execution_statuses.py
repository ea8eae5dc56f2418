"""The vendor's words for states of runs: each documented one, in both fields, and what it is asked for by."""

import pytest

from gateway.domain.run import RunStatus
from gateway.providers.talend.execution_statuses import (
    NEVER_BEGAN,
    PLAN_EXECUTION_STATUSES,
    PLAN_STATUSES,
    RETRY_MAY_HELP,
    TASK_EXECUTION_STATUSES,
    TASK_STATUSES,
    plan_status,
    plan_words,
    step_status,
    task_status,
    task_word,
    task_words,
)

Q, R, S, F, C, K, U = (
    RunStatus.QUEUED,
    RunStatus.RUNNING,
    RunStatus.SUCCEEDED,
    RunStatus.FAILED,
    RunStatus.CANCELED,
    RunStatus.SKIPPED,
    RunStatus.UNKNOWN,
)

# (executionStatus, status, meaning): written down from the vendor's reference, not from the tables under test.
TASKS = [
    ("EXECUTION_EVENT_RECEIVED", "dispatching", Q),
    ("DISPATCHING_FLOW", "dispatching", Q),
    ("STARTING_FLOW_EXECUTION", "executing", R),
    ("STOPPING_FLOW_EXECUTION", "executing", R),
    ("EXECUTION_SUCCESS", "execution_successful", S),
    ("EXECUTION_REJECTED", "execution_rejected", S),
    ("EXECUTION_FAILED", "execution_failed", F),
    ("DEPLOY_FAILED", "deploy_failed", F),
    ("EXECUTION_TERMINATED", "terminated", C),
    ("EXECUTION_TERMINATED_TIMEOUT", "terminated_timeout", C),
    ("EXECUTION_TERMINATED_SHUTDOWN", "terminated_shutdown", C),
]
PLANS = [
    ("UNDEFINED", None, U),
    ("STARTED", "executing", R),
    ("FINISHED", "execution_successful", S),
    ("EXECUTION_SUCCESS", "execution_successful", S),
    ("EXECUTION_FAILED", "execution_failed", F),
    ("EXECUTION_MISFIRED", "execution_misfired", K),
]
TASK_MISFIRES = [
    "PARALLEL_EXECUTION_FORBIDDEN",
    "UNABLE_TO_RETRIEVE_ARTIFACT_OR_TASK_MAVEN_URL",
    "TASK_IS_PAUSED",
    "DE_ENV_NOT_CONNECTED",
    "REMOTE_ENGINE_UNAVAILABLE_IN_CLUSTER",
    "REMOTE_ENGINE_UNAVAILABLE",
    "DYNAMIC_ENGINE_UNAVAILABLE",
    "REMOTE_ENGINE_CONTAINER_NOT_FOUND",
    "MAX_DEPLOYMENT_ATTEMPTS_REACHED",
    "MAX_PARALLEL_TASKS_LIMIT_REACHED",
    "PIPELINE_RUN_PROFILE_NOT_FOUND",
    "PIPELINE_ARTIFACT_NOT_FOUND",
    "DATA_FABRIC_ARTIFACT_NOT_FOUND",
    "ELASTIC_ENGINE_CONTAINER_NOT_FOUND",
    "INCOMPATIBILITY_BETWEEN_ACTIONS_VERSIONS_AND_ENGINE",
    "UNKNOWN",
]
PLAN_MISFIRES = ["PARALLEL_EXECUTIONS_FORBIDDEN", "SIMULTANEOUS_EXECUTIONS_LIMIT_REACHED", "PLAN_EXECUTIONS_PAUSED"]


@pytest.mark.parametrize(("detailed", "simple", "status"), TASKS)
def test_a_task_run_is_read_by_either_word(detailed, simple, status):
    assert task_status(detailed, simple) is status
    assert task_status(detailed, None) is status
    assert task_status(None, simple) is status
    assert task_status("NEVER_HEARD_OF", simple) is status


@pytest.mark.parametrize(("detailed", "simple", "status"), PLANS)
def test_a_plan_run_is_read_by_either_word(detailed, simple, status):
    assert plan_status(detailed, simple, []) is status
    assert plan_status(detailed, None, []) is status
    if simple is not None:
        assert plan_status(None, simple) is status
        assert plan_status("NEVER_HEARD_OF", simple) is status


def test_the_tables_hold_the_documented_words_and_no_others():
    assert set(TASK_EXECUTION_STATUSES) == {detailed for detailed, _, _ in TASKS}
    assert set(TASK_STATUSES) == {simple for _, simple, _ in TASKS}
    assert set(PLAN_EXECUTION_STATUSES) == {detailed for detailed, _, _ in PLANS}
    assert set(PLAN_STATUSES) == {simple for _, simple, _ in PLANS if simple is not None}


@pytest.mark.parametrize("told", [None, "", "NEVER_HEARD_OF", "RUNNING", "SUCCESS "])
def test_words_that_are_not_known_are_unknown(told):
    assert task_status(told, told) is U
    assert plan_status(told, told) is U
    assert step_status(told) is U


def test_a_plan_that_is_finished_has_failed_when_a_run_of_it_has():
    assert plan_status("FINISHED", None, [S, S]) is S
    assert plan_status("FINISHED", None, [S, F]) is F
    assert plan_status("FINISHED", "execution_failed", [S]) is F
    assert plan_status("FINISHED", "execution_successful", [F]) is S, "the vendor's own verdict counts"
    assert plan_status("FINISHED", None, None) is U, "nobody has told how its runs went"


@pytest.mark.parametrize("reason", TASK_MISFIRES)
def test_a_misfire_is_a_failure_unless_the_run_was_left_out_on_purpose(reason):
    expected = K if reason in ("TASK_IS_PAUSED", "PARALLEL_EXECUTION_FORBIDDEN") else F

    assert task_status("EXECUTION_FAILED", "execution_failed", reason) is expected
    assert task_status("EXECUTION_SUCCESS", "execution_successful", reason) is S


def test_every_documented_misfire_has_a_hint_whether_to_try_again():
    assert set(TASK_MISFIRES + PLAN_MISFIRES) <= set(RETRY_MAY_HELP)
    assert set(TASK_MISFIRES + PLAN_MISFIRES) >= NEVER_BEGAN
    assert RETRY_MAY_HELP["PARALLEL_EXECUTION_FORBIDDEN"] is RETRY_MAY_HELP["PARALLEL_EXECUTIONS_FORBIDDEN"] is True
    assert RETRY_MAY_HELP["TASK_IS_PAUSED"] is False, "somebody has to resume it"


def test_a_time_limit_told_in_the_simple_word_alone_is_seen():
    assert task_word("EXECUTION_TERMINATED", "terminated_timeout") == "EXECUTION_TERMINATED_TIMEOUT"
    assert task_word("EXECUTION_TERMINATED", "terminated_shutdown") == "EXECUTION_TERMINATED_SHUTDOWN"
    assert task_word("EXECUTION_TERMINATED", "terminated") == "EXECUTION_TERMINATED"
    assert task_word(None, "executing") == "executing"
    assert task_word(None, None) is None


@pytest.mark.parametrize(
    ("native", "status"),
    [("SUCCESS", S), ("PARTIAL_SUCCESS", S), ("FAIL", F), ("PROCEED", K), ("executing", R), ("DISPATCHING_FLOW", Q)]
    + [(detailed, status) for detailed, _, status in (*TASKS, *PLANS)],
)
def test_a_step_has_a_word_of_any_of_the_tables(native, status):
    assert step_status(native) is status
    assert step_status(native.lower()) is status


@pytest.mark.parametrize("status", [status for status in RunStatus if status is not U])
def test_lists_are_asked_for_every_word_that_a_state_can_have(status):
    of_tasks = {simple for detailed, simple, meaning in TASKS if meaning is status}
    of_plans = {simple for detailed, simple, meaning in PLANS if meaning is status and simple}
    if status is K:
        of_tasks = {"execution_failed"}

    # `terminated` gives the time limits and shutdowns too.
    assert of_tasks - {"terminated_timeout", "terminated_shutdown"} <= set(task_words([status]) or ())
    assert of_plans == set(plan_words([status]) or ())


def test_unknown_states_are_found_only_by_a_list_of_all():
    assert task_words([F, U]) is None
    assert plan_words([U]) is None
    assert task_words([F, C, F]) == ("execution_failed", "deploy_failed", "terminated")
    assert task_words([RunStatus.BLOCKED]) == ()
    assert plan_words([Q, C]) == ()
