"""resumeQueue: lets a paused queue hand out work again."""

import strawberry

from gateway.domain.commands.agents import ResumeQueue
from gateway.domain.keys import QueueKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.cluster import Queue
from schema.types.view import argument, field


@input_for(ResumeQueue)
class ResumeQueueInput:
    """Which queue may hand out work again."""

    queue_id: strawberry.ID = argument("The queue.")


@payload
class ResumeQueuePayload(Payload):
    """The queue that was resumed."""

    queue: Queue | None = field("The queue as it is now; null when it cannot be found.", changed(QueueKey))


resume_queue = order(ResumeQueueInput)
