"""pauseDestination: keeps a destination from sending."""

import strawberry

from gateway.domain.commands.destinations import PauseDestination
from gateway.domain.keys import DestinationKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.destination import Destination
from schema.types.view import argument, field


@input_for(PauseDestination)
class PauseDestinationInput:
    """Which destination is to send nothing more."""

    destination_id: strawberry.ID = argument("The destination.")


@payload
class PauseDestinationPayload(Payload):
    """The destination that sends nothing more."""

    destination: Destination | None = field("The destination as it is now; null when it cannot be found.", changed(DestinationKey))


pause_destination = order(PauseDestinationInput)
