"""unschedulePipeline: makes a pipeline start by hand alone."""

import strawberry

from gateway.domain.commands.schedules import UnschedulePipeline
from gateway.domain.keys import PipelineKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.pipeline import Pipeline
from schema.types.view import argument, field


@input_for(UnschedulePipeline)
class UnschedulePipelineInput:
    """Which pipeline is to start by hand alone."""

    pipeline_id: strawberry.ID = argument("The pipeline.")


@payload
class UnschedulePipelinePayload(Payload):
    """The pipeline that has no times any more."""

    pipeline: Pipeline | None = field("The pipeline as it is now; null when it cannot be found.", changed(PipelineKey))


unschedule_pipeline = order(UnschedulePipelineInput)
