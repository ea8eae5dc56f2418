"""pausePipeline: keeps a pipeline from starting."""

import strawberry

from gateway.domain.commands.pipelines import PausePipeline
from gateway.domain.keys import PipelineKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.pipeline import Pipeline
from schema.types.view import argument, field, optional


@input_for(PausePipeline)
class PausePipelineInput:
    """Which pipeline is to start no runs for now."""

    pipeline_id: strawberry.ID = argument("The pipeline.")
    reason: str | None = optional("Why, for people.")


@payload
class PausePipelinePayload(Payload):
    """The pipeline that was paused."""

    pipeline: Pipeline | None = field("The pipeline as it is now; null when it cannot be found.", changed(PipelineKey))


pause_pipeline = order(PausePipelineInput)
