"""unarchivePipeline: brings an archived pipeline back."""

import strawberry

from gateway.domain.commands.pipelines import UnarchivePipeline
from gateway.domain.keys import PipelineKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.pipeline import Pipeline
from schema.types.view import argument, field


@input_for(UnarchivePipeline)
class UnarchivePipelineInput:
    """Which pipeline is to be brought back."""

    pipeline_id: strawberry.ID = argument("The pipeline.")


@payload
class UnarchivePipelinePayload(Payload):
    """The pipeline that is back."""

    pipeline: Pipeline | None = field("The pipeline as it is now; null when it cannot be found.", changed(PipelineKey))


unarchive_pipeline = order(UnarchivePipelineInput)
