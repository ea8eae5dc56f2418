"""archivePipeline: puts a pipeline away."""

import strawberry

from gateway.domain.commands.pipelines import ArchivePipeline
from gateway.domain.keys import PipelineKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.pipeline import Pipeline
from schema.types.view import argument, field


@input_for(ArchivePipeline)
class ArchivePipelineInput:
    """Which pipeline is to be put away."""

    pipeline_id: strawberry.ID = argument("The pipeline.")


@payload
class ArchivePipelinePayload(Payload):
    """The pipeline that was put away."""

    pipeline: Pipeline | None = field("The pipeline as it is now; null when it cannot be found.", changed(PipelineKey))


archive_pipeline = order(ArchivePipelineInput)
