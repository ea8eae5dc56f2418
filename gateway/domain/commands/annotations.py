"""Commands about notes on builds."""

from typing import ClassVar

from gateway.domain.commands.command import Command
from gateway.domain.keys import AnnotationKey, BuildKey, JobKey


class CreateAnnotation(Command, frozen=True, kw_only=True):
    """Writes a note on a build, or on one of its jobs. A build has one note per `context`: the same one again replaces it, or is
    added to with `append`. `style` is the vendor's word.
    """

    mutation: ClassVar[str] = "createAnnotation"
    subject_field: ClassVar[str] = "build"

    build: BuildKey
    body: str
    job: JobKey | None = None
    context: str | None = None
    style: str | None = None
    priority: int | None = None
    append: bool | None = None


class DeleteAnnotation(Command, frozen=True, kw_only=True):
    """Removes a note for good."""

    mutation: ClassVar[str] = "deleteAnnotation"
    subject_field: ClassVar[str] = "annotation"

    annotation: AnnotationKey
