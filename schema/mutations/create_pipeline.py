"""createPipeline: creates a pipeline."""

import strawberry

from gateway.domain.commands.pipelines import CreatePipeline
from gateway.domain.keys import PipelineKey
from schema.inputs.command import JSON, VENDOR_OPTIONS, VariableInput
from schema.inputs.plan_step import PlanStepInput
from schema.inputs.task import TaskInput
from schema.inputs.yaml_location import YamlLocationInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.enums import PipelineKind
from schema.types.pipeline import Pipeline
from schema.types.view import argument, field, optional


@input_for(CreatePipeline)
class CreatePipelineInput:
    """What is to be created. What it takes differs by vendor and by `kind`: a CI pipeline has `yaml`, `yamlLocation` or `spec`,
    a plan `steps`, a task `task`. Fields that mean nothing to the provider are refused by name.
    """

    provider: str = argument("The name of the provider to create it at.")
    name: str = argument("Its name.")
    kind: PipelineKind | None = optional("What it is made of. May be left out where the vendor has only one kind.")
    workspace_id: strawberry.ID | None = optional("The workspace that it is to be in.")
    project_id: strawberry.ID | None = optional("The project that it is to be in.")
    slug: str | None = optional("Its name in addresses; the vendor makes one of the name when left out.")
    description: str | None = optional("What it is for.")
    repository: str | None = optional("The repository that it builds: its address, or its name where the vendor takes that.")
    default_branch: str | None = optional("The branch that it is mostly run for.")
    branch_filter: str | None = optional("Which branches start it, as the vendor writes it.")
    tags: list[str] | None = optional("Labels.")
    cluster_id: strawberry.ID | None = optional("The cluster whose agents run it.")
    yaml: str | None = optional("The definition itself, if the vendor keeps it.")
    yaml_location: YamlLocationInput | None = optional("Where the definition lies, if it is kept in a repository.")
    spec: JSON | None = optional("The vendor's own definition, as JSON. The other fields go into it.")
    variables: list[VariableInput] | None = optional("Values that every run begins with.")
    contexts: list[str] | None = optional("Names of the integration contexts that its runs use.")
    steps: list[PlanStepInput] | None = optional("The steps of a plan, in order.")
    task: TaskInput | None = optional("What a task is made of.")
    vendor_options: JSON | None = optional(VENDOR_OPTIONS)


@payload
class CreatePipelinePayload(Payload):
    """The pipeline that was created."""

    pipeline: Pipeline | None = field(
        "The new pipeline; null when it was not created, or cannot be found yet.", changed(PipelineKey)
    )


create_pipeline = order(CreatePipelineInput)
