"""updateWorkspace: changes parts of a workspace."""

import strawberry

from gateway.domain.commands.places import UpdateWorkspace
from gateway.domain.keys import WorkspaceKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.view import argument, field, optional
from schema.types.workspace import Workspace


@input_for(UpdateWorkspace)
class UpdateWorkspaceInput:
    """What is to be different. What is left out stays as it is, and null empties it."""

    workspace_id: strawberry.ID = argument("The workspace.")
    name: str | None = optional("Its new name.")
    description: str | None = optional("What it is for; null empties it.")
    owner: str | None = optional("Who is to own it: the vendor's name of a user.")
    protected_artifacts: bool | None = optional("Whether artifacts in it can be changed by deployment only.")


@payload
class UpdateWorkspacePayload(Payload):
    """The workspace that was changed."""

    workspace: Workspace | None = field(
        "The workspace as it is now; null when it was not changed, or cannot be found.", changed(WorkspaceKey)
    )


update_workspace = order(UpdateWorkspaceInput)
