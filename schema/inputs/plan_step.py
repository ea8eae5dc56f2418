"""A step of a plan, as it is to be."""

import strawberry

from schema.types.enums import StepCondition
from schema.types.view import argument, input_type, optional


@input_type
class PlanStepInput:
    """A step of a plan: its tasks run at once, and the steps one after the other."""

    name: str = argument("Its name in the plan.")
    task_ids: list[strawberry.ID] = argument("The tasks that it runs: global ids of pipelines of kind TASK, not the vendor's ids.")
    condition: StepCondition | None = optional("When the step after it begins, UNKNOWN aside. ALL_SUCCEEDED when left out.")
    on_failure_ids: list[strawberry.ID] | None = optional("The pipelines that run when it fails: tasks or plans.")
    note: str | None = optional("A remark on it.")
    step_id: str | None = optional(
        "The vendor's id of a step that is there already, which stays the same one. A new one when left out."
    )
