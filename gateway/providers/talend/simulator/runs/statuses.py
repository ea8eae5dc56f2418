"""The vendor's words for the state of a run: a detailed one, and the simple one that goes with it."""

RECEIVED = "EXECUTION_EVENT_RECEIVED"
DISPATCHING = "DISPATCHING_FLOW"
STARTING = "STARTING_FLOW_EXECUTION"  # the name says starting, the meaning is running
STOPPING = "STOPPING_FLOW_EXECUTION"
SUCCESS = "EXECUTION_SUCCESS"
REJECTED = "EXECUTION_REJECTED"
FAILED = "EXECUTION_FAILED"
DEPLOY_FAILED = "DEPLOY_FAILED"
TERMINATED = "EXECUTION_TERMINATED"
TIMED_OUT = "EXECUTION_TERMINATED_TIMEOUT"
SHUT_DOWN = "EXECUTION_TERMINATED_SHUTDOWN"

TASK_STATUS = {
    RECEIVED: "dispatching",
    DISPATCHING: "dispatching",
    STARTING: "executing",
    # ASSUMED: a run that is being stopped counts as executing; disproved by another simple status beside the word.
    STOPPING: "executing",
    SUCCESS: "execution_successful",
    REJECTED: "execution_rejected",
    FAILED: "execution_failed",
    DEPLOY_FAILED: "deploy_failed",
    TERMINATED: "terminated",
    TIMED_OUT: "terminated_timeout",
    SHUT_DOWN: "terminated_shutdown",
}
TASK_TERMINAL = frozenset({SUCCESS, REJECTED, FAILED, DEPLOY_FAILED, TERMINATED, TIMED_OUT, SHUT_DOWN})
TASK_FILTERS = frozenset(TASK_STATUS.values())

MISFIRES = (
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
)

PLAN_STARTED = "STARTED"
PLAN_FINISHED = "FINISHED"
PLAN_SUCCESS = "EXECUTION_SUCCESS"
PLAN_FAILED = "EXECUTION_FAILED"
PLAN_MISFIRED = "EXECUTION_MISFIRED"
PLAN_UNDEFINED = "UNDEFINED"

PLAN_STATUS = {
    PLAN_STARTED: "executing",
    # ASSUMED: FINISHED goes with success; disproved by a run that has it beside another simple status.
    PLAN_FINISHED: "execution_successful",
    PLAN_SUCCESS: "execution_successful",
    PLAN_FAILED: "execution_failed",
    PLAN_MISFIRED: "execution_misfired",
}  # UNDEFINED has no simple status
PLAN_FILTERS = frozenset(PLAN_STATUS.values())
PLAN_MISFIRES = ("PARALLEL_EXECUTIONS_FORBIDDEN", "SIMULTANEOUS_EXECUTIONS_LIMIT_REACHED", "PLAN_EXECUTIONS_PAUSED")


def matches_task_filter(wanted: str, status: str) -> bool:
    """`terminated` covers the time limit and the shutdown too."""
    return status == wanted or (wanted == "terminated" and status.startswith("terminated_"))
