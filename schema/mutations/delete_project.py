"""deleteProject: removes a project for good."""

import strawberry

from gateway.domain.commands.projects import DeleteProject
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, deleted_id, payload
from schema.types.view import argument, field


@input_for(DeleteProject)
class DeleteProjectInput:
    """Which project is to be removed."""

    project_id: strawberry.ID = argument("The project.")


@payload
class DeleteProjectPayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = field("The global id that the project had; null when it was not deleted.", deleted_id)


delete_project = order(DeleteProjectInput)
