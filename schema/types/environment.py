"""Environment: a stage, with workspaces of its own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import environment as domain
from gateway.domain.workspace import Workspace as WorkspaceValue
from schema.inputs.workspace import WorkspaceFilter
from schema.resolvers.arguments import WHICH, After, First
from schema.resolvers.batched import Call, batched
from schema.resolvers.lists import lists_below
from schema.resolvers.references import owning_provider
from schema.types.connection import Connection
from schema.types.node import Node
from schema.types.view import field, view

if TYPE_CHECKING:
    from schema.types.provider import Provider
    from schema.types.workspace import Workspace


@batched(domain.Environment)
async def workspaces(
    environments: Sequence[domain.Environment],
    call: Call,
    first: First = 20,
    after: After = None,
    filter: Annotated[WorkspaceFilter | None, WHICH] = None,
) -> Sequence[object]:
    return await lists_below(call, WorkspaceValue, WorkspaceFilter(), environments, first, after, filter)


@view(domain.Environment)
class Environment(Node):
    """A stage, such as development or production. Promotions carry things from one to the next."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is.", owning_provider)
    external_id: str = field("The vendor's own id.")
    name: str = field("For people.")
    description: str | None = field("What it is for.")
    max_cloud_containers: int | None = field("How many runs the vendor's cloud engines may hold at once.")
    default: bool | None = field("Whether it is used where none is named.")
    url: str | None = field("Its page at the vendor.")
    workspaces: Connection[Annotated["Workspace", strawberry.lazy("schema.types.workspace")]] | None = field(
        "Its workspaces.", workspaces
    )
