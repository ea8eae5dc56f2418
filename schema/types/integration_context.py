"""IntegrationContext: shared configuration, by name and type."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import integration_context as domain
from schema.resolvers.references import owning_provider
from schema.types.node import Node
from schema.types.view import field, view

if TYPE_CHECKING:
    from schema.types.provider import Provider


@view(domain.IntegrationContext)
class IntegrationContext(Node):
    """Shared configuration or a connection to another system. Its values are never read."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is.", owning_provider)
    external_id: str = field("The vendor's own id.")
    name: str = field("Its name; pipelines use it.")
    type: str = field("The vendor's word, like `git.github` or `secret`.")
    owner: str | None = field("Who owns it.")
    system: bool | None = field("Whether the vendor made it.")
    default: bool | None = field("Whether it is used where none is named.")
