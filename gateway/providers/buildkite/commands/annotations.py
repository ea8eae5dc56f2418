"""Notes on builds and on their jobs."""

import msgspec

from gateway.domain.build_content import Annotation
from gateway.domain.commands.annotations import CreateAnnotation, DeleteAnnotation
from gateway.domain.commands.command import Changed, Command, Handling, JsonObject, handling
from gateway.domain.errors import InvalidInputError, NotFoundError
from gateway.domain.keys import JobKey
from gateway.providers.buildkite.build_content_mapping import to_annotation
from gateway.providers.buildkite.client import LARGEST_PAGE
from gateway.providers.buildkite.commands.writer import Writer
from gateway.providers.buildkite.keys import BuildPlace
from gateway.providers.buildkite.rows import BadRow, map_one

# ASSUMED: the word `default` of the vendor's other API is refused here; disproved by an annotation that gets it.
STYLES = ("success", "info", "warning", "error")
HIGHEST_PRIORITY = 10
# ASSUMED: without `context` the vendor takes the one word `default`, so that a second note takes the place of the first; disproved
# by two such notes on one build. (The examples show a note of that context, none of them how it came to it.)
_FIELDS = {name: name for name in ("body", "context", "style", "priority", "append")}


class AnnotationCommands(Writer):
    """Handlers for annotations."""

    def entries(self) -> tuple[tuple[type[Command], Handling], ...]:
        optional = ("job", "context", "style", "priority", "append")
        return (
            handling(CreateAnnotation, self.create_annotation, takes=optional, fields=_FIELDS),
            handling(DeleteAnnotation, self.delete_annotation),
        )

    async def create_annotation(self, command: CreateAnnotation) -> Changed:
        place = self._place(command.build)
        body = _body(command)
        job = None if command.job is None else _job_of(command, command.job)
        if job is None:  # with one, the address holds the job's own UUID
            await self._check_build(command.build, place)
        try:
            wire = await self._writes.create_annotation(place, job, body)
        except NotFoundError as error:
            if job is not None and "job" in error.message:
                error.field = "job"
            raise
        written: Annotation = map_one(wire, lambda row: to_annotation(row, self._provider, place, command.build), self._provider)
        if command.job is not None and written.job is None:  # documented answers leave the job out
            written = msgspec.structs.replace(written, job=command.job)
        return Changed(keys=(written.key,), values=(written,))

    async def delete_annotation(self, command: DeleteAnnotation) -> Changed:
        """A key does not tell whether the note is on a job: that is looked up only if the build says that it has none such."""
        place = self._place_of(command.annotation, 4)
        annotation = command.annotation.parts[3]
        try:
            await self._writes.delete_annotation(place, None, annotation)
        except NotFoundError:
            job = await self._job_with(place, annotation)
            if job is None:
                raise
            await self._writes.delete_annotation(place, job, annotation)
        return Changed(keys=(command.annotation,))

    async def _job_with(self, place: BuildPlace, annotation: str) -> str | None:
        page, more = 1, True
        while more:
            listing = await self._client.list_annotations(place.organization, place.pipeline, place.number, page, LARGEST_PAGE)
            for row in listing.rows:
                if not isinstance(row, BadRow) and row.id == annotation:
                    return row.job_id
            page, more = page + 1, listing.more and bool(listing.rows)
        return None


def _body(command: CreateAnnotation) -> JsonObject:
    if command.style is not None and command.style not in STYLES:
        raise InvalidInputError(f"`style` must be one of {', '.join(STYLES)}.", field="style")
    if command.priority is not None and not 1 <= command.priority <= HIGHEST_PRIORITY:
        raise InvalidInputError(f"`priority` must be 1 to {HIGHEST_PRIORITY}; the highest is shown first.", field="priority")
    return {name: value for name in _FIELDS if (value := getattr(command, name)) is not None}


def _job_of(command: CreateAnnotation, job: JobKey) -> str:
    build = command.build
    if job.provider != build.provider or len(job.parts) != 4 or job.parts[:3] != build.parts[:3]:
        raise InvalidInputError("`jobId` must be of a job of the build.", field="job")
    return job.parts[3]
