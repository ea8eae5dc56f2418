"""createIntegrationContext: creates an integration context."""

from gateway.domain.commands.integration_contexts import CreateIntegrationContext
from gateway.domain.keys import IntegrationContextKey
from schema.inputs.command import JSON
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.integration_context import IntegrationContext
from schema.types.view import argument, field


@input_for(CreateIntegrationContext)
class CreateIntegrationContextInput:
    """The integration context that is to be created. Its data is not logged, and can never be read again here."""

    provider: str = argument("The name of the provider to create it at.")
    name: str = argument("Its name; pipelines use it.")
    type: str = argument("The vendor's word, like `secret`. It decides what `data` holds.")
    data: JSON = argument("Its values by name, as a JSON object.")


@payload
class CreateIntegrationContextPayload(Payload):
    """The integration context that was created."""

    integration_context: IntegrationContext | None = field(
        "The new integration context; null when it was not created, or cannot be found yet.", changed(IntegrationContextKey)
    )


create_integration_context = order(CreateIntegrationContextInput)
