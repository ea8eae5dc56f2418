"""retryRun: repeats a run, or what failed of it."""

import strawberry

from gateway.domain.commands.runs import RetryRun
from gateway.domain.keys import BuildKey, ExecutionKey
from schema.inputs.command import JSON, VENDOR_OPTIONS
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.run import Run
from schema.types.view import argument, field, optional


@input_for(RetryRun)
class RetryRunInput:
    """What is to be repeated."""

    run_id: strawberry.ID = argument("The run.")
    from_step_id: strawberry.ID | None = optional("The step of the execution to begin with.")
    failed_only: bool | None = optional("Repeat only what failed.")
    vendor_options: JSON | None = optional(VENDOR_OPTIONS)


@payload
class RetryRunPayload(Payload):
    """What repeats it."""

    run: Run | None = field("The new run; or the same one, at vendors that go on with it.", changed(BuildKey, ExecutionKey))


retry_run = order(RetryRunInput)
