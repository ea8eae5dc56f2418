"""Projects are created, changed and removed. The vendor lets people do so only: see `DefinitionCommands`."""

from msgspec import UNSET

from gateway.domain.commands.command import Changed, Commands, JsonObject, handling
from gateway.domain.commands.projects import CreateProject, DeleteProject, UpdateProject
from gateway.domain.errors import InvalidInputError
from gateway.domain.keys import ProjectKey
from gateway.providers.talend.asset_mapping import to_project
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.commands.bodies import differs, emptied, own_id, without_nothing
from gateway.providers.talend.commands.definitions_client import DefinitionsClient
from gateway.providers.talend.keys import Origin


class ProjectCommands:
    """Handlers, one for each command."""

    def __init__(self, client: TalendClient, definitions: DefinitionsClient, origin: Origin) -> None:
        self._client = client
        self._definitions = definitions
        self._origin = origin

    def table(self) -> Commands:
        return dict(
            (
                handling(CreateProject, self.create_project, takes=("description", "owner", "repository_url")),
                handling(UpdateProject, self.update_project, takes=("description", "owner", "repository_url")),
                handling(DeleteProject, self.delete_project),
            )
        )

    async def create_project(self, command: CreateProject) -> Changed:
        for field, what in (("owner", "`owner`, the login name of a user,"), ("repository_url", "`repositoryUrl`")):
            if getattr(command, field) is None:
                raise InvalidInputError(f"{what} is needed: Talend has no project without.", field=field)
        body = without_nothing(
            {
                "name": command.name,
                "owner": command.owner,
                "url": command.repository_url,
                "description": command.description,
            }
        )
        created = to_project(await self._definitions.create_project(body), self._origin)
        return Changed(keys=(created.key,), values=(created,))

    async def update_project(self, command: UpdateProject) -> Changed:
        """What is there is sent along, in case that what is left out is taken away. Who changes it at the same moment may lose."""
        project = self._id(command.project)
        row = await self._client.get_project(project)
        present: JsonObject = {"owner": row.owner, "description": row.description, "url": row.url}
        given = {"owner": command.owner, "description": emptied(command.description), "url": command.repository_url}
        wanted = present | {name: value for name, value in given.items() if value is not UNSET}
        if not differs(wanted, present):
            return Changed(keys=(command.project,), values=(to_project(row, self._origin),))
        changed = to_project(await self._definitions.update_project(project, without_nothing(wanted)), self._origin)
        return Changed(keys=(command.project,), values=(changed,))

    async def delete_project(self, command: DeleteProject) -> Changed:
        await self._definitions.delete_project(self._id(command.project))
        return Changed(keys=(command.project,))

    def _id(self, project: ProjectKey) -> str:
        return own_id(project, self._origin, "project", "project")
