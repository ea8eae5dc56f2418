"""One run of a task, and what the API shows of it at a given time."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.identifiers import iso
from gateway.providers.talend.simulator.runs.ending import Ending, Phase
from gateway.providers.talend.simulator.runs.reading import Reading
from gateway.providers.talend.simulator.runs.request import RunRequest
from gateway.providers.talend.simulator.runs.statuses import (
    DEPLOY_FAILED,
    FAILED,
    REJECTED,
    SHUT_DOWN,
    STARTING,
    STOPPING,
    SUCCESS,
    TASK_STATUS,
    TASK_TERMINAL,
    TERMINATED,
    TIMED_OUT,
)
from gateway.providers.talend.simulator.runs.task_facts import TaskFacts

STOP_TAKES = timedelta(seconds=3)
_FAILURES = frozenset({FAILED, DEPLOY_FAILED})
_WITH_ROWS = frozenset({SUCCESS, REJECTED})


class TaskRunState(NamedTuple):
    status: str  # the detailed one
    started_at: datetime | None  # None: never ran so far
    finished_at: datetime | None


@dataclass(slots=True, eq=False)
class TaskRun:
    """Its state is a function of the phases and the clock alone. Phases: received, dispatching, starting, then the end."""

    id: str
    sequence: int  # orders runs that were triggered in the same millisecond
    task: TaskFacts
    request: RunRequest
    ending: Ending
    phases: tuple[Phase, ...]
    account_id: str
    plan_run_id: str | None = None
    listed_from: datetime | None = None  # None: at once. The real run behind a receipt is listed late

    @property
    def executable_id(self) -> str:
        return self.task.task_id

    @property
    def finishes_at(self) -> datetime | None:
        """None: only when somebody stops it."""
        last = self.phases[-1]
        return last.at if last.status in TASK_TERMINAL else None

    @property
    def timeout_min(self) -> int | None:
        return self.task.timeout_min if self.request.timeout_min is None else self.request.timeout_min

    @property
    def starts_at(self) -> datetime | None:
        """None: it never will."""
        return self.phases[2].at if len(self.phases) > 2 and self.phases[2].status == STARTING else None

    def state_at(self, now: datetime) -> TaskRunState:
        last = self.phases[-1]
        if last.at <= now:
            at, status = last
        else:
            at, status = self.phases[max(0, bisect_right(self.phases, now, key=lambda phase: phase.at) - 1)]
        starts_at = self.starts_at
        started_at = starts_at if starts_at is not None and starts_at <= now else None
        return TaskRunState(status, started_at, at if status in TASK_TERMINAL else None)

    def is_active_at(self, now: datetime) -> bool:
        return self.finishes_at is None or self.finishes_at > now

    def exists_at(self, now: datetime) -> bool:
        return self.listed_from is None or self.listed_from <= now

    def overlaps(self, first: datetime, last: datetime, now: datetime) -> bool:
        """Whether it started in, ended in, lay inside or spanned the window, both edges included."""
        # ASSUMED: a run that has not started counts from its trigger on; disproved by a queued run missing from a list.
        began, ended = self.starts_at, self.finishes_at
        if began is None or began > now:
            began = self.request.at
        return began <= last and (now if ended is None or ended > now else ended) >= first

    def stop(self, now: datetime) -> None:
        """A running one takes a moment to stop. A finished one, or one being stopped, stays as it is."""
        status = self.state_at(now).status
        if status in TASK_TERMINAL or status == STOPPING:
            return
        # Users of the API report that a stopped service ends as successful.
        word = SUCCESS if self.task.service else TERMINATED
        past = tuple(phase for phase in self.phases if phase.at <= now)
        if status == STARTING:
            self.phases = (*past, Phase(now, STOPPING), Phase(now + STOP_TAKES, word))
        else:
            self.phases = (*past, Phase(now, TERMINATED))

    def row(self, reading: Reading) -> Document:
        """TaskExecutionStatus: the run as lists show it."""
        state = self.state_at(reading.now)
        document: Document = {
            "executionId": self.id,
            "taskId": self.task.task_id,
            "taskVersion": self.task.version,
            "executionType": self.request.execution_type,
            **self._statuses(state, reading),
            **self._times(state),
            **self._user(reading),
            "parallelExecutionAllowed": self.task.parallel_allowed,
        }
        # ASSUMED: runs on a pipeline engine are listed without a runtime, as the type is not in the enum of run
        # lists; disproved by a listed run that has one.
        if self.task.runtime and self.task.runtime.get("type") != "PIPELINE_ENGINE":
            document["runtime"] = self.task.runtime
        return document | self._optional(state, reading)

    def detail(self, reading: Reading) -> Document:
        """JobExecutionStatusV21: the run as asked for by id, and as part of a plan run."""
        state = self.state_at(reading.now)
        document: Document = {
            "executionId": self.id,
            "jobId": self.task.task_id,
            "jobVersion": self.task.version,
            "environmentVersion": "1.3",
            "accountId": self.account_id,
            "workspaceId": self.task.workspace_id,
            "executionType": self.request.execution_type,
            "executionDestination": self.task.destination,
            **self._statuses(state, reading),
            **self._times(state),
            **self._user(reading),
            **self._place(state),
        }
        if state.status in _WITH_ROWS and self.ending.processed_rows is not None:
            document["numberOfProcessedRows"] = self.ending.processed_rows
            document["numberOfRejectedRows"] = self.ending.rejected_rows or 0
        if state.status in _FAILURES and self.ending.error_type is not None:
            document["errorType"] = self.ending.error_type
        return document | self._optional(state, reading)

    def _statuses(self, state: TaskRunState, reading: Reading) -> Document:
        status = state.status
        if reading.settings.sub_status_as_terminated and status in (TIMED_OUT, SHUT_DOWN):
            status = TERMINATED
        return {"executionStatus": status, "status": TASK_STATUS[state.status]}

    def _times(self, state: TaskRunState) -> Document:
        document: Document = {"triggerTimestamp": iso(self.request.at)}
        if state.started_at is not None:
            document["startTimestamp"] = iso(state.started_at)
        if state.finished_at is not None:
            document["finishTimestamp"] = iso(state.finished_at)
        return document

    def _user(self, reading: Reading) -> Document:
        if reading.settings.omit_required_fields:
            return {}
        return {"userId": self.request.user, "userType": self.request.user_type}

    def _place(self, state: TaskRunState) -> Document:
        runtime = self.task.runtime
        named = {
            "remoteEngineId": runtime.get("engineId") or (runtime.get("id") if self.task.destination == "REMOTE_ENGINE" else None),
            "remoteEngineClusterId": runtime.get("clusterId")
            or (runtime.get("id") if self.task.destination == "REMOTE_ENGINE_CLUSTER" else None),
            "runProfileId": runtime.get("runProfileId"),
            "containerId": self.id[:8] if self.task.destination.startswith("CLOUD") and state.started_at else None,
        }
        return {key: value for key, value in named.items() if value}

    def _optional(self, state: TaskRunState, reading: Reading) -> Document:
        """What both forms have, when there is anything to say."""
        document: Document = {}
        if self.plan_run_id is not None:
            document["planId"] = self.plan_run_id
        if self.timeout_min is not None:
            document["timeout"] = self.timeout_min
        if reading.shows_api_version and self.request.api_version is not None:
            document["apiVersion"] = self.request.api_version
        if state.status in _FAILURES:
            if self.ending.error_message is not None:
                document["errorMessage"] = self.ending.error_message
            if self.ending.misfire is not None:
                document["misfiredExecutionReason"] = self.ending.misfire
        return document
