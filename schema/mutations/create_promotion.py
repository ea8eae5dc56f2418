"""createPromotion: creates a way from one environment to another."""

import strawberry

from gateway.domain.commands.promotions import CreatePromotion
from gateway.domain.keys import PromotionKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.promotion import Promotion
from schema.types.view import argument, field, optional


@input_for(CreatePromotion)
class CreatePromotionInput:
    """The promotion that is to be created."""

    source_environment_id: strawberry.ID = argument("The environment that it takes from.")
    target_environment_id: strawberry.ID = argument("The environment that it brings to.")
    description: str | None = optional("What it is for.")


@payload
class CreatePromotionPayload(Payload):
    """The promotion that was created."""

    promotion: Promotion | None = field(
        "The new promotion; null when it was not created, or cannot be found yet.", changed(PromotionKey)
    )


create_promotion = order(CreatePromotionInput)
