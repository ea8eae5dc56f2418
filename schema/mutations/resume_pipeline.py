"""resumePipeline: ends the pause of a pipeline."""

import strawberry

from gateway.domain.commands.pipelines import ResumePipeline
from gateway.domain.keys import PipelineKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.pipeline import Pipeline
from schema.types.view import argument, field, optional


@input_for(ResumePipeline)
class ResumePipelineInput:
    """Which pipeline may start runs again."""

    pipeline_id: strawberry.ID = argument("The pipeline.")
    reason: str | None = optional("Why, for people.")


@payload
class ResumePipelinePayload(Payload):
    """The pipeline that was resumed."""

    pipeline: Pipeline | None = field("The pipeline as it is now; null when it cannot be found.", changed(PipelineKey))


resume_pipeline = order(ResumePipelineInput)
