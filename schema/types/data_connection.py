"""DataConnection: how tasks reach another system."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import data_connection as domain
from schema.resolvers.references import owning_provider, reference
from schema.types.node import Node
from schema.types.view import field, view
from schema.types.workspace import Workspace

if TYPE_CHECKING:
    from schema.types.provider import Provider


def readable_value(parameter: strawberry.Parent[domain.DataConnectionParameter]) -> str | None:
    # Ports never read the value of an encrypted one. Should one slip through all the same, it ends here.
    return None if parameter.encrypted else parameter.value


@view(domain.DataConnectionParameter)
class DataConnectionParameter:
    """One setting of a data connection."""

    name: str = field("Its name.")
    value: str | None = field("Its value; always null for an encrypted one.", readable_value)
    encrypted: bool = field("Whether the vendor keeps it encrypted.")


@view(domain.DataConnection)
class DataConnection(Node):
    """How tasks reach a database, a queue or another system. (Not a page of a list, whatever its name ends in.)"""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is.", owning_provider)
    external_id: str = field("The vendor's own id.")
    name: str = field("For people.")
    app: str | None = field("The vendor's word for the kind of system.")
    parameters: list[DataConnectionParameter] = field("Its settings.")
    workspace: Workspace | None = field("The workspace it is in.", reference(domain.DataConnection, "workspace"))
    url: str | None = field("Its page at the vendor.")
    created_at: datetime | None = field("When it was made.")
    updated_at: datetime | None = field("When it was last changed.")
