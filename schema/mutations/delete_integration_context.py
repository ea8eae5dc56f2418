"""deleteIntegrationContext: removes an integration context for good."""

import strawberry

from gateway.domain.commands.integration_contexts import DeleteIntegrationContext
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, deleted_id, payload
from schema.types.view import argument, field


@input_for(DeleteIntegrationContext)
class DeleteIntegrationContextInput:
    """Which integration context is to be removed."""

    integration_context_id: strawberry.ID = argument("The integration context.")


@payload
class DeleteIntegrationContextPayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = field(
        "The global id that the integration context had; null when it was not deleted.", deleted_id
    )


delete_integration_context = order(DeleteIntegrationContextInput)
