"""createDestination: creates a destination."""

from gateway.domain.commands.destinations import CreateDestination
from gateway.domain.keys import DestinationKey
from schema.inputs.destination import BatchingInput, ManualEndpointInput, ResponseWebhookInput, TemplateUseInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.destination import Destination
from schema.types.view import argument, field, optional


@input_for(CreateDestination)
class CreateDestinationInput:
    """The destination that is to be created. It is PAUSED when its settings are complete, else a DRAFT: its `problems` tell what is
    missing. Of `template` and `manual` only one can be given.
    """

    provider: str = argument("The name of the provider that its calls go to.")
    name: str = argument("Its name.")
    template: TemplateUseInput | None = optional("The template whose calls it makes.")
    manual: ManualEndpointInput | None = optional("The address that it calls, in place of a template.")
    exclude_attributes: list[str] | None = optional(
        "Attributes of records that are left out of calls, at most 256; `a.b` is an attribute within another one."
    )
    batching: BatchingInput | None = optional("Lets records share a call; only with `manual`. Each has its own when left out.")
    key_attribute: str | None = optional("The attribute by which a record is known: of each key one record is taken.")
    response_webhook: ResponseWebhookInput | None = optional("Where the answer of each call is to be told.")
    queue_while_paused: bool | None = optional("Whether it takes records while it does not send; false when left out.")
    max_queued: int | None = optional(
        "How many records may wait while it does not send, from 1 to 100,000,000; 1,000 when left out. More are refused."
    )
    confirm_destructive: bool | None = optional(
        "True where its calls cannot be undone: a destructive template, or the method DELETE. Without it, it cannot be activated."
    )


@payload
class CreateDestinationPayload(Payload):
    """The destination that was created."""

    destination: Destination | None = field(
        "The new destination; null when it was not created, or cannot be found.", changed(DestinationKey)
    )


create_destination = order(CreateDestinationInput)
