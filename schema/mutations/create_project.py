"""createProject: creates a project."""

from gateway.domain.commands.projects import CreateProject
from gateway.domain.keys import ProjectKey
from schema.inputs.command import JSON, VENDOR_OPTIONS, VariableInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.project import Project
from schema.types.view import argument, field, optional


@input_for(CreateProject)
class CreateProjectInput:
    """The project that is to be created."""

    provider: str = argument("The name of the provider to create it at.")
    name: str = argument("Its name.")
    description: str | None = optional("What it is for.")
    owner: str | None = optional("Who is to own it: the vendor's id or name of a user.")
    repository_url: str | None = optional("Where its source lies, at vendors that tie a project to a repository.")
    tags: list[str] | None = optional("Labels.")
    variables: list[VariableInput] | None = optional("Values that all of its pipelines get.")
    vendor_options: JSON | None = optional(VENDOR_OPTIONS)


@payload
class CreateProjectPayload(Payload):
    """The project that was created."""

    project: Project | None = field("The new project; null when it was not created, or cannot be found yet.", changed(ProjectKey))


create_project = order(CreateProjectInput)
