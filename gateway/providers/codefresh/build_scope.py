"""Which pipelines a build query comes down to. The vendor's list of builds knows neither workspaces nor projects."""

from collections.abc import Sequence

from gateway.domain.build import BuildQuery
from gateway.domain.errors import GatewayError
from gateway.domain.keys import ProjectKey
from gateway.providers.codefresh.account import OwnAccount
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.keys import id_in
from gateway.providers.codefresh.rows import BadRow
from gateway.upstream.settle import settle

IDS_PAGE = 1000
"""The command line asks for 10,000 pipelines at once; a server that gives fewer is read on."""


class BuildScope:
    def __init__(self, client: CodefreshClient, account: OwnAccount) -> None:
        self._client = client
        self._account = account

    async def pipelines(self, query: BuildQuery) -> list[str] | None:
        """Ids; None for all of the account, an empty list for none."""
        if not await self._account.among(query.workspaces):
            return []
        if query.pipelines is None:
            return None if query.projects is None else await self._members(query.projects)
        named = list(dict.fromkeys(found for key in query.pipelines if (found := id_in(key)) is not None))
        return await self._inside(query, named)

    async def narrowed(self, query: BuildQuery, pipelines: list[str]) -> list[str]:
        """Those of the pipelines that the query's workspaces and projects let pass."""
        return await self._inside(query, pipelines) if await self._account.among(query.workspaces) else []

    async def _inside(self, query: BuildQuery, pipelines: list[str]) -> list[str]:
        if query.projects is None or not pipelines:
            return pipelines
        members = set(await self._members(query.projects))
        return [pipeline for pipeline in pipelines if pipeline in members]

    async def _members(self, projects: Sequence[ProjectKey]) -> list[str]:
        """All or none: without one project's pipelines the answer would lack builds and not say so."""
        found = await settle((project for key in projects if (project := id_in(key)) is not None), self._members_of)
        members: list[str] = []
        for ids in found.values():
            if isinstance(ids, GatewayError):
                raise ids
            members.extend(ids)
        return list(dict.fromkeys(members))

    async def _members_of(self, project: str) -> list[str]:
        ids: list[str] = []
        while True:
            listing = await self._client.list_pipeline_ids(len(ids), IDS_PAGE, project)
            for row in listing.rows:
                if isinstance(row, BadRow):
                    raise row.fault.error
                ids.append(row.metadata.id)
            if not listing.rows or len(ids) >= (listing.count if listing.count is not None else len(ids)):
                return ids
