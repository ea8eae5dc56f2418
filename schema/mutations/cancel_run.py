"""cancelRun: ends a run before its time."""

import strawberry

from gateway.domain.commands.runs import CancelRun
from gateway.domain.keys import BuildKey, ExecutionKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Part, Payload, changed, changed_parts, payload
from schema.types.run import Run
from schema.types.view import argument, field


@input_for(CancelRun)
class CancelRunInput:
    """Which run is to be ended."""

    run_id: strawberry.ID = argument("The run.")


@payload
class CancelRunPayload(Payload):
    """What became of the run. Vendors take a while to end one: its status tells."""

    run: Run | None = field("The run as it is now; null when it cannot be found.", changed(BuildKey, ExecutionKey))
    parts: list[Part] = field(
        "Where the vendor can only end the parts of a run: what became of each. Empty elsewhere.", changed_parts
    )


cancel_run = order(CancelRunInput)
