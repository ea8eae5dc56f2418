"""Agent: a machine that runs jobs."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import agent as domain
from schema.resolvers.references import owning_provider, reference
from schema.types.node import Node
from schema.types.view import enum, field, view
from schema.types.workspace import Workspace

if TYPE_CHECKING:
    from schema.types.job import Job
    from schema.types.provider import Provider

enum(
    domain.AgentStatus,
    CONNECTED="Takes work.",
    PAUSED="Connected, but takes no work.",
    STOPPING="Ends when its job is done.",
    STOPPED="Ended.",
    LOST="Has not been heard of.",
    UNKNOWN="The vendor used a word the gateway does not know; see `nativeStatus`.",
)


@view(domain.Agent)
class Agent(Node):
    """A machine, or a process on one, that runs jobs."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is known.", owning_provider)
    external_id: str = field("The vendor's own id.")
    workspace: Workspace | None = field("The workspace it works for.", reference(domain.Agent, "workspace"))
    name: str = field("For people.")
    status: domain.AgentStatus = field("Whether it can take work.")
    native_status: str | None = field("In the vendor's word.")
    hostname: str | None = field("The machine's name.")
    ip_address: str | None = field("The machine's address, as the vendor sees it.")
    version: str | None = field("The agent's own version.")
    operating_system: str | None = field("What it runs on.")
    architecture: str | None = field("The machine's kind of processor.")
    queue_name: str | None = field("The queue it takes work from.")
    priority: int | None = field("Higher is asked first.")
    tags: list[str] = field("Labels, like `queue=default`.")
    job: Annotated["Job", strawberry.lazy("schema.types.job")] | None = field("What it does now.", reference(domain.Agent, "job"))
    paused_note: str | None = field("Why it is paused.")
    url: str | None = field("Its page at the vendor.")
    created_at: datetime | None = field("When it was first seen.")
    connected_at: datetime | None = field("When it last connected.")
    disconnected_at: datetime | None = field("When it last went away.")
    last_job_finished_at: datetime | None = field("When it last finished a job.")
