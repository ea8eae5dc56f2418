"""Artifacts and versions of them are removed; they come from Talend Studio only."""

from gateway.domain.commands.artifacts import DeleteArtifact, DeleteArtifactVersion
from gateway.domain.commands.command import Changed, Commands, handling
from gateway.domain.errors import NotFoundError
from gateway.domain.keys import ArtifactKey
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.commands.bodies import own_id
from gateway.providers.talend.commands.definitions_client import DefinitionsClient
from gateway.providers.talend.keys import Origin


class ArtifactCommands:
    """Handlers, one for each command. The vendor refuses to remove what a task uses."""

    def __init__(self, client: TalendClient, definitions: DefinitionsClient, origin: Origin) -> None:
        self._client = client
        self._definitions = definitions
        self._origin = origin

    def table(self) -> Commands:
        return dict(
            (
                handling(DeleteArtifact, self.delete_artifact),
                handling(DeleteArtifactVersion, self.delete_artifact_version),
            )
        )

    async def delete_artifact(self, command: DeleteArtifact) -> Changed:
        await self._definitions.delete_artifact(self._id(command.artifact))
        return Changed(keys=(command.artifact,))

    async def delete_artifact_version(self, command: DeleteArtifactVersion) -> Changed:
        """By the version's full text, time stamp included."""
        artifact = self._id(command.artifact)
        self._origin.check_name(command.version, "version")
        try:
            await self._definitions.delete_artifact_version(artifact, command.version)
        except NotFoundError as error:
            await self._client.get_artifact(artifact)  # NotFoundError if it is this that is absent
            error.field = "version"
            raise
        return Changed(keys=(command.artifact,))

    def _id(self, artifact: ArtifactKey) -> str:
        return own_id(artifact, self._origin, "artifact", "artifact")
