"""Commands about deployables."""

from typing import ClassVar

from gateway.domain.commands.command import Command
from gateway.domain.keys import ArtifactKey


class DeleteArtifact(Command, frozen=True, kw_only=True):
    """Removes an artifact with all its versions for good."""

    mutation: ClassVar[str] = "deleteArtifact"
    subject_field: ClassVar[str] = "artifact"
    destroys: ClassVar[bool] = True

    artifact: ArtifactKey


class DeleteArtifactVersion(Command, frozen=True, kw_only=True):
    """Removes one version of an artifact for good."""

    mutation: ClassVar[str] = "deleteArtifactVersion"
    subject_field: ClassVar[str] = "artifact"

    artifact: ArtifactKey
    version: str
