"""unblockJob: lets a build go on behind a job that waits for a person."""

import strawberry

from gateway.domain.commands.runs import UnblockJob
from gateway.domain.keys import JobKey
from schema.inputs.command import PairInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.job import Job
from schema.types.view import argument, field, optional


@input_for(UnblockJob)
class UnblockJobInput:
    """Which job is meant, and the answers to what it asks."""

    job_id: strawberry.ID = argument("The job that blocks.")
    fields: list[PairInput] | None = optional("Answers to what the job asks, by the names of its fields.")
    unblocker: str | None = optional("The vendor's id of the person in whose name it is done.")


@payload
class UnblockJobPayload(Payload):
    """The job that no longer blocks."""

    job: Job | None = field("The job as it is now.", changed(JobKey))


unblock_job = order(UnblockJobInput)
