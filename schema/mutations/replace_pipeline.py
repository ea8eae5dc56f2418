"""replacePipeline: puts a new definition in the place of a pipeline's."""

import strawberry

from gateway.domain.commands.pipelines import ReplacePipeline
from gateway.domain.keys import PipelineKey
from schema.inputs.command import JSON, VENDOR_OPTIONS, VariableInput
from schema.inputs.plan_step import PlanStepInput
from schema.inputs.task import TaskInput
from schema.inputs.yaml_location import YamlLocationInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.pipeline import Pipeline
from schema.types.view import argument, field, optional


@input_for(ReplacePipeline)
class ReplacePipelineInput:
    """The whole new definition: what is not in it is gone. Use `updatePipeline` to change parts."""

    pipeline_id: strawberry.ID = argument("The pipeline.")
    name: str = argument("Its name, the old or a new one.")
    revision: int | None = optional("The revision that is replaced, where the vendor counts them: another one there is a conflict.")
    workspace_id: strawberry.ID | None = optional("The workspace that it is to be in.")
    description: str | None = optional("What it is for.")
    tags: list[str] | None = optional("Labels.")
    yaml: str | None = optional("The definition itself, if the vendor keeps it.")
    yaml_location: YamlLocationInput | None = optional("Where the definition lies, if it is kept in a repository.")
    spec: JSON | None = optional("The vendor's own definition, as JSON. The other fields go into it.")
    variables: list[VariableInput] | None = optional("Values that every run begins with.")
    contexts: list[str] | None = optional("Names of the integration contexts that its runs use.")
    steps: list[PlanStepInput] | None = optional("The steps of a plan, in order.")
    task: TaskInput | None = optional("What a task is made of.")
    vendor_options: JSON | None = optional(VENDOR_OPTIONS)


@payload
class ReplacePipelinePayload(Payload):
    """The pipeline that was replaced."""

    pipeline: Pipeline | None = field(
        "The pipeline as it is now; null when it was not changed, or cannot be found.", changed(PipelineKey)
    )


replace_pipeline = order(ReplacePipelineInput)
