"""pauseQueue: keeps a queue from handing out work."""

import strawberry

from gateway.domain.commands.agents import PauseQueue
from gateway.domain.keys import QueueKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.cluster import Queue
from schema.types.view import argument, field, optional


@input_for(PauseQueue)
class PauseQueueInput:
    """Which queue is to hand out no work for now."""

    queue_id: strawberry.ID = argument("The queue.")
    note: str | None = optional("Why, for people.")


@payload
class PauseQueuePayload(Payload):
    """The queue that was paused."""

    queue: Queue | None = field("The queue as it is now; null when it cannot be found.", changed(QueueKey))


pause_queue = order(PauseQueueInput)
