"""deletePipeline: removes a pipeline for good."""

import strawberry

from gateway.domain.commands.pipelines import DeletePipeline
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, deleted_id, payload
from schema.types.view import argument, field


@input_for(DeletePipeline)
class DeletePipelineInput:
    """Which pipeline is to be removed."""

    pipeline_id: strawberry.ID = argument("The pipeline.")


@payload
class DeletePipelinePayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = field("The global id that the pipeline had; null when it was not deleted.", deleted_id)


delete_pipeline = order(DeletePipelineInput)
