"""Job: a part of a build."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import job as domain
from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.loaders.job_log import read_logs
from schema.resolvers.batched import Call, batched
from schema.resolvers.references import owning_provider, reference
from schema.types.agent import Agent
from schema.types.enums import RunStatus
from schema.types.node import Node
from schema.types.run import Actor, duration_seconds
from schema.types.view import enum, field, view

if TYPE_CHECKING:
    from schema.types.build import Build
    from schema.types.provider import Provider

MAX_TAIL_BYTES = 1_048_576
TailBytes = Annotated[int, strawberry.argument(description=f"How much of the log's end, in bytes: 1 to {MAX_TAIL_BYTES}.")]

enum(
    domain.JobKind,
    COMMAND="Runs a command on an agent.",
    WAIT="Waits for the jobs before it.",
    BLOCK="Waits for a person.",
    TRIGGER="Starts another pipeline.",
    STEP="A step of a vendor that has only one sort of them.",
    UNKNOWN="A sort the gateway does not know.",
)


@view(domain.JobLog)
class JobLog:
    """The end of a job's log, without time marks and colour codes."""

    text: str = field("The text; bytes that are no text are replaced.")
    truncated: bool = field("Whether there is more before it.")
    size_bytes: float | None = field("The whole log's size, where the vendor tells it; it can be larger than an Int.")


@batched(domain.Job)
async def log(
    jobs: Sequence[domain.Job], call: Call, tail_bytes: TailBytes = 65536
) -> Sequence[domain.JobLog | GatewayError | None]:
    if not 1 <= tail_bytes <= MAX_TAIL_BYTES:
        raise InvalidInputError(f"`tailBytes` must be from 1 to {MAX_TAIL_BYTES}, not {tail_bytes}.", field="tailBytes")
    return await read_logs(call.context.providers, jobs, tail_bytes)


@view(domain.Job)
class Job(Node):
    """A part of a build: a Buildkite job, a Codefresh step."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it ran.", owning_provider)
    external_id: str = field("The vendor's own id.")
    build: Annotated["Build", strawberry.lazy("schema.types.build")] | None = field(
        "The build it is a part of.", reference(domain.Job, "build")
    )
    kind: domain.JobKind = field("What it does.")
    status: RunStatus = field("In the words all vendors share.")
    native_status: str | None = field("In the vendor's word.")
    name: str | None = field("For people.")
    command: str | None = field("What it runs.")
    exit_status: int | None = field("What the command answered.")
    soft_failed: bool = field("It failed, and the build was told not to mind.")
    created_at: datetime | None = field("When it was made.")
    started_at: datetime | None = field("When it began.")
    finished_at: datetime | None = field("When it ended.")
    duration_seconds: float | None = field("From start to end; null unless both are known.", duration_seconds)
    attempt: int | None = field("Counts from 1, where the vendor counts.")
    max_attempts: int | None = field("How often it is tried at most.")
    retried_in: Annotated["Job", strawberry.lazy("schema.types.job")] | None = field(
        "The job that repeats this one.", reference(domain.Job, "retried_in")
    )
    unblockable: bool | None = field("Whether a person can let it go on now.")
    unblocked_by: Actor | None = field("Who let it go on.")
    agent: Agent | None = field("The machine that ran it.", reference(domain.Job, "agent"))
    triggered_build: Annotated["Build", strawberry.lazy("schema.types.build")] | None = field(
        "The build it started.", reference(domain.Job, "triggered_build")
    )
    url: str | None = field("Its page at the vendor.")
    log: JobLog | None = field("The end of its log; null where there is none yet. Costs one to three calls.", log)
