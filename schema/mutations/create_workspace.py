"""createWorkspace: creates a workspace in an environment."""

import strawberry

from gateway.domain.commands.places import CreateWorkspace
from gateway.domain.keys import WorkspaceKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.view import argument, field, optional
from schema.types.workspace import Workspace


@input_for(CreateWorkspace)
class CreateWorkspaceInput:
    """The workspace that is to be created."""

    environment_id: strawberry.ID = argument("The environment that it is to be in.")
    name: str = argument("Its name.")
    description: str | None = optional("What it is for.")
    owner: str | None = optional("Who is to own it: the vendor's name of a user.")


@payload
class CreateWorkspacePayload(Payload):
    """The workspace that was created."""

    workspace: Workspace | None = field(
        "The new workspace; null when it was not created, or cannot be found yet.", changed(WorkspaceKey)
    )


create_workspace = order(CreateWorkspaceInput)
