"""Creating, changing, deleting and putting away pipelines."""

from collections.abc import Mapping

import msgspec

from gateway.domain.commands.command import Changed, Command, Handling, JsonObject, handling
from gateway.domain.commands.pipelines import (
    ArchivePipeline,
    CreatePipeline,
    DeletePipeline,
    UnarchivePipeline,
    UpdatePipeline,
)
from gateway.domain.errors import ConflictError, InvalidInputError, NotFoundError, NotSupportedError
from gateway.domain.keys import ClusterKey, Key, PipelineKey
from gateway.domain.pipeline import PipelineKind
from gateway.providers.buildkite.commands.pipeline_fields import FIELDS, MEMBERS, OPTIONS, body_of, check_definition, differs
from gateway.providers.buildkite.commands.writer import Writer, check_same
from gateway.providers.buildkite.keys import PipelinePlace
from gateway.providers.buildkite.mapping import to_pipeline
from gateway.providers.buildkite.rows import map_one
from gateway.providers.buildkite.wire import WirePipeline


class PipelineCommands(Writer):
    """Handlers for pipelines. All calls but the deletion answer with the whole pipeline.

    What changes a pipeline reads it first: its slug may have gone over to another one, which must not be changed instead.
    """

    def entries(self) -> tuple[tuple[type[Command], Handling], ...]:
        creating = ("kind", "workspace", *(name for name in MEMBERS if name != "name"))
        return (
            handling(CreatePipeline, self.create_pipeline, takes=creating, options=OPTIONS, fields=FIELDS),
            handling(UpdatePipeline, self.update_pipeline, takes=MEMBERS, options=OPTIONS, fields=FIELDS),
            handling(DeletePipeline, self.delete_pipeline),
            handling(ArchivePipeline, self.archive_pipeline),
            handling(UnarchivePipeline, self.unarchive_pipeline),
        )

    async def create_pipeline(self, command: CreatePipeline) -> Changed:
        if command.kind not in (None, PipelineKind.CI):
            raise NotSupportedError("Buildkite has pipelines of kind CI only.", provider=self._provider, field="kind")
        organization = self._organization(command)
        body = body_of(command)
        _check_complete(body)
        check_definition(body, yaml="configuration" in body)
        if organization is None:
            organization = await self._organizations.resolve(None)
        try:
            pipeline = await self._writes.create_pipeline(organization, body)
        except NotFoundError as error:
            error.field = _missing(error) or ("workspace" if command.workspace is not None else None)
            raise
        return self._whole(pipeline, organization)

    async def update_pipeline(self, command: UpdatePipeline) -> Changed:
        """Absent members stay. The vendor would make a new slug of a new name, and all ids and addresses would end."""
        place = self._pipeline_place(command.pipeline)
        if isinstance(command.cluster, ClusterKey):
            self._check_cluster(command.cluster, place.organization)
        body = body_of(command)
        row, members = await self._read(command.pipeline, place)
        check_definition(body, yaml="configuration" in body or bool(row.configuration))
        if not differs(body, members):
            return self._whole(row, place.organization)
        if "name" in body and "slug" not in body:
            body["slug"] = row.slug
        try:
            pipeline = await self._writes.update_pipeline(place.organization, place.slug, body)
        except NotFoundError as error:
            error.field = _missing(error)
            raise
        return self._whole(pipeline, place.organization)

    async def delete_pipeline(self, command: DeletePipeline) -> Changed:
        """That it is the one meant has just been seen: its name was confirmed."""
        place = self._pipeline_place(command.pipeline)
        await self._writes.delete_pipeline(place.organization, place.slug)
        return Changed(keys=(command.pipeline,))

    async def archive_pipeline(self, command: ArchivePipeline) -> Changed:
        place = self._pipeline_place(command.pipeline)
        row, _ = await self._read(command.pipeline, place)
        if row.archived_at:
            raise ConflictError("The pipeline is archived already.", provider=self._provider)
        return self._whole(await self._writes.archive_pipeline(place.organization, place.slug), place.organization)

    async def unarchive_pipeline(self, command: UnarchivePipeline) -> Changed:
        place = self._pipeline_place(command.pipeline)
        row, _ = await self._read(command.pipeline, place)
        if not row.archived_at:
            raise ConflictError("The pipeline is not archived.", provider=self._provider)
        return self._whole(await self._writes.unarchive_pipeline(place.organization, place.slug), place.organization)

    async def _read(self, key: PipelineKey, place: PipelinePlace) -> tuple[WirePipeline, Mapping[str, msgspec.Raw]]:
        row, members = await self._client.read_pipeline(place.organization, place.slug)
        check_same(key, place.uuid, row.id, "pipeline", "slug")
        return row, members

    def _organization(self, command: CreatePipeline) -> str | None:
        """That of the workspace, or of the cluster; None without either."""
        if command.workspace is not None:
            organization = self._own(command.workspace, 1, "workspace")[0]
        elif command.cluster is not None:
            organization = self._own(command.cluster, 2, "cluster")[0]
        else:
            return None
        if command.cluster is not None:
            self._check_cluster(command.cluster, organization)
        try:
            self._organizations.check(organization)
        except NotFoundError as error:
            error.field = "cluster" if command.workspace is None else "workspace"
            raise
        return organization

    def _check_cluster(self, cluster: ClusterKey, organization: str) -> None:
        if self._own(cluster, 2, "cluster")[0] != organization:
            message = "`clusterId` must be of a cluster of the pipeline's organization."
            raise InvalidInputError(message, provider=self._provider, field="cluster")

    def _own(self, key: Key, count: int, field: str) -> tuple[str, ...]:
        if key.provider != self._provider or len(key.parts) != count:
            message = f"`{field}Id` is not an id of a {field} of {self._provider}."
            raise InvalidInputError(message, provider=self._provider, field=field)
        return key.parts

    def _whole(self, wire: WirePipeline, organization: str) -> Changed:
        pipeline = map_one(wire, lambda row: to_pipeline(row, self._provider, organization), self._provider)
        return Changed(keys=(pipeline.key,), values=(pipeline,))


def _missing(error: NotFoundError) -> str | None:
    """The field that the vendor does not find, if it says so."""
    return "cluster" if "cluster" in error.message.lower() else None


def _check_complete(body: JsonObject) -> None:
    if "repository" not in body:
        raise InvalidInputError("`repository` is needed: what the pipeline builds.", field="repository")
    if not {"configuration", "steps", "pipeline_template_uuid"} & set(body):
        raise InvalidInputError("`yaml` is needed: the pipeline's steps.", field="yaml")
