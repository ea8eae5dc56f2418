"""Plans: pipelines that run tasks in steps, one step after the other."""

from enum import Enum

import msgspec

from gateway.domain.keys import PipelineKey
from gateway.domain.task import TaskArtifact


class PlanTask(msgspec.Struct, frozen=True, kw_only=True):
    """A task in a step. `engine` is where it will run, in the vendor's word."""

    task: PipelineKey
    external_id: str
    name: str | None = None
    version: str | None = None
    description: str | None = None
    engine: str | None = None
    workspace_id: str | None = None
    plan_id: str | None = None
    artifact: TaskArtifact | None = None
    paused: bool | None = None


class StepCondition(Enum):
    """When the step after this one begins."""

    ALL_SUCCEEDED = "all_succeeded"
    AT_LEAST_ONE_SUCCEEDED = "at_least_one_succeeded"
    ALWAYS_PROCEED = "always_proceed"
    UNKNOWN = "unknown"


class PlanStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a plan: all its tasks run at once. `last_status` is how it ended when the plan last ran.

    `error_handlers` are the steps that run, in order, when it fails.
    """

    external_id: str | None = None
    abstract_id: str | None = None
    name: str | None = None
    note: str | None = None
    condition: StepCondition | None = None
    last_status: str | None = None
    task_ids: tuple[str, ...] = ()
    tasks: tuple[PlanTask, ...] = ()
    error_handlers: "tuple[PlanStep, ...]" = ()
