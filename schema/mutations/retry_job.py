"""retryJob: repeats a job."""

import strawberry

from gateway.domain.commands.runs import RetryJob
from gateway.domain.keys import JobKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.job import Job
from schema.types.view import argument, field


@input_for(RetryJob)
class RetryJobInput:
    """Which job is to be repeated."""

    job_id: strawberry.ID = argument("The job that has ended.")


@payload
class RetryJobPayload(Payload):
    """What repeats it."""

    job: Job | None = field("The new job; the old one names it as `retriedIn`.", changed(JobKey))


retry_job = order(RetryJobInput)
