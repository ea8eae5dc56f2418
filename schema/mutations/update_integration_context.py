"""updateIntegrationContext: changes values of an integration context."""

import strawberry

from gateway.domain.commands.integration_contexts import UpdateIntegrationContext
from gateway.domain.keys import IntegrationContextKey
from schema.inputs.command import JSON
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.integration_context import IntegrationContext
from schema.types.view import argument, field, optional


@input_for(UpdateIntegrationContext)
class UpdateIntegrationContextInput:
    """Which values are to be different. They are not logged."""

    integration_context_id: strawberry.ID = argument("The integration context.")
    data: JSON | None = optional(
        "Values by name, as a JSON object: they replace those of the same name, null removes one, others stay."
    )
    replace_data: bool | None = optional("What is not in `data` is gone; false when left out.")


@payload
class UpdateIntegrationContextPayload(Payload):
    """The integration context that was changed."""

    integration_context: IntegrationContext | None = field(
        "The integration context as it is now; null when it was not changed, or cannot be found.", changed(IntegrationContextKey)
    )


update_integration_context = order(UpdateIntegrationContextInput)
