"""PlanStep: a step of a plan, and the tasks in it."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import plan as domain
from schema.resolvers.references import reference
from schema.types.enums import StepCondition
from schema.types.task import TaskArtifact
from schema.types.view import field, view

if TYPE_CHECKING:
    from schema.types.pipeline import Pipeline


@view(domain.PlanTask)
class PlanTask:
    """A task in a step of a plan, as the plan knows it."""

    task: Annotated["Pipeline", strawberry.lazy("schema.types.pipeline")] | None = field(
        "The task itself; null when it is gone.", reference(domain.PlanTask, "task")
    )
    external_id: str = field("The vendor's id of the task.")
    name: str | None = field("For people.")
    version: str | None = field("Counts the changes of the task.")
    description: str | None = field("What it is for.")
    engine: str | None = field("Where it will run, in the vendor's word.")
    workspace_id: str | None = field("The vendor's id of its workspace.")
    plan_id: str | None = field("The vendor's id of the plan.")
    artifact: TaskArtifact | None = field("What it runs.")
    paused: bool | None = field("Whether it starts no runs for now.")


@view(domain.PlanStep)
class PlanStep:
    """One step of a plan: all its tasks run at once."""

    external_id: str | None = field("The vendor's own id.")
    abstract_id: str | None = field("The vendor's id of the step that stays when the plan is changed.")
    name: str | None = field("For people.")
    note: str | None = field("What somebody noted on it.")
    condition: StepCondition | None = field("When the step after it begins.")
    last_status: str | None = field("How it ended when the plan last ran, in the vendor's word.")
    task_ids: list[str] = field("The vendor's ids of its tasks.")
    tasks: list[PlanTask] = field("Its tasks.")
    error_handlers: list[Annotated["PlanStep", strawberry.lazy("schema.types.plan")]] = field(
        "The steps that run, in order, when it fails."
    )
