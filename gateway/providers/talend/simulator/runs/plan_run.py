"""One run of a plan with its step runs, and what the API shows of it."""

from dataclasses import dataclass, field
from datetime import datetime

from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.identifiers import iso
from gateway.providers.talend.simulator.runs.reading import Reading
from gateway.providers.talend.simulator.runs.request import RunRequest
from gateway.providers.talend.simulator.runs.statuses import PLAN_FAILED, PLAN_STARTED, PLAN_STATUS, PLAN_SUCCESS
from gateway.providers.talend.simulator.runs.step import Step
from gateway.providers.talend.simulator.runs.task_run import TaskRun


@dataclass(slots=True, eq=False)
class StepRun:
    """One run of a step, or of an error handler. `succeeded` is None while it runs."""

    id: str  # the step's execution id
    step: Step
    started_at: datetime
    tasks: list[TaskRun]
    plans: "list[PlanRun]" = field(default_factory=list)
    finished_at: datetime | None = None
    succeeded: bool | None = None  # whether the plan may go on
    handler: "StepRun | None" = None

    def ends_at(self) -> datetime | None:
        """When the last of its runs ends, as far as that is settled; None: unknown or never."""
        ends = [task.finishes_at for task in self.tasks] + [plan.finished_at for plan in self.plans]
        if None in ends:
            return None
        return max((end for end in ends if end is not None), default=self.started_at)

    def row(self) -> Document:
        """StepExecution."""
        document: Document = {"id": self.step.id, "executionId": self.id, "startTimestamp": iso(self.started_at)}
        if self.finished_at is not None:
            document["finishTimestamp"] = iso(self.finished_at)
        # ASSUMED: steps use the words of plan runs; disproved by a recorded step run with another word.
        word = PLAN_STARTED if self.succeeded is None else PLAN_SUCCESS if self.succeeded else PLAN_FAILED
        return document | {"executionStatus": word}

    def detail(self, reading: Reading) -> Document:
        """StepExecutionDetails."""
        tasks = [task for task in self.tasks if not task.is_active_at(reading.now)]
        plans = [plan for plan in self.plans if plan.finished_at is not None]
        return {
            **self.row(),
            "plannedExecutableCount": len(self.tasks) + len(self.plans),
            "doneExecutableCount": len(tasks) + len(plans),
            "doneTaskExecutableDetails": [task.detail(reading) for task in tasks],
            "donePlanExecutableDetails": [plan.detail(reading) for plan in plans],
        }


@dataclass(slots=True, eq=False)
class PlanRun:
    """`steps` holds those begun, in run order; what is still to come follows from `design`."""

    id: str
    sequence: int
    plan_id: str
    workspace_id: str
    environment_id: str
    request: RunRequest
    design: tuple[Step, ...]  # the steps of this run: a re-run has only those from its first step on
    success_word: str = PLAN_SUCCESS
    status: str = PLAN_STARTED
    finished_at: datetime | None = None
    misfire: str | None = None
    steps: list[StepRun] = field(default_factory=list)

    @property
    def executable_id(self) -> str:
        return self.plan_id

    def done_at(self, now: datetime) -> list[TaskRun]:
        """The task runs that are over."""
        # ASSUMED: error handlers count neither as planned nor as done; disproved by a failed run's counts.
        return [task for step in self.steps for task in step.tasks if not task.is_active_at(now)]

    def exists_at(self, now: datetime) -> bool:
        return self.request.at <= now

    def overlaps(self, first: datetime, last: datetime, now: datetime) -> bool:
        """Whether it ran at any time of the window, both edges included."""
        return self.request.at <= last and (self.finished_at or now) >= first

    def row(self, reading: Reading) -> Document:
        """PlanExecutionStatus without the task runs, as lists show it."""
        # ASSUMED: lists leave out doneExecutableDetails; disproved by a recorded list that has it.
        document: Document = {
            "executionId": self.id,
            "planId": self.plan_id,
            "executionStatus": self.status,
            "executionType": self.request.execution_type,
            "startTimestamp": iso(self.request.at),
            "plannedExecutableCount": sum(step.size for step in self.design),
            "doneExecutableCount": len(self.done_at(reading.now)),
        }
        if self.status in PLAN_STATUS:
            document["status"] = PLAN_STATUS[self.status]
        if not reading.settings.omit_required_fields:
            document |= {"userId": self.request.user, "userType": self.request.user_type}
        if self.finished_at is not None:
            document["finishTimestamp"] = iso(self.finished_at)
        if self.misfire is not None:
            document["misfiredExecutionReason"] = self.misfire
        if reading.shows_api_version and self.request.api_version is not None:
            document["apiVersion"] = self.request.api_version
        return document

    def detail(self, reading: Reading) -> Document:
        """PlanExecutionStatus with the task runs that are done."""
        return {**self.row(reading), "doneExecutableDetails": [task.detail(reading) for task in self.done_at(reading.now)]}
