"""runPipeline: starts a run."""

import strawberry

from gateway.domain.commands.runs import RunPipeline
from gateway.domain.keys import BuildKey, ExecutionKey
from schema.inputs.command import JSON, VENDOR_OPTIONS, PairInput, VariableInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, all_changed, payload
from schema.types.run import Run
from schema.types.view import argument, field, input_type, optional


@input_type
class AuthorInput:
    """Who made the change that a run is for."""

    name: str = argument("Full name.")
    email: str = argument("Mail address.")


@input_type
class PullRequestInput:
    """The change that a run is for."""

    number: int = argument("Its number at the code host.")
    base_branch: str | None = optional("The branch it wants to change.")
    repository: str | None = optional("Where the change comes from.")
    labels: list[str] | None = optional("Its labels.")


@input_type
class RunMachineInput:
    """What a run is given to run on, in the vendor's own units and names."""

    cpu: str | None = optional("Processors, like `4000m`.")
    memory: str | None = optional("Memory, like `8192Mi`.")
    disk: str | None = optional("Disk, like `20Gi`.")
    runtime: str | None = optional("Name of the runtime environment.")
    pack: str | None = optional("Name of a size that the vendor offers.")


@input_for(RunPipeline)
class RunPipelineInput:
    """What is to be run, and how. Which of the fields a provider takes is in its capabilities; others are refused by name."""

    pipeline_id: strawberry.ID = argument("The pipeline.")
    branch: str | None = optional("The branch to build.")
    commit: str | None = optional("The commit to build: a SHA, or a name that the vendor resolves, like `HEAD`.")
    tag: str | None = optional("The tag to build.")
    message: str | None = optional("What the run is for, shown in place of the commit's message.")
    author: AuthorInput | None = optional("Who made the change.")
    variables: list[VariableInput] | None = optional("Values for this run: environment variables, or the parameters of a task.")
    metadata: list[PairInput] | None = optional("Notes that the run's own steps can read.")
    pull_request: PullRequestInput | None = optional("The change that it is for.")
    clean_checkout: bool | None = optional("Begin with a fresh checkout.")
    ignore_branch_filters: bool | None = optional("Run although the pipeline leaves out this branch.")
    trigger: str | None = optional("Name or id of a trigger whose repository and settings are borrowed.")
    contexts: list[str] | None = optional("Names of integration contexts that are added for this run.")
    yaml: str | None = optional("A definition that is run in place of the saved one.")
    no_cache: bool | None = optional("Build images anew.")
    no_vendor_cache: bool | None = optional("Do without the vendor's own caches.")
    reset_volume: bool | None = optional("Begin with an empty workspace.")
    enable_notifications: bool | None = optional("Tell people of the run as if its trigger had started it.")
    skip_steps: list[str] | None = optional("Names of steps to leave out.")
    only_steps: list[str] | None = optional("Names of the only steps to run.")
    machine: RunMachineInput | None = optional("What to run on.")
    log_level: str | None = optional("How much to log, in the vendor's word.")
    timeout_seconds: float | None = optional("After how long to end it. Vendors round it up to their own units.")
    vendor_options: JSON | None = optional(VENDOR_OPTIONS)


@payload
class RunPipelinePayload(Payload):
    """What was started."""

    runs: list[Run | None] = field(
        "The runs: one, or as many as the vendor made of it; none where there was nothing to do.",
        all_changed(BuildKey, ExecutionKey),
    )


run_pipeline = order(RunPipelineInput)
