"""deleteDestination: ends a destination for good."""

import strawberry

from gateway.domain.commands.destinations import DeleteDestination
from gateway.domain.keys import DestinationKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, deleted_id, payload
from schema.types.destination import Destination
from schema.types.view import argument, field


@input_for(DeleteDestination)
class DeleteDestinationInput:
    """Which destination is to end. What it has queued is canceled; its deliveries stay."""

    destination_id: strawberry.ID = argument("The destination.")


@payload
class DeleteDestinationPayload(Payload):
    """What has ended."""

    destination: Destination | None = field("The destination, which is DELETED now.", changed(DestinationKey))
    deleted_id: strawberry.ID | None = field(
        "The destination's global id, by which it can still be read; null when it was not deleted.", deleted_id
    )


delete_destination = order(DeleteDestinationInput)
