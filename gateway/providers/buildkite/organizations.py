"""Organizations: the workspaces of a Buildkite account."""

from collections.abc import AsyncIterator, Sequence

from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.keys import WorkspaceKey
from gateway.domain.page import Chunk, Mark, RowFault, Want
from gateway.domain.workspace import Workspace, WorkspaceQuery
from gateway.providers.buildkite.batches import by_group, not_found
from gateway.providers.buildkite.client import LARGEST_PAGE, BuildkiteClient
from gateway.providers.buildkite.mapping import to_workspace
from gateway.providers.buildkite.rows import BadRow, map_one, map_rows
from gateway.providers.buildkite.single_flight import KeptValue
from gateway.providers.buildkite.wire import WireOrganization
from gateway.upstream.key_parts import parts_of
from gateway.upstream.path import check_segment

KEEP_S = 60.0
"""How long the list of organizations serves to resolve "all": they come and go with people's contracts."""


class BuildkiteOrganizations:
    """A WorkspaceReader, and who knows which organizations this account shows.

    `configured` are slugs; empty means all that the token sees, which takes a call (`read_organizations`) now and then.
    """

    def __init__(self, client: BuildkiteClient, configured: tuple[str, ...]) -> None:
        self._client = client
        self._provider = client.provider
        self._configured = configured
        self._kept: KeptValue[tuple[str, ...]] = KeptValue(self._read_slugs, KEEP_S)

    async def slugs(self) -> tuple[str, ...]:
        """Every organization that lists are read from."""
        return self._configured or await self._kept.get()

    async def wanted(self, workspaces: Sequence[WorkspaceKey] | None) -> list[str]:
        """The organizations that a list is read from, in order; a filter can only narrow them."""
        if workspaces is None:
            return list(await self.slugs())
        asked = dict.fromkeys(parts_of(key, 1)[0] for key in workspaces if key.provider == self._provider)
        return [slug for slug in asked if not self._configured or slug in self._configured]

    async def resolve(self, workspace: str | None) -> str:
        """The one meant; the only one if none is named. InvalidInputError when there are several, or the name cannot be one."""
        if workspace is not None:
            check_segment(workspace, field="workspace", provider=self._provider)
            return workspace
        slugs = await self.slugs()
        if len(slugs) == 1:
            return slugs[0]
        raise InvalidInputError(
            f"`workspace` is needed: {self._provider} has {len(slugs)} organizations ({', '.join(slugs[:10])}).",
            provider=self._provider,
            field="workspace",
        )

    def check(self, organization: str) -> None:
        """NotFoundError for an organization that the operator has not configured, though the token may see it."""
        if self._configured and organization not in self._configured:
            raise not_found(WorkspaceKey(self._provider, (organization,)), "organization")

    async def get_workspaces(self, keys: Sequence[WorkspaceKey], want: Want) -> Sequence[Workspace | GatewayError]:
        async def ask(slug: str, members: list[WorkspaceKey]) -> dict[WorkspaceKey, Workspace | GatewayError]:
            self.check(slug)
            wire = await self._client.get_organization(slug)
            return dict.fromkeys(members, map_one(wire, self._to_value, self._provider))

        return await by_group(keys, lambda key: parts_of(key, 1)[0], ask)

    async def stream_workspaces(
        self, query: WorkspaceQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncIterator[Chunk[Workspace]]:
        if query.environments is not None:
            return  # there are none here, so nothing is in one
        rows = await self._read_all()
        place = 0
        if after is not None:
            place = next((index for index, row in enumerate(rows) if _id(row) == after.id), after.offset - 1) + 1
        shown = [(index, row) for index, row in enumerate(rows) if index >= place and _matches(row, query)]
        local = ("name_contains",) if query.name_contains is not None else ()
        marks = tuple(Mark("", index, _id(row)) for index, row in shown)
        yield Chunk(tuple(row for _, row in shown), False, marks, applied_locally=local)

    async def _read_slugs(self) -> tuple[str, ...]:
        """An organization whose slug cannot be read would silently be missing from every list: its error is raised."""
        slugs = []
        for row in await self._read_rows():
            if isinstance(row, BadRow):
                raise row.fault.error
            slugs.append(row.slug)
        return tuple(slugs)

    async def _read_all(self) -> list[Workspace | RowFault]:
        """In the vendor's order, or as configured; one that is configured and not visible is a fault in its place."""
        found = list(map_rows(await self._read_rows(), self._to_value, self._provider))
        if not self._configured:
            return found
        by_slug = {row.slug: row for row in found if isinstance(row, Workspace)}
        return [by_slug.get(slug) or self._missing(slug) for slug in self._configured]

    async def _read_rows(self) -> list[WireOrganization | BadRow]:
        rows: list[WireOrganization | BadRow] = []
        page, more = 1, True
        while more:
            listing = await self._client.list_organizations(page, LARGEST_PAGE)
            rows += listing.rows
            page, more = page + 1, listing.more and bool(listing.rows)
        return rows

    def _missing(self, slug: str) -> RowFault:
        return RowFault(not_found(WorkspaceKey(self._provider, (slug,)), f"organization {slug!r}"), slug)

    def _to_value(self, wire: WireOrganization) -> Workspace:
        return to_workspace(wire, self._provider)


def _id(row: Workspace | RowFault) -> str:
    return row.id if isinstance(row, RowFault) else row.external_id


def _matches(row: Workspace | RowFault, query: WorkspaceQuery) -> bool:
    if query.name_contains is None or isinstance(row, RowFault):
        return True
    return query.name_contains.lower() in row.name.lower()
