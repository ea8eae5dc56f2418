"""What every handler of commands has, and how a key is held against what the vendor answers."""

from collections.abc import Awaitable
from typing import TypeVar

from gateway.domain.errors import ConflictError, GatewayError, PermissionDeniedError
from gateway.domain.keys import BuildKey, Key, PipelineKey
from gateway.providers.buildkite.batches import replaced
from gateway.providers.buildkite.build_content import BuildContentReader
from gateway.providers.buildkite.client import BuildkiteClient
from gateway.providers.buildkite.commands.writes import BuildkiteWrites
from gateway.providers.buildkite.keys import BuildPlace, PipelinePlace, build_place, pipeline_place
from gateway.providers.buildkite.organizations import BuildkiteOrganizations
from gateway.upstream.key_parts import not_ours, parts_of

T = TypeVar("T")


class Writer(BuildContentReader):
    """Base of the handlers. What the account does not show it does not change either."""

    def __init__(self, client: BuildkiteClient, organizations: BuildkiteOrganizations) -> None:
        super().__init__(client, organizations)
        self._writes = BuildkiteWrites(client.upstream)

    def _pipeline_place(self, key: PipelineKey) -> PipelinePlace:
        place = pipeline_place(key)
        self._organizations.check(place.organization)
        return place

    def _run_place(self, key: Key) -> BuildPlace:
        """InvalidInputError for another kind of run: this vendor has builds alone."""
        if not isinstance(key, BuildKey):
            raise not_ours(key)
        place = build_place(key)
        self._organizations.check(place.organization)
        return place

    def _parts(self, key: Key, count: int) -> tuple[str, ...]:
        """Of a key that begins with its organization."""
        parts = parts_of(key, count)
        self._organizations.check(parts[0])
        return parts

    async def _check_build(self, key: Key, place: BuildPlace) -> None:
        """NotFoundError before anything is written when another build has the number. One read, unless the key has no UUID."""
        if place.uuid:
            build = await self._client.get_build(place.organization, place.pipeline, place.number)
            check_same(key, place.uuid, build.id, "build", "number")

    async def _unless_archived(self, place: PipelinePlace | BuildPlace, write: Awaitable[T]) -> T:
        """The vendor says only "Forbidden" of a pipeline that was put away: that is its state, and no missing permission."""
        try:
            return await write
        except PermissionDeniedError as error:
            if error.missing_scope is None and await self._is_archived(place):
                raise self._archived() from error
            raise

    async def _is_archived(self, place: PipelinePlace | BuildPlace) -> bool:
        """Asked after a refusal: when it cannot be told, the refusal stands as it is."""
        slug = place.slug if isinstance(place, PipelinePlace) else place.pipeline
        try:
            pipeline = await self._client.get_pipeline(place.organization, slug)
        except GatewayError:
            return False
        return bool(pipeline.archived_at)

    def _archived(self) -> ConflictError:
        return ConflictError("The pipeline is archived: it starts no builds until it is unarchived.", provider=self._provider)


def check_same(key: Key, uuid: str, found: str, what: str, place: str) -> None:
    """NotFoundError when what was found is another thing than the key's: slugs and numbers can be taken over.

    A key without a UUID says nothing that could be compared.
    """
    if uuid and uuid != found:
        raise replaced(key, what, place)


def check_answer(key: Key, uuid: str, found: str | None, what: str, place: str) -> None:
    """The same of a write's answer: the thing may have been replaced since it was read. An answer that leaves its UUID out casts
    no doubt on what was read just before.
    """
    if found is not None:
        check_same(key, uuid, found, what, place)
