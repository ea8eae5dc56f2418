"""createAnnotation: writes a note on a build."""

import strawberry

from gateway.domain.commands.annotations import CreateAnnotation
from gateway.domain.keys import AnnotationKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.annotation import Annotation
from schema.types.view import argument, field, optional


@input_for(CreateAnnotation)
class CreateAnnotationInput:
    """The note that is to be written. A build has one note for each `context`: the same one again takes its place."""

    build_id: strawberry.ID = argument("The build.")
    body: str = argument("Its text, in the markup that the vendor takes.")
    job_id: strawberry.ID | None = optional("The job of that build that it is on.")
    context: str | None = optional("Its name within the build; the vendor chooses when left out.")
    style: str | None = optional("How it is to look, in the vendor's word, like `info` or `error`.")
    priority: int | None = optional("Higher comes first; the vendor sets the bounds.")
    append: bool | None = optional("Add to the note of the same `context` in place of replacing it.")


@payload
class CreateAnnotationPayload(Payload):
    """The note that was written."""

    annotation: Annotation | None = field(
        "The note as it is now; null when it was not written, or cannot be found yet.", changed(AnnotationKey)
    )


create_annotation = order(CreateAnnotationInput)
