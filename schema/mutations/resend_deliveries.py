"""resendDeliveries: queues dead letters once more."""

from typing import Any

import strawberry

from gateway.domain.commands.destinations import ResendDeliveries
from gateway.domain.commands.performed import Performed
from gateway.domain.keys import DeliveryKey, DestinationKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.resolvers.info import Info
from schema.resolvers.references import settled
from schema.types.delivery import Delivery
from schema.types.destination import Destination
from schema.types.enums import DeliveryStatus
from schema.types.view import argument, field, optional


@input_for(ResendDeliveries)
class ResendDeliveriesInput:
    """Which dead letters are to be sent again: exactly one of `deliveryIds` and `status`. An UNKNOWN one may have had its effect
    already: look it up first.
    """

    destination_id: strawberry.ID = argument("The destination that they belong to.")
    delivery_ids: list[strawberry.ID] | None = optional("These, at most 1,000. What is no dead letter is passed over.")
    status: DeliveryStatus | None = optional(
        "The oldest 1,000 in this state: FAILED or UNKNOWN. CANCELED ones are of a deleted destination: nothing is sent for it."
    )


async def deliveries(root: strawberry.Parent[Performed], info: Info) -> list[Any]:
    """All of them are asked for at once: they share a batch."""
    loads = [settled(info.context.loaders.node(key)) for key in root.keys if type(key) is DeliveryKey]
    return [await load for load in loads]


@payload
class ResendDeliveriesPayload(Payload):
    """What was queued once more. Ids of deliveries stay the same."""

    destination: Destination | None = field(
        "The destination as it is now; null when nothing was done, or it cannot be found.", changed(DestinationKey)
    )
    deliveries: list[Delivery | None] = field("The deliveries that were queued once more.", deliveries)


resend_deliveries = order(ResendDeliveriesInput)
