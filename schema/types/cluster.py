"""Cluster: a set of queues and agents."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import agent as domain
from schema.resolvers.children import child_list
from schema.resolvers.references import owning_provider, reference
from schema.types.connection import Connection
from schema.types.node import Node
from schema.types.run import Actor
from schema.types.view import field, view
from schema.types.workspace import Workspace

if TYPE_CHECKING:
    from schema.types.provider import Provider


@view(domain.Queue)
class Queue(Node):
    """A line of jobs in a cluster."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is known.", owning_provider)
    external_id: str = field("The vendor's own id.")
    cluster: Annotated["Cluster", strawberry.lazy("schema.types.cluster")] | None = field(
        "The cluster it is in.", reference(domain.Queue, "cluster")
    )
    name: str = field("Its key; agents name it.")
    description: str | None = field("What it is for.")
    paused: bool = field("A paused queue hands out no work.")
    paused_note: str | None = field("Why it is paused.")
    paused_by: Actor | None = field("Who paused it.")
    paused_at: datetime | None = field("When it was paused.")
    url: str | None = field("Its page at the vendor.")
    created_at: datetime | None = field("When it was made.")


@view(domain.Cluster)
class Cluster(Node):
    """A set of queues and agents."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is known.", owning_provider)
    external_id: str = field("The vendor's own id.")
    workspace: Workspace | None = field("The workspace it is in.", reference(domain.Cluster, "workspace"))
    name: str = field("For people.")
    description: str | None = field("What it is for.")
    default_queue: Queue | None = field("The queue of jobs that name none.", reference(domain.Cluster, "default_queue"))
    url: str | None = field("Its page at the vendor.")
    created_at: datetime | None = field("When it was made.")
    queues: Connection[Queue] | None = field("Its queues.", child_list(domain.Cluster, domain.Queue))
