"""Artifacts and their versions."""

from collections.abc import AsyncGenerator, Sequence
from functools import partial

from gateway.domain.artifact import Artifact, ArtifactQuery, ArtifactVersion
from gateway.domain.errors import GatewayError
from gateway.domain.keys import ArtifactKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.providers.talend import asset_wire as wire
from gateway.providers.talend.asset_mapping import to_artifact, to_artifact_version
from gateway.providers.talend.by_id import find_listed
from gateway.providers.talend.calls import Query
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.keys import Origin, id_in
from gateway.providers.talend.lists import in_turn, named, paged
from gateway.providers.talend.pages import Pages
from gateway.providers.talend.places import EVERYWHERE, Places, Scope, place_in
from gateway.upstream.key_parts import answer_ours
from gateway.upstream.settle import answer_checked, settle

TYPES = frozenset({"standard", "big_data_streaming", "big_data_batch", "route", "data_service", "pipeline", "data_fabric"})
"""What the vendor can filter for. It refuses any other word."""


class TalendArtifacts:
    """An ArtifactReader."""

    def __init__(self, client: TalendClient, origin: Origin, places: Places) -> None:
        self._client = client
        self._origin = origin
        self._places = places

    async def get_artifacts(self, keys: Sequence[ArtifactKey], want: Want) -> list[Artifact | GatewayError]:
        """A call each; of three and more the list answers all it holds."""
        return await answer_ours(keys, 1, self._get_artifacts)

    async def _get_artifacts(self, keys: Sequence[ArtifactKey]) -> list[Artifact | GatewayError]:
        ids = [id_in(key) for key in keys]
        absent = self._origin.absent("artifact")
        fetch = self._pages(EVERYWHERE).fetch
        found = await find_listed([each for each in ids if each], self._get, fetch, lambda row: row.external_id, absent)
        return [found[each] if each else absent for each in ids]

    async def stream_artifacts(
        self, query: ArtifactQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Artifact], None]:
        """Place by place. Types are the vendor's to filter; a word that it does not know matches nothing."""
        types = None if query.types is None else sorted(TYPES.intersection(query.types))
        scopes = await self._places.scopes(query.workspaces, query.environments) if types != [] else []
        name = None if query.name_contains is None else query.name_contains.casefold()
        pairs = [("types", each) for each in types or ()]
        sources = [paged(scope.group, self._pages(scope, pairs)) for scope in scopes]
        keep = None if name is None else lambda artifact: name in artifact.name.casefold()
        local = named([("name_contains", name is not None)])
        async for chunk in in_turn(sources, after, page_size, keep, local):
            yield chunk

    def _pages(self, scope: Scope, filters: Query = ()) -> Pages[wire.Artifact, Artifact]:
        return Pages(
            partial(self._client.list_artifacts, filters=[*scope.filters, *filters]),
            lambda row: to_artifact(row, self._origin),
            self._origin.provider,
            scope=scope,
            place_of=lambda row: place_in(row.workspace),
        )

    async def get_artifact_versions(
        self, versions: Sequence[tuple[ArtifactKey, str]], want: Want
    ) -> list[ArtifactVersion | GatewayError]:
        """A call each."""

        def check(asked: tuple[ArtifactKey, str]) -> None:
            id_in(asked[0])
            self._origin.check_name(asked[1], "version")

        async def get(asked: Sequence[tuple[ArtifactKey, str]]) -> list[ArtifactVersion | GatewayError]:
            found = await settle(asked, self._get_version)
            return [found[each] for each in asked]

        return await answer_checked(versions, check, get)

    async def _get(self, artifact: str) -> Artifact:
        found = to_artifact(await self._client.get_artifact(artifact), self._origin)
        if found.external_id != artifact:
            raise self._origin.absent("artifact")
        return found

    async def _get_version(self, asked: tuple[ArtifactKey, str]) -> ArtifactVersion:
        key, version = asked
        artifact = id_in(key)
        if artifact is None:
            raise self._origin.absent("artifact")
        found = to_artifact_version(await self._client.get_artifact_version(artifact, version), self._origin)
        if (found.artifact, found.version) != (key, version):
            raise self._origin.absent("version of the artifact")
        return found
