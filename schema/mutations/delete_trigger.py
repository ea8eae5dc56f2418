"""deleteTrigger: takes a trigger from its pipeline."""

import strawberry

from gateway.domain.commands.triggers import DeleteTrigger
from gateway.domain.keys import PipelineKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, deleted_id, payload
from schema.types.pipeline import Pipeline
from schema.types.view import argument, field


@input_for(DeleteTrigger)
class DeleteTriggerInput:
    """Which trigger is to be removed."""

    trigger_id: strawberry.ID = argument("The trigger.")


@payload
class DeleteTriggerPayload(Payload):
    """What is gone, and from where."""

    deleted_id: strawberry.ID | None = field("The global id that the trigger had; null when it was not deleted.", deleted_id)
    pipeline: Pipeline | None = field(
        "The pipeline that it was taken from; null when the provider does not tell.", changed(PipelineKey)
    )


delete_trigger = order(DeleteTriggerInput)
