"""Projects. The vendor shows them to people only: a provider of a service account has no such port."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.keys import ProjectKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.project import Project, ProjectMembers, ProjectQuery
from gateway.providers.talend import asset_wire as wire
from gateway.providers.talend.asset_mapping import to_project
from gateway.providers.talend.by_id import find_listed
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.keys import Origin, id_in
from gateway.providers.talend.lists import in_turn, named, paged
from gateway.providers.talend.pages import Pages
from gateway.upstream.key_parts import answer_ours
from gateway.upstream.settle import settle


class TalendProjects:
    """A ProjectReader."""

    def __init__(self, client: TalendClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin

    async def get_projects(self, keys: Sequence[ProjectKey], want: Want) -> list[Project | GatewayError]:
        """A call each; of three and more the list answers all it holds."""
        return await answer_ours(keys, 1, self._get_projects)

    async def _get_projects(self, keys: Sequence[ProjectKey]) -> list[Project | GatewayError]:
        ids = [id_in(key) for key in keys]
        absent = self._origin.absent("project")
        fetch = self._pages().fetch
        found = await find_listed([each for each in ids if each], self._get, fetch, lambda row: row.external_id, absent)
        return [found[each] if each else absent for each in ids]

    async def stream_projects(
        self, query: ProjectQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Project], None]:
        """Projects have no tags and belong to no workspace: who asks for such gets none. The name is compared here: whether the
        vendor's filter means a part of it, and minds case, is not told."""
        if query.tags is not None or query.workspaces is not None:
            yield Chunk((), False)
            return
        name = None if query.name_contains is None else query.name_contains.casefold()
        keep = None if name is None else lambda project: name in project.name.casefold()
        local = named([("name_contains", name is not None)])
        async for chunk in in_turn([paged("", self._pages())], after, page_size, keep, local):
            yield chunk

    async def members_of(self, projects: Sequence[ProjectKey], want: Want) -> list[ProjectMembers | GatewayError]:
        """Two calls each."""

        async def get(project: str) -> ProjectMembers:
            try:
                users, groups = await asyncio.gather(
                    self._client.get_project_users(project), self._client.get_project_groups(project)
                )
            except InvalidInputError:
                # These two calls document no 404: an unknown project is a bad argument to them.
                raise self._origin.absent("project") from None
            return ProjectMembers(tuple(users.user_ids or ()), tuple(groups.group_ids or ()))

        async def ask(ours: Sequence[ProjectKey]) -> list[ProjectMembers | GatewayError]:
            ids = [id_in(key) for key in ours]
            found = await settle((each for each in ids if each), get)
            return [found[each] if each else self._origin.absent("project") for each in ids]

        return await answer_ours(projects, 1, ask)

    def _pages(self) -> Pages[wire.Project, Project]:
        return Pages(self._client.list_projects, lambda row: to_project(row, self._origin), self._origin.provider)

    async def _get(self, project: str) -> Project:
        found = to_project(await self._client.get_project(project), self._origin)
        if found.external_id != project:
            raise self._origin.absent("project")
        return found
