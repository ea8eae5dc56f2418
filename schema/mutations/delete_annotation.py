"""deleteAnnotation: removes a note for good."""

import strawberry

from gateway.domain.commands.annotations import DeleteAnnotation
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, deleted_id, payload
from schema.types.view import argument, field


@input_for(DeleteAnnotation)
class DeleteAnnotationInput:
    """Which note is to be removed."""

    annotation_id: strawberry.ID = argument("The note.")


@payload
class DeleteAnnotationPayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = field("The global id that the note had; null when it was not deleted.", deleted_id)


delete_annotation = order(DeleteAnnotationInput)
