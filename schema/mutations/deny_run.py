"""denyRun: refuses the approval that a run waits for."""

import strawberry

from gateway.domain.commands.runs import DenyRun
from gateway.domain.keys import BuildKey, ExecutionKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.run import Run
from schema.types.view import argument, field


@input_for(DenyRun)
class DenyRunInput:
    """Which run is meant."""

    run_id: strawberry.ID = argument("The run.")


@payload
class DenyRunPayload(Payload):
    """The run that was refused."""

    run: Run | None = field("The run as it is now; null when it cannot be found.", changed(BuildKey, ExecutionKey))


deny_run = order(DenyRunInput)
