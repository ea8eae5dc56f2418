"""What hangs on a build: an AnnotationReader, a BuildArtifactReader. Jobs are in `jobs.py`."""

from collections.abc import Sequence
from functools import partial

from gateway.domain.build_content import Annotation, BuildArtifact
from gateway.domain.errors import GatewayError
from gateway.domain.keys import AnnotationKey, BuildArtifactKey, BuildKey, Key
from gateway.domain.page import Chunk, Mark, RowFault, Want
from gateway.providers.buildkite.batches import by_group, not_found
from gateway.providers.buildkite.build_content_mapping import to_annotation, to_artifact
from gateway.providers.buildkite.client import LARGEST_PAGE
from gateway.providers.buildkite.keys import BuildPlace, build_place, number_of
from gateway.providers.buildkite.listed import get_listed, list_behind
from gateway.providers.buildkite.reader import Reader
from gateway.providers.buildkite.rows import map_rows
from gateway.providers.buildkite.wire import WireArtifact
from gateway.upstream.key_parts import parts_of
from gateway.upstream.settle import Answers


class BuildContentReader(Reader):
    """What the readers of a build's parts share: the builds they may look at."""

    def _place(self, build: BuildKey) -> BuildPlace:
        place = build_place(build)
        self._organizations.check(place.organization)
        return place

    def _place_of(self, key: Key, count: int) -> BuildPlace:
        """The build that a key of something on it begins with."""
        organization, pipeline, number, *_ = parts_of(key, count)
        self._organizations.check(organization)
        return BuildPlace(organization, pipeline, number_of(key, number))

    def _build_key(self, place: BuildPlace) -> BuildKey:
        return BuildKey(self._provider, (place.organization, place.pipeline, str(place.number), "", ""))


class BuildkiteAnnotations(BuildContentReader):
    """Annotations of builds and of their jobs. One cannot be read alone, so `get` reads the list of its build."""

    async def list_annotations(self, build: BuildKey, after: Mark | None, first: int, want: Want) -> Chunk[Annotation]:
        place = self._place(build)
        return await list_behind(
            partial(self._client.list_annotations, place.organization, place.pipeline, place.number),
            lambda row: to_annotation(row, self._provider, place, build),
            self._provider,
            after,
            first,
        )

    async def get_annotations(self, keys: Sequence[AnnotationKey], want: Want) -> Sequence[Annotation | GatewayError]:
        return await by_group(keys, lambda key: self._place_of(key, 4), self._get_of_one)

    async def _get_of_one(self, place: BuildPlace, keys: list[AnnotationKey]) -> Answers[AnnotationKey, Annotation]:
        read = partial(self._client.list_annotations, place.organization, place.pipeline, place.number)
        build = self._build_key(place)
        found: dict[str, Annotation | GatewayError] = {}
        page, more = 1, True
        while more and any(key.parts[3] not in found for key in keys):
            listing = await read(page, LARGEST_PAGE)
            for row in map_rows(listing.rows, lambda wire: to_annotation(wire, self._provider, place, build), self._provider):
                found |= {row.id: row.error} if isinstance(row, RowFault) else {row.external_id: row}
            page, more = page + 1, listing.more and bool(listing.rows)
        return {key: found.get(key.parts[3]) or not_found(key, "annotation") for key in keys}


class BuildkiteArtifacts(BuildContentReader):
    """Files that builds made: what is known of them, never their content or a way to it."""

    async def list_build_artifacts(self, build: BuildKey, after: Mark | None, first: int, want: Want) -> Chunk[BuildArtifact]:
        place = self._place(build)
        return await list_behind(
            partial(self._client.list_artifacts, place.organization, place.pipeline, place.number),
            lambda row: to_artifact(row, self._provider, place, build),
            self._provider,
            after,
            first,
        )

    async def get_build_artifacts(self, keys: Sequence[BuildArtifactKey], want: Want) -> Sequence[BuildArtifact | GatewayError]:
        """Three and more of a build are looked for in its list first (see `get_listed`)."""
        return await by_group(keys, lambda key: self._place_of(key, 5), self._get_of_one)

    async def _get_of_one(self, place: BuildPlace, keys: list[BuildArtifactKey]) -> Answers[BuildArtifactKey, BuildArtifact]:
        organization, pipeline, number, *_ = place
        build = self._build_key(place)

        async def get(key: BuildArtifactKey) -> WireArtifact:
            job, artifact = key.parts[3:]
            if not job:
                raise not_found(key, "artifact")  # every artifact has a job; without it there is no address
            return await self._client.get_artifact(organization, pipeline, number, job, artifact)

        return await get_listed(
            keys,
            partial(self._client.list_artifacts, organization, pipeline, number),
            get,
            lambda row: to_artifact(row, self._provider, place, build),
            self._provider,
        )
