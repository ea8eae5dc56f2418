"""deleteWorkspace: removes a workspace and everything in it for good."""

import strawberry

from gateway.domain.commands.places import DeleteWorkspace
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, deleted_id, payload
from schema.types.view import argument, field


@input_for(DeleteWorkspace)
class DeleteWorkspaceInput:
    """Which workspace is to be removed."""

    workspace_id: strawberry.ID = argument("The workspace.")


@payload
class DeleteWorkspacePayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = field("The global id that the workspace had; null when it was not deleted.", deleted_id)


delete_workspace = order(DeleteWorkspaceInput)
