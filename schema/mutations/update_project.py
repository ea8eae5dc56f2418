"""updateProject: changes parts of a project."""

import strawberry

from gateway.domain.commands.projects import UpdateProject
from gateway.domain.keys import ProjectKey
from schema.inputs.command import JSON, VENDOR_OPTIONS, VariableInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.project import Project
from schema.types.view import argument, field, optional


@input_for(UpdateProject)
class UpdateProjectInput:
    """What is to be different. What is left out stays as it is, null empties it, and a list replaces the list that is there."""

    project_id: strawberry.ID = argument("The project.")
    name: str | None = optional("Its new name.")
    description: str | None = optional("What it is for; null empties it.")
    owner: str | None = optional("Who is to own it: the vendor's id or name of a user.")
    repository_url: str | None = optional("Where its source lies, at vendors that tie a project to a repository.")
    tags: list[str] | None = optional("All of its labels.")
    variables: list[VariableInput] | None = optional("All values that its pipelines get.")
    vendor_options: JSON | None = optional(VENDOR_OPTIONS)


@payload
class UpdateProjectPayload(Payload):
    """The project that was changed."""

    project: Project | None = field(
        "The project as it is now; null when it was not changed, or cannot be found.", changed(ProjectKey)
    )


update_project = order(UpdateProjectInput)
