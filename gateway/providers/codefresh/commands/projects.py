"""Projects are created, changed in part and deleted."""

from collections.abc import Mapping
from typing import Any

from gateway.domain.commands.command import Changed, Commands, JsonObject, handling
from gateway.domain.commands.projects import CreateProject, DeleteProject, UpdateProject
from gateway.domain.errors import InvalidInputError
from gateway.domain.keys import ProjectKey
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.commands.client import CommandClient
from gateway.providers.codefresh.commands.stars import check_list, check_new, in_stars
from gateway.providers.codefresh.commands.variables import to_list
from gateway.providers.codefresh.explain import TakenError, about_its_state
from gateway.providers.codefresh.keys import Origin, id_in
from gateway.providers.codefresh.mapping import to_project

TAKES = ("tags", "variables")
FIELDS = {"projectName": "name", "name": "name", "tags": "tags", "variables": "variables"}


class ProjectCommands:
    """Handlers of commands about projects."""

    def __init__(self, client: CodefreshClient, commands: CommandClient, origin: Origin) -> None:
        self._client = client
        self._commands = commands
        self._origin = origin

    def table(self) -> Commands:
        return dict(
            (
                handling(CreateProject, self.create_project, takes=TAKES, fields=FIELDS),
                handling(UpdateProject, self.update_project, takes=("name", *TAKES), fields=FIELDS),
                handling(DeleteProject, self.delete_project),
            )
        )

    async def create_project(self, command: CreateProject) -> Changed:
        check_new(command.variables)
        body = self._body({"name": command.name, **command.given()})
        try:
            created = to_project(await self._commands.create_project(body), self._origin)
        except TakenError as error:
            error.field = "name"
            raise
        return Changed(keys=(created.key,), values=(created,))

    async def update_project(self, command: UpdateProject) -> Changed:
        """Only what is given is sent. With nothing given the project is looked at, and that is all.

        It is looked at too where variables come in stars: only those that are hidden there can stay as they are.
        """
        # ASSUMED: hidden values (five stars) that come back stay as they were; disproved by a secret lost so.
        project_id = self._id(command.project)
        body = self._body(command.given())
        variables = body.get("variables", ())
        if any(in_stars(each["value"]) for each in variables):
            check_list(variables, (await self._commands.read_project(project_id)).get("variables"))
        try:
            saved = await self._commands.change_project(project_id, body) if body else await self._client.get_project(project_id)
        except TakenError as error:
            error.field = "name"
            raise
        value = None if saved is None else to_project(saved, self._origin)
        return Changed(keys=(command.project,), values=(value,) if value is not None and value.key == command.project else ())

    async def delete_project(self, command: DeleteProject) -> Changed:
        """The vendor refuses as long as there are pipelines in it."""
        # ASSUMED: with a 400, and only then; disproved by pipelines that go with their project, or another status.
        with about_its_state():
            await self._commands.delete_project(self._id(command.project))
        return Changed(keys=(command.project,))

    def _id(self, key: ProjectKey) -> str:
        project_id = id_in(key)
        if project_id is None:
            raise self._origin.absent("project")
        return project_id

    def _body(self, given: Mapping[str, Any]) -> JsonObject:
        body: JsonObject = {}
        if "name" in given:
            if "/" in given["name"]:  # a pipeline's full name is parted there
                raise InvalidInputError("`name` must have no slash.", field="name")
            self._origin.check_name(given["name"], "name")
            body["projectName"] = given["name"]
        if "tags" in given:
            body["tags"] = list(given["tags"])
        if "variables" in given:
            body["variables"] = to_list(given["variables"])
        return body
