"""deleteArtifactVersion: removes one version of an artifact for good."""

import strawberry

from gateway.domain.commands.artifacts import DeleteArtifactVersion
from gateway.domain.keys import ArtifactKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.artifact import Artifact
from schema.types.view import argument, field


@input_for(DeleteArtifactVersion)
class DeleteArtifactVersionInput:
    """Which version is to be removed."""

    artifact_id: strawberry.ID = argument("The artifact.")
    version: str = argument("The version: one of the artifact's `versions`.")


@payload
class DeleteArtifactVersionPayload(Payload):
    """The artifact that has one version fewer."""

    artifact: Artifact | None = field("The artifact as it is now; null when it cannot be found.", changed(ArtifactKey))


delete_artifact_version = order(DeleteArtifactVersionInput)
