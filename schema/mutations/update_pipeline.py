"""updatePipeline: changes parts of a pipeline."""

import strawberry

from gateway.domain.commands.pipelines import UpdatePipeline
from gateway.domain.keys import PipelineKey
from schema.inputs.command import JSON, VENDOR_OPTIONS, VariableInput
from schema.inputs.plan_step import PlanStepInput
from schema.inputs.task import TaskInput
from schema.inputs.yaml_location import YamlLocationInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.pipeline import Pipeline
from schema.types.view import argument, field, optional


@input_for(UpdatePipeline)
class UpdatePipelineInput:
    """What is to be different. What is left out stays as it is, null empties it, and a list replaces the list that is there."""

    pipeline_id: strawberry.ID = argument("The pipeline.")
    name: str | None = optional("Its new name.")
    workspace_id: strawberry.ID | None = optional("The workspace that it moves to.")
    slug: str | None = optional("Its new name in addresses. Its old addresses may end.")
    description: str | None = optional("What it is for; null empties it.")
    repository: str | None = optional("The repository that it builds.")
    default_branch: str | None = optional("The branch that it is mostly run for; null empties it.")
    branch_filter: str | None = optional("Which branches start it, as the vendor writes it; null takes the filter away.")
    tags: list[str] | None = optional("All of its labels.")
    cluster_id: strawberry.ID | None = optional("The cluster whose agents run it; null takes it from its cluster.")
    yaml: str | None = optional("The definition itself.")
    yaml_location: YamlLocationInput | None = optional("Where the definition lies.")
    spec: JSON | None = optional(
        "Parts of the vendor's own definition, as JSON Merge Patch (RFC 7396): null in it removes a member."
    )
    variables: list[VariableInput] | None = optional("All values that every run begins with.")
    contexts: list[str] | None = optional("Names of all integration contexts that its runs use.")
    steps: list[PlanStepInput] | None = optional("All steps of a plan, in order.")
    task: TaskInput | None = optional("What is to be different in a task.")
    vendor_options: JSON | None = optional(VENDOR_OPTIONS)


@payload
class UpdatePipelinePayload(Payload):
    """The pipeline that was changed."""

    pipeline: Pipeline | None = field(
        "The pipeline as it is now; null when it was not changed, or cannot be found.", changed(PipelineKey)
    )


update_pipeline = order(UpdatePipelineInput)
