"""What a task is to be made of."""

import strawberry

from schema.inputs.command import VariableInput
from schema.types.view import argument, input_type, optional


@input_type
class TaskConnectionInput:
    """A data connection that a task uses."""

    name: str = argument("The name that the artifact knows it by.")
    connection_id: strawberry.ID = argument("The data connection.")


@input_type
class TaskResourceInput:
    """A file that a task uses."""

    name: str = argument("The name that the artifact knows it by.")
    resource_id: str = argument("The vendor's id of the file.")


@input_type
class TaskInput:
    """What a task is made of. In an update, what is left out stays as it is; a list replaces the list that is there."""

    artifact_id: strawberry.ID | None = optional("The artifact that it runs.")
    artifact_version: str | None = optional("The version that it runs: one of the artifact's `versions`.")
    parameters: list[VariableInput] | None = optional("The values that it runs with.")
    connections: list[TaskConnectionInput] | None = optional("The data connections that it uses.")
    resources: list[TaskResourceInput] | None = optional("The files that it uses.")
    auto_upgrade: bool | None = optional("Whether it takes a new version of its artifact by itself.")
    override_parameters: bool | None = optional(
        "Whether the new version's default parameters then take the place of the task's own."
    )
