"""createTrigger: gives a pipeline a trigger."""

import strawberry

from gateway.domain.commands.triggers import CreateTrigger
from gateway.domain.keys import TriggerKey
from schema.inputs.command import JSON, VENDOR_OPTIONS, VariableInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.trigger import Trigger
from schema.types.view import argument, field, input_type, optional


@input_type
class GitTriggerInput:
    """Starts a run when something happens in a repository."""

    repository: str = argument("The repository to watch, as `owner/name`.")
    events: list[str] = argument("What starts a run, in the vendor's words.")
    branch_pattern: str | None = optional("Which branches, as the vendor writes it.")
    host: str | None = optional("Where the repository is hosted, in the vendor's word, as `github`.")
    integration_context: str | None = optional("Name of the integration context that gives access to the repository.")
    pull_request_target_pattern: str | None = optional("Which target branches of pull requests, as the vendor writes it.")
    comment_pattern: str | None = optional("Which comments on pull requests, as the vendor writes it.")
    modified_files: str | None = optional("Which changed files, as the vendor writes it.")


@input_type
class CronTriggerInput:
    """Starts runs by the clock."""

    expression: str = argument("The timetable as a cron expression of the vendor's kind.")
    message: str = argument("What the run is told as its reason.")
    branch: str | None = optional("The branch that the runs are for.")
    git_trigger: str | None = optional("Name or id of a git trigger of the pipeline whose repository the runs borrow.")


@input_type
class HelmTriggerInput:
    """Starts a run when a chart is pushed."""

    kind: str = argument("The vendor's word for the sort of registry.")
    repository: str = argument("The chart repository.")
    chart: str = argument("The chart.")


@input_type
class RegistryTriggerInput:
    """Starts a run when an image is pushed."""

    kind: str = argument("The vendor's word for the sort of registry.")
    namespace: str = argument("The owner of the image in the registry.")
    repository: str = argument("The image's name there.")
    tag_pattern: str | None = optional("Which tags, as a regular expression.")


@input_for(CreateTrigger)
class CreateTriggerInput:
    """What is to start the pipeline: exactly one of `git`, `cron`, `helm` and `registry`."""

    pipeline_id: strawberry.ID = argument("The pipeline that it starts.")
    name: str | None = optional("Its name.")
    description: str | None = optional("What it is for.")
    disabled: bool | None = optional("Whether it begins switched off.")
    variables: list[VariableInput] | None = optional("Values for the runs that it starts.")
    git: GitTriggerInput | None = optional("Starts a run when something happens in a repository.")
    cron: CronTriggerInput | None = optional("Starts runs by the clock.")
    helm: HelmTriggerInput | None = optional("Starts a run when a chart is pushed.")
    registry: RegistryTriggerInput | None = optional("Starts a run when an image is pushed.")
    vendor_options: JSON | None = optional(VENDOR_OPTIONS)


@payload
class CreateTriggerPayload(Payload):
    """The trigger that was created."""

    trigger: Trigger | None = field("The new trigger; null when it was not created, or cannot be found yet.", changed(TriggerKey))


create_trigger = order(CreateTriggerInput)
