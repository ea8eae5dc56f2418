"""Projects."""

from collections.abc import AsyncGenerator, Sequence

from gateway.domain.errors import GatewayError, NotSupportedError
from gateway.domain.keys import ProjectKey
from gateway.domain.page import Chunk, Mark, RowFault, Want
from gateway.domain.project import Project, ProjectMembers, ProjectQuery
from gateway.providers.codefresh.account import OwnAccount
from gateway.providers.codefresh.batches import settle_after
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.keys import Origin, id_in
from gateway.providers.codefresh.lists import kept, values_of
from gateway.providers.codefresh.mapping import to_project
from gateway.upstream.key_parts import answer_ours
from gateway.upstream.offset_walk import Rows, walk
from gateway.upstream.settle import Answers, settle

LARGEST_PAGE = 100
FEWEST_FOR_LIST = 3
"""For fewer a call each costs hardly more than a page that may not hold them."""


class CodefreshProjects:
    """A ProjectReader."""

    def __init__(self, client: CodefreshClient, origin: Origin, account: OwnAccount) -> None:
        self._client = client
        self._origin = origin
        self._account = account

    async def get_projects(self, keys: Sequence[ProjectKey], want: Want) -> list[Project | GatewayError]:
        """A call each; of three and more the list's first page answers all it holds. At most one call per distinct key,
        and one more if an account of over 100 projects has none of them on that page."""
        return await answer_ours(keys, 1, self._get_projects)

    async def _get_projects(self, keys: Sequence[ProjectKey]) -> list[Project | GatewayError]:
        ids = {key: id_in(key) for key in keys}
        wanted = list(dict.fromkeys(found for found in ids.values() if found is not None))
        answers = await self._find(wanted)
        return [self._origin.absent("project") if found is None else answers[found] for found in map(ids.__getitem__, keys)]

    async def stream_projects(
        self, query: ProjectQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Project], None]:
        """The name is compared here: whether the vendor's own name filter takes a part of it, in any case, is not told."""
        if query.tags == () or not await self._account.among(query.workspaces):
            yield Chunk((), False)
            return
        tags = frozenset(query.tags or ())
        name = None if query.name_contains is None else query.name_contains.casefold()
        # Of several tags the vendor may want all, where any is meant.
        tag = next(iter(tags)) if len(tags) == 1 else None

        async def fetch(offset: int, count: int) -> Rows[Project]:
            listing = await self._client.list_projects(offset, count, tag)
            rows = values_of(listing.rows, lambda row: to_project(row, self._origin))
            return Rows(offset, rows, len(rows) >= count)

        def keep(project: Project) -> bool:
            return (name is None or name in project.name.casefold()) and (not tags or not tags.isdisjoint(project.tags))

        local = (*(("name_contains",) if name is not None else ()), *(("tags",) if len(tags) > 1 else ()))
        count = LARGEST_PAGE if local else max(1, min(page_size, LARGEST_PAGE))
        chunks = walk(fetch, lambda project: project.external_id, after, count, largest=LARGEST_PAGE)
        async for chunk in kept(chunks, keep if local else None, local):
            yield chunk

    async def members_of(self, projects: Sequence[ProjectKey], want: Want) -> list[ProjectMembers | GatewayError]:
        """NotSupportedError values: access goes by teams and rules of the account, not by project."""
        refusal = NotSupportedError("Codefresh does not tell who may work on a project.", provider=self._origin.provider)
        return [refusal for _ in projects]

    async def _get(self, project: str) -> Project:
        found = to_project(await self._client.get_project(project), self._origin)
        if found.external_id != project:
            raise self._origin.absent("project")
        return found

    async def _find(self, wanted: list[str]) -> "Answers[str, Project]":
        if len(wanted) < FEWEST_FOR_LIST:
            return await settle(wanted, self._get)
        try:
            listing = await self._client.list_projects(0, LARGEST_PAGE)
        except GatewayError as failure:
            return await settle_after(failure, wanted, self._get)
        answers: Answers[str, Project] = {}
        for value in values_of(listing.rows, lambda row: to_project(row, self._origin)):
            answers[value.id if isinstance(value, RowFault) else value.external_id] = (
                value.error if isinstance(value, RowFault) else value
            )
        if len(listing.rows) < LARGEST_PAGE:  # the whole list: what it lacks does not exist
            return {project: answers.get(project, self._origin.absent("project")) for project in wanted}
        return answers | await settle((project for project in wanted if project not in answers), self._get)
