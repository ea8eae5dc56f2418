"""schedulePipeline: makes a pipeline start at given times."""

import strawberry

from gateway.domain.commands.schedules import SchedulePipeline
from gateway.domain.keys import PipelineKey
from schema.inputs.timetable import TimetableInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.pipeline import Pipeline
from schema.types.view import argument, field, input_type, optional


@input_type
class RuntimeInput:
    """Where runs are executed. The ids are the vendor's own."""

    type: str = argument("The vendor's word, like `CLOUD` or `REMOTE_ENGINE`.")
    external_id: str | None = optional("The engine or cluster to use; none in the vendor's cloud.")
    engine_id: str | None = optional("The engine.")
    cluster_id: str | None = optional("The cluster of engines.")
    run_profile_id: str | None = optional("The profile of the engine that runs use.")


@input_for(SchedulePipeline)
class SchedulePipelineInput:
    """When the pipeline is to start, in place of the times that it has; and how its runs are executed, where what is left out stays
    as it is.
    """

    pipeline_id: strawberry.ID = argument("The pipeline.")
    triggers: list[TimetableInput] = argument("All of its timetables. With MANUAL as the only one it starts by hand alone.")
    description: str | None = optional("What the schedule is for.")
    runtime: RuntimeInput | None = optional("Where its runs are executed.")
    parallel_runs_allowed: bool | None = optional("Whether a run may start while another one is under way.")
    log_level: str | None = optional("How much to log, in the vendor's word.")
    timeout_seconds: float | None = optional(
        "How long a run may take; null takes the limit away. Vendors round it up to their own units."
    )
    run_as: str | None = optional("The user of the engine's machine that runs are executed as; null for the engine's own.")


@payload
class SchedulePipelinePayload(Payload):
    """The pipeline with its new times."""

    pipeline: Pipeline | None = field(
        "The pipeline as it is now; null when it was not changed, or cannot be found.", changed(PipelineKey)
    )


schedule_pipeline = order(SchedulePipelineInput)
