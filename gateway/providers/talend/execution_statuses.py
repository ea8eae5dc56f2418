"""Talend's words for the state of runs, and what they mean.

Runs carry two words: `executionStatus` tells more, `status` is what lists can be filtered by. (The vendor's reference of
Processing, version 2021-03, read 2026-03.)
"""

from collections.abc import Iterable, Sequence

from gateway.domain.run import RunStatus

REJECTED = "EXECUTION_REJECTED"
DEPLOY_FAILED = "DEPLOY_FAILED"
TERMINATED = "EXECUTION_TERMINATED"
TIMED_OUT = "EXECUTION_TERMINATED_TIMEOUT"
SHUT_DOWN = "EXECUTION_TERMINATED_SHUTDOWN"
FINISHED = "FINISHED"
STOPPING = "STOPPING_FLOW_EXECUTION"

TASK_EXECUTION_STATUSES: dict[str, RunStatus] = {
    "EXECUTION_EVENT_RECEIVED": RunStatus.QUEUED,
    "DISPATCHING_FLOW": RunStatus.QUEUED,
    "STARTING_FLOW_EXECUTION": RunStatus.RUNNING,  # it runs, whatever the word says
    STOPPING: RunStatus.RUNNING,
    "EXECUTION_SUCCESS": RunStatus.SUCCEEDED,
    REJECTED: RunStatus.SUCCEEDED,  # it ran to its end; what was rejected are rows
    "EXECUTION_FAILED": RunStatus.FAILED,
    DEPLOY_FAILED: RunStatus.FAILED,
    TERMINATED: RunStatus.CANCELED,
    TIMED_OUT: RunStatus.CANCELED,
    SHUT_DOWN: RunStatus.CANCELED,
}

# The vendor's table has no `status` beside STOPPING_FLOW_EXECUTION.
# ASSUMED: it is `executing`; disproved by a run that is being stopped under another word.
TASK_STATUSES: dict[str, RunStatus] = {
    "dispatching": RunStatus.QUEUED,
    "executing": RunStatus.RUNNING,
    "execution_successful": RunStatus.SUCCEEDED,
    "execution_rejected": RunStatus.SUCCEEDED,
    "execution_failed": RunStatus.FAILED,
    "deploy_failed": RunStatus.FAILED,
    "terminated": RunStatus.CANCELED,
    "terminated_timeout": RunStatus.CANCELED,
    "terminated_shutdown": RunStatus.CANCELED,
}

# ASSUMED: FINISHED is a success where `status` is missing and nothing of the run failed; disproved by such a run that is shown as
# failed.
PLAN_EXECUTION_STATUSES: dict[str, RunStatus] = {
    "UNDEFINED": RunStatus.UNKNOWN,
    "STARTED": RunStatus.RUNNING,
    FINISHED: RunStatus.SUCCEEDED,  # see `plan_status`
    "EXECUTION_SUCCESS": RunStatus.SUCCEEDED,
    "EXECUTION_FAILED": RunStatus.FAILED,
    "EXECUTION_MISFIRED": RunStatus.SKIPPED,
}

PLAN_STATUSES: dict[str, RunStatus] = {
    "executing": RunStatus.RUNNING,
    "execution_successful": RunStatus.SUCCEEDED,
    "execution_failed": RunStatus.FAILED,
    "execution_misfired": RunStatus.SKIPPED,
}

# A step's word is documented as text and no more. These are the words of plans' charts.
# ASSUMED: PROCEED is of a step that was passed over; disproved by one that ran and has it.
CHART_STATUSES: dict[str, RunStatus] = {
    "SUCCESS": RunStatus.SUCCEEDED,
    "PARTIAL_SUCCESS": RunStatus.SUCCEEDED,
    "FAIL": RunStatus.FAILED,
    "PROCEED": RunStatus.SKIPPED,
}

# ASSUMED: a step's run has one of the words of task runs, plan runs or charts; disproved by a step run with another one.
STEP_STATUSES: dict[str, RunStatus] = {
    word.upper(): status
    for table in (TASK_STATUSES, PLAN_STATUSES, CHART_STATUSES, TASK_EXECUTION_STATUSES, PLAN_EXECUTION_STATUSES)
    for word, status in table.items()
}

NEVER_BEGAN = frozenset({"TASK_IS_PAUSED", "PARALLEL_EXECUTION_FORBIDDEN", "PARALLEL_EXECUTIONS_FORBIDDEN"})
"""Reasons for a misfire by which a run was left out on purpose; the others are failures. (Plans use the plural.)"""

RETRY_MAY_HELP: dict[str, bool | None] = {
    # task runs
    "PARALLEL_EXECUTION_FORBIDDEN": True,
    "TASK_IS_PAUSED": False,
    "DE_ENV_NOT_CONNECTED": True,
    "REMOTE_ENGINE_UNAVAILABLE_IN_CLUSTER": True,
    "REMOTE_ENGINE_UNAVAILABLE": True,
    "DYNAMIC_ENGINE_UNAVAILABLE": True,
    "REMOTE_ENGINE_CONTAINER_NOT_FOUND": True,
    "ELASTIC_ENGINE_CONTAINER_NOT_FOUND": True,
    "MAX_DEPLOYMENT_ATTEMPTS_REACHED": True,
    "MAX_PARALLEL_TASKS_LIMIT_REACHED": True,
    "UNABLE_TO_RETRIEVE_ARTIFACT_OR_TASK_MAVEN_URL": False,
    "PIPELINE_RUN_PROFILE_NOT_FOUND": False,
    "PIPELINE_ARTIFACT_NOT_FOUND": False,
    "DATA_FABRIC_ARTIFACT_NOT_FOUND": False,
    "INCOMPATIBILITY_BETWEEN_ACTIONS_VERSIONS_AND_ENGINE": False,
    "UNKNOWN": None,
    # plan runs
    "PARALLEL_EXECUTIONS_FORBIDDEN": True,
    "SIMULTANEOUS_EXECUTIONS_LIMIT_REACHED": True,
    "PLAN_EXECUTIONS_PAUSED": False,
    # ends of runs that began
    TIMED_OUT: None,
    SHUT_DOWN: True,
}
"""Whether the same run may go well at another time, as far as the word tells; False where something must be mended first."""


def task_word(detailed: str | None, simple: str | None) -> str | None:
    """The word that tells most. One table of the vendor's tells a time limit or a shutdown in `status` alone, another has
    words of its own for them."""
    if (detailed or "").upper() == TERMINATED:
        return {"terminated_timeout": TIMED_OUT, "terminated_shutdown": SHUT_DOWN}.get((simple or "").lower(), detailed)
    return detailed or simple or None


def task_status(detailed: str | None, simple: str | None, misfire: str | None = None) -> RunStatus:
    """By `executionStatus`, and by `status` where that is missing or unknown. Unknown words are UNKNOWN."""
    found = TASK_EXECUTION_STATUSES.get((detailed or "").upper()) or TASK_STATUSES.get((simple or "").lower(), RunStatus.UNKNOWN)
    return RunStatus.SKIPPED if found is RunStatus.FAILED and (misfire or "").upper() in NEVER_BEGAN else found


def plan_status(detailed: str | None, simple: str | None, done: Sequence[RunStatus] | None = None) -> RunStatus:
    """By `status`, and by `executionStatus` where that is missing or unknown. FINISHED alone is a success if none of the runs
    that are done has failed; `done` None: nobody has told.
    """
    found = PLAN_STATUSES.get((simple or "").lower())
    if found is not None:
        return found
    word = (detailed or "").upper()
    if word == FINISHED and (done is None or RunStatus.FAILED in done):
        return RunStatus.UNKNOWN if done is None else RunStatus.FAILED
    return PLAN_EXECUTION_STATUSES.get(word, RunStatus.UNKNOWN)


def step_status(native: str | None) -> RunStatus:
    """An unknown word is UNKNOWN. Case does not matter."""
    return STEP_STATUSES.get((native or "").upper(), RunStatus.UNKNOWN)


_TASK_WORDS: dict[RunStatus, tuple[str, ...]] = {
    RunStatus.QUEUED: ("dispatching",),
    RunStatus.RUNNING: ("executing",),
    RunStatus.BLOCKED: (),
    RunStatus.SUCCEEDED: ("execution_successful", "execution_rejected"),
    RunStatus.FAILED: ("execution_failed", "deploy_failed"),
    RunStatus.CANCELED: ("terminated",),  # the vendor counts time limits and shutdowns among them
    RunStatus.SKIPPED: ("execution_failed", "deploy_failed"),
}

_PLAN_WORDS: dict[RunStatus, tuple[str, ...]] = {
    RunStatus.QUEUED: (),
    RunStatus.RUNNING: ("executing",),
    RunStatus.BLOCKED: (),
    RunStatus.SUCCEEDED: ("execution_successful",),
    RunStatus.FAILED: ("execution_failed",),
    RunStatus.CANCELED: (),
    RunStatus.SKIPPED: ("execution_misfired",),
}


def task_words(wanted: Iterable[RunStatus]) -> tuple[str, ...] | None:
    """What to ask lists of task runs for, so that every run in any of these states is among what they give; () when none can
    be, None when only a list of all states will do."""
    return _words(_TASK_WORDS, wanted)


def plan_words(wanted: Iterable[RunStatus]) -> tuple[str, ...] | None:
    """As `task_words`, for lists of plan runs."""
    return _words(_PLAN_WORDS, wanted)


def _words(table: dict[RunStatus, tuple[str, ...]], wanted: Iterable[RunStatus]) -> tuple[str, ...] | None:
    states = tuple(wanted)
    if RunStatus.UNKNOWN in states:
        return None  # no word of the vendor's means it
    return tuple(dict.fromkeys(word for state in states for word in table[state]))
