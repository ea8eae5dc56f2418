"""deleteArtifact: removes an artifact with all its versions for good."""

import strawberry

from gateway.domain.commands.artifacts import DeleteArtifact
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, deleted_id, payload
from schema.types.view import argument, field


@input_for(DeleteArtifact)
class DeleteArtifactInput:
    """Which artifact is to be removed."""

    artifact_id: strawberry.ID = argument("The artifact.")


@payload
class DeleteArtifactPayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = field("The global id that the artifact had; null when it was not deleted.", deleted_id)


delete_artifact = order(DeleteArtifactInput)
