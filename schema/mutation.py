"""The root of all writes: a list of fields. Each mutation has a file of its own in `mutations/`."""

import strawberry

from schema.mutations.record_pipeline_run import RecordPipelineRunPayload, record_pipeline_run
from schema.types.view import field


@strawberry.type(description="Everything that can be changed.")
class Mutation:
    """The root of all writes."""

    record_pipeline_run: RecordPipelineRunPayload = field(
        "Takes in a report about a run of a CI system that the gateway cannot ask: it becomes a build.", record_pipeline_run
    )
