"""What Talend's keys are made of, and where values of one configured account come from.

Ids are opaque: definitions have 24 hex digits (plans at times a UUID), executions a UUID. A key with another number of
parts than its type has, or another word in it, is InvalidInputError: it is damaged.
"""

import re
from typing import Literal, cast

import msgspec

from gateway.domain.errors import NotFoundError
from gateway.domain.keys import (
    ArtifactKey,
    DataConnectionKey,
    EnvironmentKey,
    ExecutionKey,
    ExecutionStepKey,
    Key,
    PipelineKey,
    ProjectKey,
    PromotionKey,
    ScheduleKey,
    WorkspaceKey,
)
from gateway.upstream.key_parts import not_ours, parts_of
from gateway.upstream.path import check_segment

PipelineWord = Literal["task", "plan"]
ExecutionWord = Literal["task", "plan", "promotion"]
StepWord = Literal["step", "handler"]
ScheduleWord = Literal["schedule", "task", "plan"]

TASK: Literal["task"] = "task"
PLAN: Literal["plan"] = "plan"
PROMOTION: Literal["promotion"] = "promotion"
SCHEDULE: Literal["schedule"] = "schedule"
STEP: Literal["step"] = "step"
HANDLER: Literal["handler"] = "handler"
RECEIPT: Literal["receipt"] = "receipt"

# ASSUMED: ids have no other letters than these; disproved by an id of the vendor's with another one.
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_MOMENT = re.compile(r"[0-9]{1,13}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_id(text: str) -> bool:
    """Whether the vendor could have made this id. What could not be one is absent, and asking would cost a call."""
    return _ID.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """Executions have one for an id, and so have some plans; tasks never do."""
    return _UUID.fullmatch(text) is not None


class Receipt(msgspec.Struct, frozen=True):
    """What the vendor gave for the start of a task, by which no run was found at once. `at_ms` is when it was asked for, by the
    vendor's clock, in epoch milliseconds: the run that it stands for, if it has another id, is the task's next one.
    """

    execution: str
    task: str
    at_ms: int


class Origin(msgspec.Struct, frozen=True):
    """The account that values come from: its configured name, and where people look at it in a browser."""

    provider: str
    site: str

    def environment(self, environment_id: str) -> EnvironmentKey:
        return EnvironmentKey(self.provider, (environment_id,))

    def workspace(self, workspace_id: str) -> WorkspaceKey:
        return WorkspaceKey(self.provider, (workspace_id,))

    def project(self, project_id: str) -> ProjectKey:
        return ProjectKey(self.provider, (project_id,))

    def pipeline(self, kind: PipelineWord, pipeline_id: str) -> PipelineKey:
        return PipelineKey(self.provider, (kind, pipeline_id))

    def execution(self, kind: ExecutionWord, execution_id: str) -> ExecutionKey:
        return ExecutionKey(self.provider, (kind, execution_id))

    def receipt(self, receipt: Receipt) -> ExecutionKey:
        """A key that will lead to the run, whatever id it gets."""
        return ExecutionKey(self.provider, (RECEIPT, receipt.execution, receipt.task, str(receipt.at_ms)))

    def step(self, plan_execution_id: str, step_execution_id: str, kind: StepWord) -> ExecutionStepKey:
        return ExecutionStepKey(self.provider, (plan_execution_id, step_execution_id, kind))

    def artifact(self, artifact_id: str) -> ArtifactKey:
        return ArtifactKey(self.provider, (artifact_id,))

    def connection(self, connection_id: str) -> DataConnectionKey:
        return DataConnectionKey(self.provider, (connection_id,))

    def promotion(self, promotion_id: str) -> PromotionKey:
        return PromotionKey(self.provider, (promotion_id,))

    def schedule(self, schedule_id: str) -> ScheduleKey:
        return ScheduleKey(self.provider, (SCHEDULE, schedule_id))

    def timetable_of(self, kind: PipelineWord, pipeline_id: str) -> ScheduleKey:
        """The timetable in a pipeline's own run configuration, which is no schedule of the vendor's."""
        return ScheduleKey(self.provider, (kind, pipeline_id))

    def check_name(self, text: str, field: str) -> None:
        """InvalidInputError for text that no name or id of the vendor's can be."""
        check_segment(text, field=field, provider=self.provider)

    def absent(self, what: str) -> NotFoundError:
        return NotFoundError(f"{self.provider} has no such {what}.", provider=self.provider)


def id_in(key: Key) -> str | None:
    """The id of a key that holds nothing else; None when the vendor cannot have made it."""
    (found,) = parts_of(key, 1)
    return found if is_id(found) else None


def pipeline_ids(key: PipelineKey) -> tuple[PipelineWord, str] | None:
    """(task or plan, its id), or None when the vendor cannot have made it."""
    found = _worded(key, (TASK, PLAN))
    return None if found is None else (cast("PipelineWord", found[0]), found[1])


def execution_ids(key: ExecutionKey) -> tuple[ExecutionWord, str] | None:
    """(task, plan or promotion, the id of its run), or None when the vendor cannot have made it. A receipt is a task's."""
    receipt = receipt_in(key)
    if receipt is not None:
        return TASK, receipt.execution
    found = _worded(key, (TASK, PLAN, PROMOTION))
    return None if found is None else (cast("ExecutionWord", found[0]), found[1])


def receipt_in(key: ExecutionKey) -> Receipt | None:
    """None for every other key of an execution."""
    if key.parts[:1] != (RECEIPT,):
        return None
    _, execution, task, at_ms = parts_of(key, 4)
    if not (is_id(execution) and is_id(task) and _MOMENT.fullmatch(at_ms)):
        raise not_ours(key)
    return Receipt(execution, task, int(at_ms))


def schedule_ids(key: ScheduleKey) -> tuple[ScheduleWord, str] | None:
    """(schedule, its id), or (task or plan, the id of the pipeline whose own timetable it is), or None."""
    found = _worded(key, (SCHEDULE, TASK, PLAN))
    return None if found is None else (cast("ScheduleWord", found[0]), found[1])


def step_ids(key: ExecutionStepKey) -> tuple[str, str, StepWord] | None:
    """(plan execution id, step execution id, step or handler), or None when the vendor cannot have made it."""
    execution, step, kind = parts_of(key, 3)
    if kind not in (STEP, HANDLER):
        raise not_ours(key)
    return (execution, step, kind) if is_id(execution) and is_id(step) else None


def _worded(key: Key, words: tuple[str, ...]) -> tuple[str, str] | None:
    word, found = parts_of(key, 2)
    if word not in words:
        raise not_ours(key)
    return (word, found) if is_id(found) else None
