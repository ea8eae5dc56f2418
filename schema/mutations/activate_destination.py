"""activateDestination: lets a destination send."""

import strawberry

from gateway.domain.commands.destinations import ActivateDestination
from gateway.domain.keys import DestinationKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.destination import Destination
from schema.types.view import argument, field


@input_for(ActivateDestination)
class ActivateDestinationInput:
    """Which destination is to send. Its settings are checked again, and must be complete."""

    destination_id: strawberry.ID = argument("The destination.")


@payload
class ActivateDestinationPayload(Payload):
    """The destination that sends from now on."""

    destination: Destination | None = field(
        "The destination as it is now; null when it was not activated, or cannot be found.", changed(DestinationKey)
    )


activate_destination = order(ActivateDestinationInput)
