"""approveRun: lets a run go on that waits for approval."""

import strawberry

from gateway.domain.commands.runs import ApproveRun
from gateway.domain.keys import BuildKey, ExecutionKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.run import Run
from schema.types.view import argument, field


@input_for(ApproveRun)
class ApproveRunInput:
    """Which run is meant."""

    run_id: strawberry.ID = argument("The run.")


@payload
class ApproveRunPayload(Payload):
    """The run that goes on."""

    run: Run | None = field("The run as it is now; null when it cannot be found.", changed(BuildKey, ExecutionKey))


approve_run = order(ApproveRunInput)
