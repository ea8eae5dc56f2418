"""updateDestination: changes parts of a destination."""

import strawberry

from gateway.domain.commands.destinations import UpdateDestination
from gateway.domain.keys import DestinationKey
from schema.inputs.destination import BatchingInput, ManualEndpointInput, ResponseWebhookInput, TemplateUseInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.destination import Destination
from schema.types.view import argument, field, optional


@input_for(UpdateDestination)
class UpdateDestinationInput:
    """What is to be different, from its next call on. What is left out stays as it is; a list replaces the list that is there.

    With `template` or `manual` the other one goes, and `confirmDestructive` has to be given anew.
    """

    destination_id: strawberry.ID = argument("The destination.")
    name: str | None = optional("Its new name.")
    template: TemplateUseInput | None = optional("The template whose calls it makes.")
    manual: ManualEndpointInput | None = optional("The address that it calls, in place of a template.")
    exclude_attributes: list[str] | None = optional(
        "Attributes of records that are left out of calls, at most 256; `a.b` is an attribute within another one."
    )
    batching: BatchingInput | None = optional("Lets records share a call; null gives each its own again.")
    key_attribute: str | None = optional("The attribute by which a record is known from now on; null for none.")
    response_webhook: ResponseWebhookInput | None = optional("Where the answer of each call is to be told; null for nowhere.")
    queue_while_paused: bool | None = optional("Whether it takes records while it does not send.")
    max_queued: int | None = optional("How many records may wait while it does not send, from 1 to 100,000,000.")
    confirm_destructive: bool | None = optional("True where its calls cannot be undone.")


@payload
class UpdateDestinationPayload(Payload):
    """The destination that was changed."""

    destination: Destination | None = field(
        "The destination as it is now; null when it was not changed, or cannot be found.", changed(DestinationKey)
    )


update_destination = order(UpdateDestinationInput)
